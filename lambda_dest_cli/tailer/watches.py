"""From functions and destinations, as they are named, to the destinations to look at, each once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.feeds import FEEDS, has_feed, makes_tap
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.destinations import TYPES, label, parse
from lambda_dest_cli.errors import NotFound, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import FunctionState, Slot
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.outcome import Route, Watch

FUNCTIONS_AT_MOST = 20
_WATCHABLE = ", ".join(TYPES[name].words for name in FEEDS)


def find_watches(names: Sequence[str], aws: Aws, note: Callable[[str], None]) -> tuple[Watch, ...]:
    """Give what to look at for the functions and destinations that were named; for none, of all in the region.

    Raises NotFound when nothing of it can be watched, UsageProblem for a destination that is named and cannot.
    """
    refs = [FunctionRef.parse(name) for name in names if not is_destination(name)]
    arns = [_named(name, aws, note) for name in names if is_destination(name)]
    if names:
        states = each(aws.functions.state, refs)
        watches = _joined([*_direct(arns), *_of_functions(zip(states, refs, strict=True))])
    else:
        states = _configured(aws, note)
        watches = _joined(_of_region(states))
    left_out = sorted({label(watch.destination) for watch in watches if not has_feed(watch.destination)})
    watched = tuple(watch for watch in watches if has_feed(watch.destination))
    if not watched:
        raise _nothing_to_watch(refs, left_out, aws)
    if left_out:
        note(f"not watched: {', '.join(left_out)}")
    return watched


def kept_only(watches: tuple[Watch, ...], since: bool, note: Callable[[str], None]) -> tuple[Watch, ...]:
    """Leave out what keeps nothing that could be read without following it; raises UsageProblem when nothing is left.

    ``since`` says whether a time was named, without which a bucket and a log show only what comes.
    """
    kept = tuple(
        watch for watch in watches if watch.destination.service == "sqs" or (since and not makes_tap(watch.destination))
    )
    left_out = [label(watch.destination) for watch in watches if watch not in kept]
    hint = "buckets and logs: name the time with --since 1h; topics and buses keep nothing: leave --no-follow out"
    if not kept:
        raise UsageProblem(f"there is nothing to read of {', '.join(left_out)} without following", hint)
    if left_out:
        note(f"not read: {', '.join(left_out)} ({hint})")
    return kept


def is_destination(name: str) -> bool:
    """Tell a destination from a function, by the forms that only one of the two has."""
    if name.startswith("arn:"):
        return Arn.parse(name).service != "lambda"
    return name.startswith(("http://", "https://")) or (name.partition(":")[0] in TYPES and ":" in name)


def purpose(watch: Watch) -> str:
    """Give what a destination is for, in brackets; empty where it was named by itself."""
    words = dict.fromkeys(f"{route.slot.words} of {route.function}{_suffix(route.qualifier)}" for route in watch.routes)
    return f" ({', '.join(words)})" if words else ""


def _suffix(qualifier: str | None) -> str:
    return "" if qualifier in (None, LATEST) else f":{qualifier}"


def _named(name: str, aws: Aws, note: Callable[[str], None]) -> Arn:
    """Resolve a destination and refuse one that has no feed."""
    arn = Arn.parse(name) if name.startswith("arn:") else parse(name, aws.session.home())
    if not has_feed(arn):
        raise UsageProblem(f"{name} cannot be watched", f"what can be: {_WATCHABLE}")
    if "://" in name:
        note(f"{name} is the queue {arn}")
    return arn


def _direct(arns: Iterable[Arn]) -> Iterator[Watch]:
    return (Watch(arn) for arn in arns)


def _of_functions(asked: Iterable[tuple[FunctionState, FunctionRef]]) -> Iterator[Watch]:
    for state, ref in asked:
        qualifier = ref.qualifier if ref.qualified else None
        only = frozenset({(str(state.facts.arn), qualifier)})
        for arn, route in routes_of(state, qualifier):
            yield Watch(arn, (route,), only)


def _of_region(states: Iterable[FunctionState]) -> Iterator[Watch]:
    for state in states:
        for arn, route in routes_of(state):
            yield Watch(arn, (route,))


def routes_of(state: FunctionState, qualifier: str | None = None) -> Iterator[tuple[Arn, Route]]:
    """Give each destination of a function and its slot: of one qualifier or of all, and the dead-letter queue."""
    facts = state.facts
    for name, config in state.configurations.items():
        if qualifier in (None, name):
            for slot, arn in config.destinations().items():
                yield arn, Route(facts.name, str(facts.arn), name, slot)
    if facts.dead_letter is not None:
        yield facts.dead_letter, Route(facts.name, str(facts.arn), None, Slot.DEAD_LETTER)


def _joined(watches: Iterable[Watch]) -> list[Watch]:
    """Make one watch a destination. Who wants everything of it gets everything."""
    found: dict[Arn, Watch] = {}
    for watch in watches:
        other = found.get(watch.destination)
        if other is None:
            found[watch.destination] = watch
            continue
        only = watch.only | other.only if watch.only and other.only else frozenset()
        found[watch.destination] = Watch(watch.destination, (*other.routes, *watch.routes), only)
    return list(found.values())


def _configured(aws: Aws, note: Callable[[str], None]) -> list[FunctionState]:
    """Give the first functions of the region that send their outcomes somewhere that can be watched."""
    rest = aws.functions.all()
    found: list[FunctionState] = []
    while len(found) <= FUNCTIONS_AT_MOST and (some := list(islice(rest, FUNCTIONS_AT_MOST))):
        states = aws.functions.states(some)
        found += [state for state in states if any(True for _ in routes_of(state))]
    if len(found) > FUNCTIONS_AT_MOST:
        note(f"watching the first {FUNCTIONS_AT_MOST} functions that have destinations; name others to watch them")
    return found[:FUNCTIONS_AT_MOST]


def _nothing_to_watch(refs: Sequence[FunctionRef], left_out: Sequence[str], aws: Aws) -> NotFound:
    who = ", ".join(map(str, refs)) if refs else f"no function in {aws.session.region}"
    if left_out:
        return NotFound(
            f"{who}: no destination that can be watched (there is {', '.join(left_out)})",
            f"what can be watched: {_WATCHABLE}",
        )
    name = str(refs[0]) if refs else "FN"
    return NotFound(
        f"{who} has {'no' if refs else 'a'} destination or dead-letter queue",
        f"set one: lds configure {name} --on-failure sqs:NAME",
    )
