"""LDS302, LDS303 and LDS111: a role of the same file may deliver, may use the keys, and may so in time.

Nothing is said where a part of the role cannot be seen: a parameter, an import, a policy of another stack.
"""

from collections.abc import Iterator

from lambda_dest_cli.destinations.type import DestinationType
from lambda_dest_cli.templates.address import Address, brief, fault
from lambda_dest_cli.templates.declaration import Declaration, Grant, Reading, Role, Route
from lambda_dest_cli.templates.hole import hole
from lambda_dest_cli.templates.overlap import overlap
from lambda_dest_cli.templates.remark import Remark, failure, warning
from lambda_dest_cli.templates.rules.rule import Rule

_DELIVERY, _KEY, _ORDER = "LDS302", "LDS303", "LDS111"


def _delivery(reading: Reading) -> Iterator[Remark]:
    for declaration, role, route, kind in _judged(reading):
        if role.delivers or route.is_open:
            continue
        lacking = [action for action, resource in _needs(kind, route) if not _allowing(role, action, resource)]
        if lacking:
            actions = " and ".join(lacking)
            message = f"no policy of the role {role.name} allows {actions} on {brief(route.target)}"
            say = warning if role.may_have_more else failure
            yield say(_DELIVERY, declaration.subject, route.place, message, f"allow it in a policy of {role.name}")


def _keys(reading: Reading) -> Iterator[Remark]:
    for declaration, role, route, kind in _judged(reading):
        key = route.key
        if key is None or key.grants:
            continue
        lacking = [action for action in kind.kms_actions if not _allowing(role, action, key.arn)]
        if lacking:
            message = (
                f"{brief(route.target)} is encrypted with the key {key.name}, and no policy of the role {role.name} "
                f"allows {' and '.join(lacking)} on it: what is sent there is lost"
            )
            yield warning(_KEY, declaration.subject, route.place, message, f"allow it in a policy of {role.name}")


def _order(reading: Reading) -> Iterator[Remark]:
    for declaration, role, route, kind in _judged(reading):
        if role.delivers or route.is_open:
            continue
        late = {policy for need in _needs(kind, route) for policy in _late(role, *need, declaration.after)}
        if late:
            policies = " and ".join(sorted(late))
            message = (
                f"the role {role.name} may deliver only once the policy {policies} is there, and nothing makes "
                "CloudFormation wait for it: the first deployment may be refused"
            )
            yield warning(
                _ORDER, declaration.subject, route.place, message, f"add DependsOn: {', '.join(sorted(late))}"
            )


def _judged(reading: Reading) -> Iterator[tuple[Declaration, Role, Route, DestinationType]]:
    """Give the sound routes of functions whose role is seen whole."""
    for declaration in reading.declarations:
        role = declaration.role
        for route in declaration.routes if role and role.is_whole else ():
            address = Address.read(route.target)
            kind = address.kind if address and not fault(route.target, route.slot) else None
            if role and kind:
                yield declaration, role, route, kind


def _needs(kind: DestinationType, route: Route) -> list[tuple[str, str]]:
    return [(action, resource.format(arn=route.target, function=hole("function"))) for action, resource in kind.actions]


def _allowing(role: Role, action: str, resource: str) -> list[Grant]:
    """Give the grants that may allow an action."""
    return [
        grant
        for grant in role.grants
        if any(overlap(each.lower(), action.lower()) for each in grant.actions)
        and any(_may_cover(role, each, resource) for each in grant.resources)
    ]


def _may_cover(role: Role, granted: str, resource: str) -> bool:
    if {granted, resource} <= role.resources:
        return granted == resource
    return overlap(granted, resource)


def _late(role: Role, action: str, resource: str, after: frozenset[str]) -> set[str]:
    """Give the policies that an action hangs on and that nothing waits for; none where one is there in time."""
    policies = [grant.policy for grant in _allowing(role, action, resource)]
    if any(not policy or policy in after for policy in policies):
        return set()
    return set(policies)


DELIVERY = Rule(_DELIVERY, "The execution role may deliver to each destination", _delivery)
KEY = Rule(_KEY, "The execution role may use the key that a destination is encrypted with", _keys)
ORDER = Rule(_ORDER, "What lets the role deliver is there before the configuration is", _order)
