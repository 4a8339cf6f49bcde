"""LDS106: one target in two slots, where a reader cannot easily tell what arrives apart."""

from collections.abc import Iterator

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address, brief, fault
from lambda_dest_cli.templates.declaration import Reading, Route
from lambda_dest_cli.templates.remark import Remark, warning
from lambda_dest_cli.templates.rules.rule import Rule

_ID = "LDS106"
_SORTED_BY_DETAIL_TYPE = "events"
"""A bus is meant to be shared: the two kinds of record have detail-types of their own, and rules pick by them."""


def _run(reading: Reading) -> Iterator[Remark]:
    dead_letters: dict[str, tuple[Route, ...]] = {}
    for declaration in reading.declarations:
        if all(route.slot is Slot.DEAD_LETTER for route in declaration.routes):
            dead_letters[declaration.function] = declaration.routes
    for declaration in reading.declarations:
        first: dict[str, Route] = {}
        for route in (*declaration.routes, *dead_letters.get(declaration.function, ())):
            if route.guarded or _is_bus(route) or fault(route.target, route.slot):
                continue
            other = first.setdefault(route.target, route)
            if other.slot is not route.slot:
                yield warning(_ID, declaration.subject, route.place, _message(other, route), "give each slot its own")


def _is_bus(route: Route) -> bool:
    address = Address.read(route.target)
    return address is not None and address.service == _SORTED_BY_DETAIL_TYPE


def _message(first: Route, second: Route) -> str:
    what = (
        "every failed event arrives twice, once as a record and once bare"
        if {first.slot, second.slot} == {Slot.ON_FAILURE, Slot.DEAD_LETTER}
        else "its readers must tell successes from failures themselves"
    )
    return f"{brief(second.target)} is the {first.slot.words} target too, which AWS allows: {what}"


RULE = Rule(_ID, "No queue, topic or function is in two slots", _run)
