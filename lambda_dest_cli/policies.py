"""Policies to hand to whoever manages IAM: of an execution role for its destinations, of a caller for a command."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.roles import role_name
from lambda_dest_cli.destinations import Need, complaint, label, type_of
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.iam.caller_needs import needs_of, scoped
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.model.arn import Arn, partition_of
from lambda_dest_cli.model.configuration import FunctionFacts, FunctionState, Slot
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


@dataclass(frozen=True, slots=True)
class Wanted:
    """One action on one resource, and what it is for."""

    need: Need
    why: str


@dataclass(frozen=True, slots=True)
class Wants:
    """All that a policy has to allow, and what could not be told."""

    rows: tuple[Wanted, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Route:
    """A destination of a function under a qualifier."""

    slot: Slot
    arn: Arn
    qualifier: str


def for_role(ref: FunctionRef, aws: Aws) -> Wants:
    """Give what the execution role needs for its destinations: under one qualifier where one is named, otherwise all.

    An alias counts for the dead-letter queue that its version keeps, also where it has no configuration. Raises
    NotFound where the function does not exist, or has nowhere to deliver to.
    """
    state = aws.functions.state(ref)
    qualifiers = (
        [ref.qualifier] if ref.qualified else list(dict.fromkeys([LATEST, *state.configurations, *state.aliases]))
    )
    facts = {each: state.facts if each == LATEST else aws.function(ref.at(each)) for each in qualifiers}
    routes = [route for qualifier in qualifiers for route in _routes(state, facts[qualifier], qualifier)]
    if not routes:
        raise NotFound(
            f"{ref} has no destination and no dead-letter queue: its role needs nothing", f"lds show {ref.name}"
        )
    rows: dict[Need, Wanted] = {}
    notes = list(_other_roles(facts))
    for route in routes:
        for wanted in _delivery(route, state.facts.name):
            rows.setdefault(wanted.need, wanted)
        keyed, why = _key(route, aws)
        rows.update((wanted.need, wanted) for wanted in keyed if wanted.need not in rows)
        notes += [why] if why else []
    return Wants(tuple(rows.values()), tuple(dict.fromkeys(notes)))


def for_caller(command: str, region: str, function: FunctionRef | None) -> Wants:
    """Give what whoever runs a command needs, for one function or for all; asks nothing of AWS."""
    partition = partition_of((function.region if function else "") or region)
    rows = (Wanted(need, row.why) for row in needs_of(command) for need in scoped([row], partition, region, function))
    return Wants(tuple(rows))


def document(wants: Wants) -> str:
    """Write the policy, in as few statements as can be."""
    return json.dumps(statements_for(row.need for row in wants.rows), indent=2)


def reasons(wants: Wants) -> str:
    """Write one line an action, with its resource and what it is for."""
    actions = max(len(row.need.action) for row in wants.rows)
    return "\n".join(f"{row.need.action:<{actions}}  {row.need.resource}  # {row.why}" for row in wants.rows)


def _routes(state: FunctionState, facts: FunctionFacts, qualifier: str) -> Iterator[_Route]:
    config = state.configurations.get(qualifier)
    slots = dict(config.destinations()) if config else {}
    if facts.dead_letter:
        slots[Slot.DEAD_LETTER] = facts.dead_letter
    return (_Route(slot, arn, qualifier) for slot, arn in slots.items() if complaint(arn, slot) is None)


def _delivery(route: _Route, function: str) -> Iterator[Wanted]:
    kind = type_of(route.arn)
    for need in kind.needs(route.arn, function) if kind else ():
        yield Wanted(need, f"{route.slot.words} of {route.qualifier}: {label(route.arn)}")


def _key(route: _Route, aws: Aws) -> tuple[list[Wanted], str]:
    """Give what delivery needs on the key that a destination is encrypted with, or why that is not known."""
    kind = type_of(route.arn)
    if kind is None or not kind.kms_actions:
        return [], ""
    target = aws.target(route.arn)
    why = target.key_why or (target.why if target.exists is None else "")
    if why:
        actions = " and ".join(kind.kms_actions)
        return [], f"{label(route.arn)}: if a customer managed key encrypts it, add {actions} on that key ({why})"
    if target.key is None:
        return [], ""
    words = f"the key of {label(route.arn)}"
    return [Wanted(Need(action, str(target.key)), words) for action in kind.kms_actions], ""


def _other_roles(facts: dict[str, FunctionFacts]) -> Iterable[str]:
    """Tell where a version runs as another role than the first of them: it keeps the one it was published with."""
    first, *others = facts.items()
    for qualifier, each in others:
        if each.role != first[1].role:
            yield f"{qualifier} runs as the role {role_name(each.role)}, {first[0]} as {role_name(first[1].role)}"
