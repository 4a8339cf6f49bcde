"""Which functions and qualifiers the doctor looks at."""

from collections.abc import Iterable

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionState
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


def subjects(functions: Iterable[FunctionRef], every: bool, aws: Aws) -> list[Subject]:
    """Give what to check: the qualifier that was named, otherwise each one that is configured, or else $LATEST.

    Without functions: all of the region that have an asynchronous configuration or a DLQ (``every``: simply all).
    """
    named = list(dict.fromkeys(functions))
    if named:
        states = each(aws.functions.state, named)
        return [subject for ref, state in zip(named, states, strict=True) for subject in _of(ref, state, aws)]
    found = [state for state in aws.functions.states(aws.functions.all()) if every or state.configured]
    return [subject for state in found for subject in _of(FunctionRef(state.facts.name), state, aws)]


def _of(ref: FunctionRef, state: FunctionState, aws: Aws) -> list[Subject]:
    qualifiers = [ref.qualifier] if ref.qualified else sorted(state.configurations) or [LATEST]
    return [_subject(ref.at(qualifier), state, aws) for qualifier in qualifiers]


def _subject(ref: FunctionRef, state: FunctionState, aws: Aws) -> Subject:
    config = state.configurations.get(ref.qualifier)
    facts = state.facts if ref.qualifier == LATEST else aws.function(ref)
    return Subject(
        state, ref.qualifier, facts, config or EventInvokeConfig(), config is not None, state.facts.dead_letter
    )
