"""One trial as it goes: what was sent, what has arrived of it, and whether that is all there will be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import InvocationOutcome, Message, OutcomeLine
from lambda_dest_cli.model.trial import Accepted, Attempt
from lambda_dest_cli.prover.goal import SLOTS, Goal

_LOG_SECONDS = 5.0
"""How long to wait for the log of an event whose record has arrived: lines reach CloudWatch Logs some seconds late."""
_LOG_SECONDS_SCALED = 1.0
_NOWHERE = Arn("", "", "", "", "")


class Arrival(NamedTuple):
    """A record or dead letter at one slot."""

    line: OutcomeLine
    at: datetime


@dataclass(slots=True, eq=False)
class Course:
    """One trial. Times without a zone are the run's clock, in seconds."""

    goal: Goal
    accepted: Accepted | None = None
    began: float = 0.0
    deadline: float = 0.0
    complete: float | None = None
    """Since when nothing more is expected but the log."""
    arrived: dict[Slot, Arrival] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    log_problem: str = ""
    """Why the function's log cannot be read."""
    told: InvocationOutcome | None = None
    """How it ended as far as the function's log tells: what is not run again has succeeded."""
    others: dict[Arn, int] = field(default_factory=dict)
    """Runs of a destination function whose log does not tell for which event they were."""

    def begin(self, accepted: Accepted, now: float) -> None:
        """Take note that the event was accepted."""
        self.accepted, self.began, self.deadline = accepted, now, now + self.goal.timeout

    @property
    def outcome(self) -> InvocationOutcome | None:
        """How the event ended, once something of it has arrived."""
        return next((each.line.outcome for each in self.arrived.values()), None)

    def infer(self, now: float) -> None:
        """Tell from the log how an event ended that nothing arrived of."""
        if not self.outcome and len(self.attempts) < self.goal.clock.tries and self._quiet(now):
            self.told = InvocationOutcome.SUCCESS

    @property
    def missing(self) -> Mapping[Slot, Arn]:
        """Where something must arrive still."""
        targets = self.goal.targets(self.outcome or self.told or self.goal.expected)
        return {slot: arn for slot, arn in targets.items() if slot not in self.arrived}

    def waits_for(self, arn: Arn) -> bool:
        """Say whether a destination is of use still. Until something arrives, either outcome may."""
        if self.complete is not None:
            return False
        places = self.missing if self.outcome else self.goal.routes
        return arn in places.values()

    def take(self, line: OutcomeLine, message: Message, now: float) -> bool:
        """Look whether an outcome is of this event; what it tells is kept."""
        accepted = self.accepted
        if accepted is None:
            return False
        if line.logs is None or line.request_id == accepted.request_id:
            slot = self._slot(line) if line.request_id == accepted.request_id else None
        elif any(accepted.request_id in each for each in line.logs):
            slot = self._slot_of_log(line)
        else:
            slot = None
            if line.destination in self.goal.routes.values() and message.sent >= accepted.at - timedelta(seconds=1):
                self.others[line.destination] = self.others.get(line.destination, 0) + 1
        if slot is None or slot in self.arrived:
            return False
        outcome = next(outcome for outcome, slots in SLOTS.items() if slot in slots)
        if self.outcome not in (None, outcome):
            return False
        self._keep(slot, line, message, now, outcome)
        return True

    def over(self, now: float) -> bool:
        """Say whether there is no more to wait for."""
        if self.outcome and (self.goal.expected not in (None, self.outcome) or not self.missing):
            self.complete = now if self.complete is None else self.complete
            return self._log_read() or now >= self.complete + self._log_patience()
        return now >= self.deadline or (not self.arrived and self._quiet(now))

    def _quiet(self, now: float) -> bool:
        return self.seconds_since_due(now) >= self.goal.clock.grace

    def seconds_since_due(self, now: float) -> float:
        """Give the seconds since the next run, or the record, was due, as its log tells; negative ahead of it."""
        accepted, ran = self.accepted, len(self.attempts)
        if accepted is None or not self.attempts or self.attempts[-1].seconds is None:
            return -1.0
        ended = (self.attempts[-1].started - accepted.at).total_seconds() + self.attempts[-1].seconds
        clock = self.goal.clock
        wait = clock.waits[ran - 1] / clock.scale if ran < clock.tries else 0.0
        return now - self.began - ended - wait

    def _keep(self, slot: Slot, line: OutcomeLine, message: Message, now: float, outcome: InvocationOutcome) -> None:
        assert self.accepted is not None  # noqa: S101 - only then anything is taken
        seen = datetime.fromtimestamp(now, UTC) + timedelta(seconds=self.accepted.ahead)
        exact = line.destination.service != "s3"  # S3 tells whole seconds
        at = min(max(message.sent, self.accepted.at), seen) if exact else seen
        if not self.arrived:
            self.deadline = min(self.deadline, now + self.goal.clock.grace)
        self.arrived[slot] = Arrival(replace(line, outcome=outcome), at)

    def _slot(self, line: OutcomeLine) -> Slot | None:
        slot = line.slot
        return slot if slot is not None and self.goal.routes.get(slot, _NOWHERE) == line.destination else None

    def _slot_of_log(self, line: OutcomeLine) -> Slot | None:
        """Tell the slot of what a destination function printed, where it serves several by how the record reads."""
        slots = [slot for slot, arn in self.goal.routes.items() if arn == line.destination]
        if len(slots) < 2:
            return slots[0] if slots else None
        succeeded = any("'Success'" in each or '"Success"' in each for each in line.logs or ())
        return Slot.ON_SUCCESS if succeeded else Slot.ON_FAILURE

    def _log_read(self) -> bool:
        if self.goal.forced:
            return True  # it never runs
        counts = [each.line.attempts for each in self.arrived.values() if each.line.attempts is not None]
        ended = sum(attempt.seconds is not None for attempt in self.attempts)
        return bool(self.log_problem) or ended >= max(counts, default=1)

    def _log_patience(self) -> float:
        return _LOG_SECONDS if self.goal.clock.scale == 1 else _LOG_SECONDS_SCALED
