"""What arrives at a destination: messages, and the outcome of an invocation that each of them tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.raw_json import RawJson


class InvocationOutcome(StrEnum):
    """How an asynchronous invocation ended."""

    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing read at a destination, before anything is made of it."""

    id: str
    """The destination's own name for it, the same however often it is read."""
    body: str | bytes
    sent: datetime
    """When the destination took it, in UTC."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Its message attributes, as text; Lambda sets some on what it sends to a dead-letter queue."""
    log_of: str | None = None
    """Where ``body`` is what a destination function printed: the request id of that invocation, or empty."""


@dataclass(frozen=True, slots=True)
class Route:
    """One reason to look at a destination: a slot of a function. ``qualifier`` is None for a dead-letter queue."""

    function: str
    function_arn: str
    """Unqualified."""
    qualifier: str | None
    slot: Slot


@dataclass(frozen=True, slots=True)
class Watch:
    """A destination to look at, once, with every slot it serves; no routes where it was named by itself."""

    destination: Arn
    routes: tuple[Route, ...] = ()
    only: frozenset[tuple[str, str | None]] = frozenset()
    """Whose outcomes are wanted: unqualified function ARN, and a qualifier or None for all. Empty: everyone's."""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome. What the message does not tell is None; ``outcome`` is None for what is no record at all."""

    time: datetime
    """In UTC: the record's own time, else when the destination took the message."""
    destination: Arn
    record: RawJson
    """The invocation record; for a dead letter its ``body`` and ``attributes``; else the text as a JSON string."""
    function: str | None = None
    qualifier: str | None = None
    function_arn: str | None = None
    outcome: InvocationOutcome | None = None
    condition: str | None = None
    attempts: int | None = None
    request_id: str | None = None
    error_type: str | None = None
    """The error's class; of a dead letter the HTTP status that Lambda writes, 200 for a function error."""
    error_message: str | None = None
    slot: Slot | None = None
    logs: tuple[str, ...] | None = None
    """Lines that a function printed, where its log was read."""


@dataclass(frozen=True, slots=True)
class DetailedOutcome:
    """An outcome that is to be shown with everything in it."""

    line: OutcomeLine


@dataclass(frozen=True, slots=True)
class LoggedOutcome:
    """An outcome that is to be shown with the lines of its log, where it has some."""

    line: OutcomeLine


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a stream of outcomes, so far."""

    failed: int
    succeeded: int
    others: int
    """What was no record."""
    rate: float
    """Outcomes a second, of late."""
    held: int
    """Messages of queues that are hidden for now."""
    errors: tuple[tuple[str, int], ...] = ()
    """The types of error that came most often."""
