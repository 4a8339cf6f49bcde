"""The shape of a dialect, and what all of them need to know."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_dest_cli.destinations import Need, type_of
from lambda_dest_cli.iam.least_privilege import GrantDocument, statements_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import DEFAULT_EVENT_AGE_SECONDS, DEFAULT_RETRY_ATTEMPTS, EventInvokeConfig
from lambda_dest_cli.model.export import Exported

POLICY_NAME = "lds-destinations"
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A tool that functions are carried out to."""

    name: str
    words: str
    """What its file is called, with its article."""
    write: Callable[[Sequence[Exported]], str]
    """Writes a whole file of at least one function; they come in the order of their names, all of one home."""


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """What one execution role needs, for all of its functions. ``role`` is None where its name has to be asked for."""

    key: str
    """What tells it from others: the role's name, or the function's where the role is not known."""
    role: str | None
    document: GrantDocument
    functions: frozenset[str]

    @property
    def name(self) -> str:
        """The policy's name. Roles that are not known may turn out to be one, where one name would be one policy."""
        return POLICY_NAME if self.role else f"{POLICY_NAME}-{self.key}"


def role_policies(functions: Iterable[Exported]) -> list[RolePolicy]:
    """Give the policies that the functions' roles need, one a role; none for a role that needs nothing."""
    needs: dict[tuple[str, str | None], dict[Need, None]] = {}
    owners: dict[tuple[str, str | None], set[str]] = {}
    for function in functions:
        key = (function.role_name or function.name, function.role_name)
        needs.setdefault(key, {}).update(dict.fromkeys(_needs(function)))
        owners.setdefault(key, set()).add(function.name)
    return [
        RolePolicy(key[0], key[1], statements_for(needs[key]), frozenset(owners[key]))
        for key in sorted(needs, key=lambda each: (each[0], each[1] or ""))
        if needs[key]
    ]


def granted(functions: Iterable[Exported]) -> GrantDocument:
    """Give the one policy that a role needs which all of the functions have."""
    return statements_for(need for function in functions for need in _needs(function))


def opening(functions: Sequence[Exported], *more: str) -> str:
    """Give the comment that a file begins with, which every dialect writes with ``#``."""
    home = functions[0].arn
    first = f"Destinations of asynchronous invocations in account {home.account}, {home.region}, exported by lds."
    return "".join(f"# {line}\n" for line in (first, *more))


def policy_note(functions: Iterable[Exported]) -> tuple[str, ...]:
    """Warn of what writing a role's policy takes away, where there is one to write."""
    if not any(policy.role for policy in role_policies(functions)):
        return ()
    return (f"A role's policy {POLICY_NAME} is replaced whole: export all functions of a role together.",)


def _needs(function: Exported) -> Iterable[Need]:
    for arn in _destinations(function):
        kind = type_of(arn)
        if kind is None:
            continue
        yield from kind.needs(arn, function.name)
        if arn in function.keys:
            yield from (Need(action, str(function.keys[arn])) for action in kind.kms_actions)


def _destinations(function: Exported) -> Iterable[Arn]:
    for config in function.configurations.values():
        yield from config.destinations().values()
    if function.dead_letter:
        yield function.dead_letter


def numbers(config: EventInvokeConfig, retries: str, age: str) -> dict[str, Any]:
    """Give the numbers that are not AWS's defaults, under a dialect's names for them."""
    found = {}
    if config.maximum_event_age_in_seconds != DEFAULT_EVENT_AGE_SECONDS:
        found[age] = config.maximum_event_age_in_seconds
    if config.maximum_retry_attempts != DEFAULT_RETRY_ATTEMPTS:
        found[retries] = config.maximum_retry_attempts
    return found


class Names:
    """Hands out names of letters, digits and, between words, ``joint``: unique, and the same at every run."""

    def __init__(self, joint: str = "") -> None:
        self._joint = joint
        self._taken: set[str] = set()

    def name(self, *words: str) -> str:
        """Give a name made of words; a number behind it where two come to the same."""
        parts = [part for word in words for part in _NOT_A_WORD.split(word.replace("$", "")) if part]
        made = self._joint.join(parts if self._joint else [part[0].upper() + part[1:] for part in parts])
        made = made if made and made[0].isalpha() else f"F{self._joint}{made}"
        free, number = made, 1
        while free.lower() in self._taken:
            number += 1
            free = f"{made}{self._joint}{number}"
        self._taken.add(free.lower())
        return free
