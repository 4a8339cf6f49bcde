"""LDS104 and LDS107: no function is its own destination, by itself or by way of others."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.templates.address import Address
from lambda_dest_cli.templates.declaration import Declaration, Reading, Route
from lambda_dest_cli.templates.hole import is_whole, names, parts, shown
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.rules.rule import Rule

_ITSELF, _CIRCLE = "LDS104", "LDS107"
_QUALIFIED = 3
_MOST_SHOWN = 12
_Caller = tuple[str, str]
"""A function and the qualifier that a configuration is of: Lambda goes by the one that is named in the call."""


class _Edge(NamedTuple):
    """A destination that is a function."""

    declaration: Declaration
    route: Route
    source: _Caller
    target: str
    targets: tuple[_Caller, ...] = ()
    """What of the target the file configures and this calls."""


def _itself(reading: Reading) -> Iterator[Remark]:
    for edge in _edges(reading):
        if edge.source[0] == edge.target:
            message = "the function is its own destination, which Lambda refuses under every qualifier"
            yield failure(_ITSELF, edge.declaration.subject, edge.route.place, message, "send its outcomes elsewhere")


def _circle(reading: Reading) -> Iterator[Remark]:
    others = [edge for edge in _edges(reading) if edge.source[0] != edge.target]
    for edge, circle in _circles(others):
        message = f"the functions are one another's destinations in a circle: {_way_shown([edge.source, *circle])}"
        hint = "Lambda stops such a loop after some 16 turns: send one of the outcomes elsewhere"
        yield failure(_CIRCLE, edge.declaration.subject, edge.route.place, message, hint)


def _edges(reading: Reading) -> Iterator[_Edge]:
    """Give the destinations that are functions of the file, each function by one name."""
    known: dict[str, list[tuple[Address, Declaration]]] = {}
    for declaration in reading.declarations:
        address = Address.read(declaration.function)
        if address and address.function:
            known.setdefault(address.function, []).append((address, declaration))
    for declaration in reading.declarations:
        source = Address.read(declaration.function)
        for route in declaration.routes:
            target = Address.read(route.target)
            if source is None or target is None:
                continue
            same = [each for address, each in known.get(target.function, ()) if _may_be_same(target, address)]
            if same:
                called = _qualifier(target)
                targets = {(target.function, each.qualifier): None for each in same if each.qualifier in ("", called)}
                caller = (source.function, declaration.qualifier)
                yield _Edge(declaration, route, caller, target.function, tuple(targets))


def _qualifier(address: Address) -> str:
    """Give the qualifier of a function's ARN; without one it is the unpublished function that is called."""
    divided = parts(address.resource, _QUALIFIED)
    return divided[-1] if len(divided) == _QUALIFIED else LATEST


def _may_be_same(one: Address, other: Address) -> bool:
    """Say whether two addresses with one function's name are in one place, as far as it is told."""
    if any(name.startswith("@") for name in names(one.function)):
        return False
    pairs = ((one.partition, other.partition), (one.region, other.region), (one.account, other.account))
    return all(left == right or not (is_whole(left) and is_whole(right)) for left, right in pairs)


def _circles(edges: list[_Edge]) -> Iterator[tuple[_Edge, list[_Caller]]]:
    """Give circles until every destination that is part of one has been in one, each with where it begins."""
    onward: dict[_Caller, list[_Caller]] = {}
    for edge in edges:
        onward.setdefault(edge.source, []).extend(edge.targets)
    together = _together(onward)
    told: set[tuple[_Caller, _Caller]] = set()
    for edge in edges:
        for target in edge.targets:
            if together[edge.source] == together[target] and (edge.source, target) not in told:
                circle = _way(onward, target, edge.source)
                told.update(zip((edge.source, *circle), circle, strict=False))
                yield edge, circle


def _together(onward: Mapping[_Caller, list[_Caller]]) -> Mapping[_Caller, int]:
    """Give two callers one number just where each leads to the other (by Kosaraju's algorithm)."""
    backward: dict[_Caller, list[_Caller]] = {}
    for source, targets in onward.items():
        for target in targets:
            backward.setdefault(target, []).append(source)
    numbers: dict[_Caller, int] = {}
    left = list(_left([*onward, *backward], onward, set()))
    seen: set[_Caller] = set()
    for number, start in enumerate(reversed(left)):
        for name in _left([start], backward, seen):
            numbers[name] = number
    return numbers


def _left(starts: Iterable[_Caller], onward: Mapping[_Caller, list[_Caller]], seen: set[_Caller]) -> Iterator[_Caller]:
    """Give all that can be reached and is not in ``seen``, which grows, in the order in which a walk leaves it."""
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(onward.get(start, ())))]
        while path:
            rest = path[-1][1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                yield path.pop()[0]
            else:
                seen.add(following)
                path.append((following, iter(onward.get(following, ()))))


def _way(onward: Mapping[_Caller, list[_Caller]], start: _Caller, goal: _Caller) -> list[_Caller]:
    """Give the shortest way from one caller to another that it leads to, both ends included."""
    came = {start: start}
    waiting = [start]
    for name in waiting:
        if name == goal:
            break
        for following in onward.get(name, ()):
            if following not in came:
                came[following] = name
                waiting.append(following)
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def _way_shown(callers: list[_Caller]) -> str:
    """Write a circle out, a long one by its two ends."""
    spelled = [shown(_spelled(each)) for each in callers]
    if len(spelled) > _MOST_SHOWN:
        half = _MOST_SHOWN // 2
        spelled[half:-half] = [f"({len(spelled) - 2 * half} more)"]
    return " -> ".join(spelled)


def _spelled(caller: _Caller) -> str:
    name, qualifier = caller
    return name if qualifier in ("", LATEST) else f"{name}:{qualifier}"


ITSELF = Rule(_ITSELF, "No function is its own destination", _itself)
CIRCLE = Rule(_CIRCLE, "No function is its own destination by way of others", _circle, is_of_all=True)
