"""Replay: what is sent again, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import Message, OutcomeLine, Watch


class State(StrEnum):
    """What the journal knows of one sending."""

    PENDING = "pending"
    """Written down before it was sent; no answer has been written down."""
    ACCEPTED = "accepted"
    """Lambda has it."""
    UNKNOWN = "unknown"
    """It was sent, and nobody knows whether Lambda has it."""
    FAILED = "failed"
    """Lambda does not have it."""


class Fate(StrEnum):
    """What became of one event in a run."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ALREADY_ACCEPTED = "already_accepted"
    """An earlier sending of it was accepted, so it was not sent."""
    IN_DOUBT = "in_doubt"
    """Nobody knows whether an earlier sending of it was accepted, so it was not sent."""
    FAILED_AGAIN = "failed_again"
    """It is what this run sent, come back; it was left alone."""
    NOT_REPLAYABLE = "not_replayable"
    TAKEN = "taken"
    """Someone else may have taken it from the source meanwhile, so it was not sent."""
    DECLINED = "declined"
    """A person was asked about it, and said no."""


@dataclass(frozen=True, slots=True)
class Found:
    """One message of a source, and what is known of the place it was found in."""

    message: Message
    watch: Watch
    told: OutcomeLine | None = None
    """The outcome, where the message is a line that tells it; without the record, which is in the line."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is sent again."""

    source: str
    """The identity of the source."""
    id: str
    """The source's own name for it."""
    payload: bytes
    target: FunctionRef
    line: OutcomeLine

    @property
    def request_id(self) -> str | None:
        """The request that failed, where that is known."""
        return self.line.request_id


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one sending."""

    state: State
    request_id: str = ""
    """The new one, where it was accepted."""
    words: str = ""
    again: bool = False
    """Whether it may be sent again in a while (it was not accepted, for a reason that passes)."""
    retry_after: float = 0.0
    """The seconds that Lambda asks to stay away."""
    fatal: bool = False
    """Whether no other sending would fare better: no credentials, no permission, no such function."""


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """What became of one event, as it is shown."""

    time: datetime
    fate: Fate
    source: str
    """The source, as a person names it."""
    source_id: str
    line: OutcomeLine
    target: FunctionRef | None = None
    request_id: str = ""
    """The new one."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Unreplayable:
    """What cannot be sent again, and why."""

    line: OutcomeLine
    why: str


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """What would be sent again."""

    sources: tuple[str, ...]
    chosen: int = 0
    complete: bool = True
    """Whether everything in the sources has been looked at."""
    first: datetime | None = None
    last: datetime | None = None
    errors: tuple[tuple[str, int], ...] = ()
    targets: tuple[tuple[str, int], ...] = ()
    samples: tuple[Event, ...] = ()
    not_chosen: int = 0
    not_replayable: Mapping[str, int] = field(default_factory=dict)
    """How many, by the reason."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """One run, as its journal tells it."""

    id: str
    begun: datetime
    ended: datetime | None
    how: str
    """``finished``, ``stopped``, ``interrupted``, or ``running`` or ``killed`` where no end was written down."""
    sources: tuple[str, ...]
    counts: Mapping[State, int]
    doubts: tuple["Doubt", ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An event of which nobody knows whether it was accepted."""

    source: str
    id: str
    target: str
    request_id: str
    sent: datetime
    state: State


@dataclass(frozen=True, slots=True)
class ReplayStatus:
    """Every run that a journal knows, the newest first."""

    journal: str
    runs: tuple[RunStatus, ...]
