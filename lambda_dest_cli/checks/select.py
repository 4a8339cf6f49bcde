"""Which functions and qualifiers the doctor looks at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import Advance, both, each
from lambda_dest_cli.checks.readable import unread
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError, NotFound, Throttled
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be checked, and a finding for each function that could not even be read."""

    subjects: tuple[Subject, ...] = ()
    unread: tuple[Finding, ...] = ()


def named(functions: Iterable[FunctionRef], aws: Aws, advance: Advance = lambda _done, _total: None) -> Selection:
    """Give, of each function, the qualifier that was named, otherwise each that is configured, or else $LATEST.

    Raises NotFound, or whatever else keeps one of them from being read.
    """
    found = each(lambda ref: _subjects(ref, lambda: aws.functions.get(ref.at(LATEST)), aws), functions, advance=advance)
    once = {(str(one.facts.arn), one.qualifier): one for subjects in found for one in subjects}
    return Selection(tuple(once.values()))


def of_spec(names: Iterable[str], aws: Aws, advance: Advance = lambda _done, _total: None) -> Selection:
    """Give the functions that a spec names, as they are now; one that cannot be read is a finding."""

    def attempt(name: str) -> Selection:
        try:
            return named([FunctionRef(name)], aws)
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return Selection(unread=(unread(name, None, problem),))

    return _together(each(attempt, names, advance=advance))


def everywhere(every: bool, aws: Aws, advance: Advance = lambda _done, _total: None) -> Selection:
    """Give all functions of the region that have an asynchronous configuration or a DLQ (``every``: simply all)."""
    found = sorted(aws.functions.all(), key=lambda facts: facts.name)
    return _together(each(lambda facts: _attempt(facts, every, aws), found, advance=advance))


def _together(selections: Sequence[Selection]) -> Selection:
    return Selection(
        tuple(subject for selection in selections for subject in selection.subjects),
        tuple(finding for selection in selections for finding in selection.unread),
    )


def _attempt(facts: FunctionFacts, every: bool, aws: Aws) -> Selection:
    try:
        subjects = _subjects(FunctionRef(facts.name), lambda: facts, aws)
    except NotFound:  # deleted since it was listed
        return Selection()
    except CredentialsProblem:
        raise
    except LdsError as problem:
        return Selection(unread=(unread(facts.name, facts.role, problem),))
    return Selection(tuple(subject for subject in subjects if every or subject.state.configured))


def _subjects(ref: FunctionRef, read_latest: Callable[[], FunctionFacts], aws: Aws) -> Sequence[Subject]:
    facts, (configurations, (aliases, aliases_why)) = both(
        read_latest, lambda: both(lambda: aws.functions.configurations(ref), lambda: _aliases(ref, aws))
    )
    state = FunctionState(facts, configurations, aliases)
    qualifiers = [ref.qualifier] if ref.qualified else sorted(configurations) or [LATEST]
    return each(lambda qualifier: _subject(ref.at(qualifier), state, aliases_why, aws), qualifiers)


def _aliases(ref: FunctionRef, aws: Aws) -> tuple[Mapping[str, str], str]:
    """Give the aliases, or why they are not known: only one check needs them."""
    try:
        return aws.functions.aliases(ref), ""
    except (AccessDenied, Throttled) as problem:
        return {}, problem.message


def _subject(ref: FunctionRef, state: FunctionState, aliases_why: str, aws: Aws) -> Subject:
    """Read what a qualifier has of its own: a version keeps the role and the DLQ that it was published with."""
    config = state.configurations.get(ref.qualifier)
    facts = state.facts if ref.qualifier == LATEST else aws.function(ref)
    return Subject(
        state,
        ref.qualifier,
        facts,
        config or EventInvokeConfig(),
        config is not None,
        facts.dead_letter,
        aliases_why,
    )
