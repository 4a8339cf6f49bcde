"""When a failure's record is due. Pure.

One minute before the first retry, two before the second; the age check looks ahead, so that a maximum age of 60 s tries
a failing event once (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
"""

from dataclasses import dataclass
from itertools import accumulate

from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.duration import duration

_DELAYS = (60, 120)


@dataclass(frozen=True, slots=True)
class RetryClock:
    """The waits of a failing event, in AWS's seconds; ``scale`` says how much faster time passes here."""

    waits: tuple[int, ...]
    run_seconds: int
    """The longest that one run may take, which no scale shortens."""
    scale: float = 1.0

    @property
    def tries(self) -> int:
        """How often a failing event is run."""
        return len(self.waits) + 1

    @property
    def waited(self) -> float:
        """How long it waits between its runs altogether, in seconds here."""
        return sum(self.waits) / self.scale

    @property
    def patience(self) -> float:
        """How long to wait for its record, in seconds here: every run may take as long as it is allowed to."""
        return self.waited + self.tries * self.run_seconds + self.grace

    @property
    def grace(self) -> float:
        """How long a record may be on its way, in seconds here."""
        return max(10.0, 60.0 / self.scale)

    def due(self, attempts: int, since: float) -> float:
        """Give the seconds from acceptance until the last run is over, as far as ``attempts`` tell.

        ``since`` are the seconds until the latest of them began.
        """
        return since + sum(self.waits[max(0, attempts - 1) :]) / self.scale

    def words(self) -> str:
        """Say how long a failure takes; empty where it takes no longer than a success."""
        if not self.waits:
            return ""
        each = " and ".join(duration(wait) for wait in self.waits)
        faster = f", at {self.scale:g} times the speed" if self.scale > 1 else ""
        return (
            f"an event that fails is run {self.tries} times (after {each}{faster}), "
            f"so a failure's record comes {_about(self.waited)} after the event"
        )


def retry_clock(config: EventInvokeConfig, run_seconds: int, scale: float, forced: bool = False) -> RetryClock:
    """Work out the clock of a configuration; ``forced`` is of a function that is switched off, which never runs."""
    if forced:
        return RetryClock((), 0, scale)
    delays = _DELAYS[: config.maximum_retry_attempts]
    young = [age <= config.maximum_event_age_in_seconds for age in accumulate(delays)]
    return RetryClock(delays[: sum(young)], run_seconds, scale)


def _about(seconds: float) -> str:
    return f"about {duration(round(seconds))}" if seconds >= 1 else f"about {seconds:.1f}s"
