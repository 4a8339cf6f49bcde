"""LDS101 and LDS102: each destination is something that its slot takes, and of no sort that Lambda refuses."""

from collections.abc import Iterator

from lambda_dest_cli.destinations import TYPES
from lambda_dest_cli.templates.address import Address, brief, fault
from lambda_dest_cli.templates.declaration import Reading, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.rules.rule import Rule

_SHAPE, _REFUSED = "LDS101", "LDS102"


def _shape(reading: Reading) -> Iterator[Remark]:
    for declaration in reading.declarations:
        for route in declaration.routes:
            found = fault(route.target, route.slot)
            if found and not found.refused:
                yield failure(_SHAPE, declaration.subject, route.place, found.message, found.hint)
            elif _is_another(route):
                message, hint = _mismatch(route)
                yield failure(_SHAPE, declaration.subject, route.place, message, hint)


def _refused(reading: Reading) -> Iterator[Remark]:
    for declaration in reading.declarations:
        for route in declaration.routes:
            found = fault(route.target, route.slot)
            if found and found.refused:
                yield failure(_REFUSED, declaration.subject, route.place, found.message, found.hint)


def _is_another(route: Route) -> bool:
    """Say whether the ARN is of another service than the type that is named beside it."""
    address = Address.read(route.target)
    service = address.service if address and is_whole(address.service) else ""
    return bool(route.declared and service) and service != TYPES[route.declared].service


def _mismatch(route: Route) -> tuple[str, str]:
    words = TYPES[route.declared].words
    message = f"the {route.slot.words} destination is declared as {words}, and its ARN is {brief(route.target)}"
    return message, "make the two agree: the role is granted what the declared type needs"


SHAPE = Rule(_SHAPE, "Each destination is of a kind that its slot takes", _shape)
REFUSED = Rule(_REFUSED, "No destination is a FIFO queue, a FIFO topic or a partner event bus", _refused)
