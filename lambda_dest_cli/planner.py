"""What would be written, worked out from what is wanted and what is there. Pure.

Laws, kept as properties in the tests: a plan of what is there already is empty; a plan applied leaves an empty plan;
the order of the input does not matter.
"""

import hashlib
import json
from collections.abc import Mapping

from lambda_dest_cli.destinations import parse
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import (
    ConfigPatch,
    DeadLetterConfig,
    EventInvokeConfig,
    FunctionState,
    Setting,
    Slot,
    Unset,
)
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.plan import Action, Address, Change, Kind, Plan, Settings
from lambda_dest_cli.model.spec import FunctionSpec

DIGEST_LENGTH = 16
_NOTHING: Mapping[Kind, Setting] = {
    Kind.INVOKE_CONFIG: EventInvokeConfig(),
    Kind.DEAD_LETTER: DeadLetterConfig(),
}


def settings_of(state: FunctionState) -> Settings:
    """Give what a function has now, by address. What is not set is absent."""
    name = state.facts.name
    settings: dict[Address, Setting] = {
        Address(name, qualifier, Kind.INVOKE_CONFIG): config for qualifier, config in state.configurations.items()
    }
    if state.facts.dead_letter:
        settings[Address(name, LATEST, Kind.DEAD_LETTER)] = DeadLetterConfig(state.facts.dead_letter)
    return settings


def desired(state: FunctionState, qualifier: str, patch: ConfigPatch, replace: bool = False) -> Settings:
    """Give what a patch wants of a function under a qualifier; only what it names is addressed.

    ``replace`` starts from AWS's defaults instead of from what is there. It leaves a DLQ that is not named alone.
    """
    wanted: dict[Address, Setting] = {}
    if replace or patch.touches_invoke_config():
        found = None if replace else state.configurations.get(qualifier)
        address = Address(state.facts.name, qualifier, Kind.INVOKE_CONFIG)
        wanted[address] = patch.overlay(found or EventInvokeConfig())
    if not isinstance(patch.dead_letter, Unset):
        wanted[Address(state.facts.name, LATEST, Kind.DEAD_LETTER)] = DeadLetterConfig(patch.dead_letter)
    return wanted


def desired_by_spec(function: FunctionSpec, state: FunctionState) -> Settings:
    """Give what a spec wants of a function: a qualifier that it names is complete, a DLQ that it does not name is left.

    Names of destinations are resolved where the function lives; raises UsageProblem for what cannot be one there.
    """
    name, home = state.facts.name, state.facts.arn

    def resolved(text: str | None) -> Arn | None:
        return parse(text, home) if text else None

    wanted: dict[Address, Setting] = {
        Address(name, qualifier, Kind.INVOKE_CONFIG): EventInvokeConfig(
            on_success=resolved(asked.on_success),
            on_failure=resolved(asked.on_failure),
            maximum_retry_attempts=asked.maximum_retry_attempts,
            maximum_event_age_in_seconds=asked.maximum_event_age_in_seconds,
        )
        for qualifier, asked in function.qualifiers.items()
    }
    if not isinstance(function.dead_letter, Unset):
        wanted[Address(name, LATEST, Kind.DEAD_LETTER)] = DeadLetterConfig(resolved(function.dead_letter))
    return wanted


def plan(wanted: Settings, current: Settings) -> Plan:
    """Give the changes that turn ``current`` into ``wanted`` at the addresses that ``wanted`` names.

    Wanting the defaults is wanting nothing: such an address is deleted where it is set, and left alone where it is not.
    """
    changes = [
        change for address, setting in wanted.items() if (change := _change(address, setting, current.get(address)))
    ]
    ordered = tuple(sorted(changes, key=_order))
    return Plan(ordered, digest(ordered), unchanged=len(wanted) - len(ordered))


def removal(addresses: tuple[Address, ...], current: Settings) -> Plan:
    """Give the plan that deletes what is set at these addresses, even where it says no more than the defaults."""
    found = tuple(
        Change(Action.DELETE, address, current[address], None) for address in sorted(addresses) if address in current
    )
    return Plan(found, digest(found), unchanged=len(addresses) - len(found))


def digest(changes: tuple[Change, ...]) -> str:
    """Name exactly these changes, in 16 hexadecimal digits."""
    text = json.dumps(
        [
            [change.action, *_key(change.address), setting_json(change.before), setting_json(change.after)]
            for change in changes
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def setting_json(setting: Setting | None) -> dict[str, object] | None:
    """Give a setting as the JSON contract spells it."""
    if setting is None:
        return None
    if isinstance(setting, DeadLetterConfig):
        return {"target_arn": _text(setting.target_arn)}
    return {
        "on_success": _text(setting.on_success),
        "on_failure": _text(setting.on_failure),
        "maximum_retry_attempts": setting.maximum_retry_attempts,
        "maximum_event_age_in_seconds": setting.maximum_event_age_in_seconds,
    }


def replaces(change: Change) -> bool:
    """Say whether a change takes away or replaces something that somebody set, rather than only adding."""
    if change.before is None:
        return False
    if change.after is None:
        return change.before != _NOTHING[change.address.kind]
    nothing = setting_json(_NOTHING[change.address.kind]) or {}
    before, after = setting_json(change.before) or {}, setting_json(change.after) or {}
    return any(before[name] not in (nothing[name], after[name]) for name in before)


def _change(address: Address, wanted: Setting, found: Setting | None) -> Change | None:
    nothing = _NOTHING[address.kind]
    if wanted == (found or nothing):
        return None
    if wanted == nothing:
        return Change(Action.DELETE, address, found, None)
    return Change(Action.UPDATE if found else Action.CREATE, address, found, wanted)


def _order(change: Change) -> tuple[int, Address]:
    """Put writes that add a failure path before writes that remove one, so that no event falls between."""
    before, after = _failure_path(change.before), _failure_path(change.after)
    return (0 if after and not before else 2 if before and not after else 1), change.address


def _failure_path(setting: Setting | None) -> bool:
    return setting is not None and any(slot is not Slot.ON_SUCCESS for slot in setting.destinations())


def _key(address: Address) -> tuple[str, str, str]:
    return address.function, address.qualifier, address.kind


def _text(arn: Arn | None) -> str | None:
    return str(arn) if arn else None
