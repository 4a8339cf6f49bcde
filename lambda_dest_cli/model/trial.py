"""A function that was tried: what was sent, what came of it, and where it was seen to arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.result import Problem


class Verdict(StrEnum):
    """What came of a trial."""

    PASSED = "passed"
    FAILED = "failed"
    """Not as expected, or not everywhere, or nothing."""
    SKIPPED = "skipped"
    """There is nothing to be seen of it."""
    ERROR = "error"
    """It could not be tried."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Lambda took an event."""

    request_id: str
    at: datetime
    """In UTC, by AWS's clock."""
    ahead: float
    """Seconds that AWS's clock is ahead of this machine's; 0 where they agree, as far as can be told."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a function, as its log tells it."""

    started: datetime
    seconds: float | None = None
    """How long it ran; None while it runs."""
    status: str = ""
    """``timeout`` or ``error`` where Lambda's own line says so."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One stage of the way of an event."""

    name: str
    """``accepted``, ``attempt 1``, or a slot and its destination, ``on_failure sqs:orders-failed``."""
    at: datetime
    """In UTC."""
    seconds: float
    """Since the event was accepted."""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One function, tried once."""

    function: str
    """As a person types it: NAME or NAME:QUALIFIER."""
    verdict: Verdict
    words: str
    """What came of it, in a sentence."""
    expected: InvocationOutcome | None = None
    hint: str = ""
    request_id: str | None = None
    outcome: InvocationOutcome | None = None
    hops: tuple[Hop, ...] = ()
    line: OutcomeLine | None = None
    """What arrived, the record rather than the dead letter where both did."""
    missing: Mapping[Slot, Arn] = field(default_factory=dict)
    """Where it should have arrived and did not."""
    findings: tuple[Finding, ...] = ()
    """Why, the likeliest first."""
    more: tuple[str, ...] = ()
    """Commands that tell more."""
    problem: Problem | None = None
    """Why it could not be tried."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TrialReport:
    """The trial of one function."""

    trial: Trial


@dataclass(frozen=True, slots=True)
class FleetTrialReport:
    """The trials of several."""

    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class TrialWait:
    """What is waited for, in seconds from now."""

    names: tuple[str, ...]
    """Of the functions whose outcome is not known yet; empty while the feeds are being opened."""
    elapsed: float = 0.0
    left: float = 0.0
    attempts: int = 0
    tries: int = 0
    due: float | None = None
    """When a failure's record is due."""
    done: int = 0
    total: int = 1
