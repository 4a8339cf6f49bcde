"""LDS104 and LDS107: no function is its own destination, by itself or by way of others."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lambda_dest_cli.templates.address import Address
from lambda_dest_cli.templates.declaration import Declaration, Reading, Route
from lambda_dest_cli.templates.hole import is_whole, names, shown
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.rules.rule import Rule

_ITSELF, _CIRCLE = "LDS104", "LDS107"


class _Edge(NamedTuple):
    """A destination that is a function."""

    declaration: Declaration
    route: Route
    source: str
    target: str


def _itself(reading: Reading) -> Iterator[Remark]:
    for edge in _edges(reading):
        if edge.source == edge.target:
            message = "the function is its own destination, which Lambda refuses under every qualifier"
            yield failure(_ITSELF, edge.declaration.subject, edge.route.place, message, "send its outcomes elsewhere")


def _circle(reading: Reading) -> Iterator[Remark]:
    edges = list(_edges(reading))
    onward = _onward([edge for edge in edges if edge.source != edge.target])
    told: set[frozenset[str]] = set()
    for edge in edges:
        circle = _way(onward, edge.target, edge.source) if edge.source != edge.target else []
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way = " -> ".join(shown(name) for name in (edge.source, *circle))
            message = f"the functions are one another's destinations in a circle: {way}"
            hint = "Lambda stops such a loop after some 16 turns: send one of the outcomes elsewhere"
            yield failure(_CIRCLE, edge.declaration.subject, edge.route.place, message, hint)


def _edges(reading: Reading) -> Iterator[_Edge]:
    """Give the destinations that are functions of the file, each function by one name."""
    known: dict[str, list[Address]] = {}
    for declaration in reading.declarations:
        address = Address.read(declaration.function)
        if address and address.function:
            known.setdefault(address.function, []).append(address)
    for declaration in reading.declarations:
        source = Address.read(declaration.function)
        for route in declaration.routes:
            target = Address.read(route.target)
            if source and target and any(_may_be_same(target, each) for each in known.get(target.function, ())):
                yield _Edge(declaration, route, source.function, target.function)


def _may_be_same(one: Address, other: Address) -> bool:
    """Say whether two addresses with one function's name are in one place, as far as it is told."""
    if any(name.startswith("@") for name in names(one.function)):
        return False
    pairs = ((one.partition, other.partition), (one.region, other.region), (one.account, other.account))
    return all(left == right or not (is_whole(left) and is_whole(right)) for left, right in pairs)


def _onward(edges: list[_Edge]) -> Mapping[str, list[str]]:
    onward: dict[str, list[str]] = {}
    for edge in edges:
        onward.setdefault(edge.source, []).append(edge.target)
    return onward


def _way(onward: Mapping[str, list[str]], start: str, goal: str) -> list[str]:
    """Give the shortest way from one function to another, both ends included; empty where there is none."""
    came: dict[str, str] = {start: ""}
    waiting = [start]
    for name in waiting:
        if name == goal:
            break
        for following in onward.get(name, ()):
            if following not in came:
                came[following] = name
                waiting.append(following)
    if goal not in came:
        return []
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


ITSELF = Rule(_ITSELF, "No function is its own destination", _itself)
CIRCLE = Rule(_CIRCLE, "No function is its own destination by way of others", _circle)
