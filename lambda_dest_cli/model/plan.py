"""A plan: what would be written, and what came of writing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lambda_dest_cli.model.configuration import Setting


class Kind(StrEnum):
    """The two things lds writes."""

    INVOKE_CONFIG = "invoke_config"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """What one write is about. The qualifier of a dead-letter configuration is always ``$LATEST``."""

    function: str
    qualifier: str
    kind: Kind


Settings = Mapping[Address, Setting]


class Action(StrEnum):
    """What a change does to its address."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One write. ``before`` is absent for a create, ``after`` for a delete."""

    action: Action
    address: Address
    before: Setting | None
    after: Setting | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The writes, in the order they are safe in, and a digest that names exactly this plan."""

    changes: tuple[Change, ...]
    digest: str
    unchanged: int = 0

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def count(self, action: Action) -> int:
        """Count the changes of one action."""
        return sum(change.action is action for change in self.changes)


class Outcome(StrEnum):
    """What came of a change."""

    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One change, carried out or not; ``error`` and ``hint`` are empty where it was applied."""

    change: Change
    outcome: Outcome
    error: str = ""
    hint: str = ""
