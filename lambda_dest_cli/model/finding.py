"""What a check found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lambda_dest_cli.model.configuration import Slot


class State(StrEnum):
    """Four states, never fewer: what could not be checked must not look like a pass."""

    PASS = "pass"  # noqa: S105 - a state, not a secret
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check, about one function, qualifier and slot where it has them."""

    id: str
    state: State
    message: str
    function: str = ""
    qualifier: str = ""
    slot: Slot | None = None
    target: str = ""
    hint: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    """What the verdict rests on: decisions, policies, the statement that would cure it. JSON-able."""
