"""From what a person names to the places where events that failed are kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.sources import STORES, keeps
from lambda_dest_cli.destinations import TYPES, label, parse
from lambda_dest_cli.errors import AccessDenied, NotFound, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import FunctionFacts, Slot
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import Route, Watch
from lambda_dest_cli.tailer.watches import is_destination, routes_of

_KEEPING = " or ".join(TYPES[name].words for name in STORES)


def find_places(names: Sequence[str], aws: Aws, note: Callable[[str], None]) -> tuple[Watch, ...]:
    """Give the places of functions and destinations, each once; raises NotFound and UsageProblem."""
    found: dict[Arn, Watch] = {}
    for name in names:
        for watch in (_named(name, aws),) if is_destination(name) else _of_function(FunctionRef.parse(name), aws, note):
            other = found.get(watch.destination)
            found[watch.destination] = _joined(other, watch) if other else watch
    return tuple(found.values())


def _named(name: str, aws: Aws) -> Watch:
    arn = Arn.parse(name) if name.startswith("arn:") else parse(name, aws.session.home())
    if not keeps(arn):
        raise UsageProblem(f"{name} keeps nothing that could be sent again", f"what does is {_KEEPING}")
    return Watch(arn)


def _of_function(ref: FunctionRef, aws: Aws, note: Callable[[str], None]) -> tuple[Watch, ...]:
    """Give the failure destinations and the dead-letter queue of a function."""
    state = aws.functions.state(ref)
    qualifier = ref.qualifier if ref.qualified else None
    only = frozenset({(str(state.facts.arn), qualifier)})
    failing = [(arn, route) for arn, route in routes_of(state, qualifier) if route.slot is not Slot.ON_SUCCESS]
    found = [Watch(arn, (_at(route, qualifier),), only) for arn, route in failing if keeps(arn)]
    others = sorted({label(arn) for arn, _ in failing if not keeps(arn)})
    if not found:
        there = f" (there is {', '.join(others)}, which keeps nothing)" if others else ""
        raise NotFound(
            f"{ref} has no failure destination or dead-letter queue that keeps events{there}",
            f"what does is {_KEEPING}: lds configure {ref.name} --on-failure sqs:NAME; or name where the events are",
        )
    found += [Watch(arn, (route,), only) for arn, route in _shared(state.facts, aws, note)]
    if others:
        note(f"{', '.join(others)} keeps nothing that could be sent again")
    joined: dict[Arn, Watch] = {}
    for watch in found:
        other = joined.get(watch.destination)
        joined[watch.destination] = _joined(other, watch) if other else watch
    return tuple(joined.values())


def _shared(facts: FunctionFacts, aws: Aws, note: Callable[[str], None]) -> Iterator[tuple[Arn, Route]]:
    """Give every other function that has the same dead-letter queue: a dead letter does not say whose it is."""
    queue = facts.dead_letter
    if queue is None or not keeps(queue):
        return
    try:
        owners = [each for each in aws.functions.all() if each.dead_letter == queue and each.arn != facts.arn]
    except AccessDenied as problem:
        note(f"whether {label(queue)} is another function's dead-letter queue too is not known: {problem.message}")
        return
    for each in owners:
        yield queue, Route(each.name, str(each.arn), None, Slot.DEAD_LETTER)
    if owners:
        names = ", ".join(each.name for each in owners)
        note(f"{label(queue)} is the dead-letter queue of {names} too: whose a dead letter is, only --to FN can tell")


def _at(route: Route, qualifier: str | None) -> Route:
    """Give a route; a dead letter does not say the qualifier, so it goes to the one that was named."""
    return replace(route, qualifier=qualifier) if route.slot is Slot.DEAD_LETTER else route


def _joined(one: Watch, other: Watch) -> Watch:
    only = one.only | other.only if one.only and other.only else frozenset()
    return Watch(one.destination, tuple(dict.fromkeys((*one.routes, *other.routes))), only)
