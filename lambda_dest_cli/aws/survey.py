"""Many functions read in few calls: the pages that list them, and one call each for all of their configurations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from lambda_dest_cli.aws.functions import PAGE, Functions
from lambda_dest_cli.aws.parallel import Advance, each
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState
from lambda_dest_cli.model.function_ref import FunctionRef

Read = FunctionState | LdsError
_Configurations = Mapping[str, EventInvokeConfig]
_Found = TypeVar("_Found")
_FEW = 4
"""So few functions are read one by one: a page would be no cheaper."""


def survey(functions: Functions, names: Sequence[str], advance: Advance) -> Mapping[str, Read]:
    """Read the functions of these names, without their aliases; what keeps one from being read stands in its place.

    CredentialsProblem is raised.
    """
    wanted = list(dict.fromkeys(names))
    done = [0]

    def read(name: str) -> _Configurations | LdsError:
        found = _attempt(lambda: functions.configurations(FunctionRef(name)))
        done[0] += 1  # a count that another thread may be late by one for is good enough for a bar
        advance(done[0], len(wanted))
        return found

    facts: dict[str, FunctionFacts | LdsError] = {}
    jobs: list[Callable[[], _Configurations | LdsError]] = [partial(read, name) for name in wanted]

    def listing() -> _Configurations:
        facts.update(_facts(functions, wanted))
        return {}

    # The pages come one after the other, so they come while the configurations are read.
    _, *configurations = each(lambda job: job(), [listing, *jobs])
    return {name: _state(facts[name], found) for name, found in zip(wanted, configurations, strict=True)}


def survey_all(functions: Functions, advance: Advance) -> list[FunctionState]:
    """Read every function of the region, without aliases, by name; one that was deleted meanwhile is left out."""
    found = sorted(functions.all(), key=lambda facts: facts.name)
    done = [0]

    def read(facts: FunctionFacts) -> FunctionState | None:
        try:
            state = FunctionState(facts, functions.configurations(FunctionRef(facts.name)))
        except NotFound:
            state = None
        done[0] += 1
        advance(done[0], len(found))
        return state

    return [state for state in each(read, found) if state]


def _state(facts: FunctionFacts | LdsError, configurations: _Configurations | LdsError) -> Read:
    if isinstance(facts, LdsError):
        return facts
    return configurations if isinstance(configurations, LdsError) else FunctionState(facts, configurations)


def _attempt(read: Callable[[], _Found]) -> _Found | LdsError:
    """Read, and give what keeps it from being read in its place."""
    try:
        return read()
    except CredentialsProblem:
        raise
    except LdsError as problem:
        return problem


def _facts(functions: Functions, names: Iterable[str]) -> dict[str, FunctionFacts | LdsError]:
    """Give what a list of functions tells, for as long as its pages are cheaper than asking for each."""
    wanted = dict.fromkeys(names)
    found: dict[str, FunctionFacts | LdsError] = {}
    if len(wanted) > _FEW:
        try:
            for number, facts in enumerate(functions.all()):
                if facts.name in wanted:
                    found[facts.name] = facts
                if len(found) == len(wanted) or number >= PAGE * len(wanted) // _FEW:
                    break
        except CredentialsProblem:
            raise
        except LdsError:  # they may not be listed, and yet be read
            found.clear()

    missing = [name for name in wanted if name not in found]
    one_by_one = each(lambda name: _attempt(lambda: functions.get(FunctionRef(name))), missing)
    found.update(zip(missing, one_by_one, strict=True))
    return {name: found[name] for name in wanted}
