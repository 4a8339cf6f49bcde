"""What CloudWatch counted of a function in a stretch of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_MINUTE, _MOMENT = 60, 2
_UNITS = ((86_400, "days"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, in UTC."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long it is."""
        return int((self.end - self.start).total_seconds())

    @property
    def words(self) -> str:
        """The stretch as a person says it: ``in the last 24 h``, or since when where it is no round number."""
        whole = round(self.seconds / _MINUTE) * _MINUTE
        # Its two ends are taken a moment apart.
        seconds = whole if abs(whole - self.seconds) <= _MOMENT else self.seconds
        for size, unit in _UNITS:
            if seconds >= size * (2 if unit == "days" else 1) and seconds % size == 0:
                return f"in the last {seconds // size} {unit}"
        return f"since {moment(self.start)}"


class Metric(StrEnum):
    """Lambda's metrics of asynchronous invocation, by their names in CloudWatch.

    Developer Guide, "Types of metrics for Lambda functions".
    """

    RECEIVED = "AsyncEventsReceived"
    INVOCATIONS = "Invocations"
    DROPPED = "AsyncEventsDropped"
    AGE = "AsyncEventAge"
    """In milliseconds; the highest, where the others are summed up."""
    UNDELIVERED = "DestinationDeliveryFailures"
    DEAD_LETTER_ERRORS = "DeadLetterErrors"
    THROTTLES = "Throttles"
    LOOPS = "RecursiveInvocationsDropped"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one metric came to. ``value`` is the sum, or the highest of an age."""

    value: float
    last: datetime
    """When the last stretch with anything in it began, in UTC."""


Past = Mapping[Metric, Counted]
"""One function's metrics. One that counted nothing is absent: CloudWatch does not tell zero from silence."""


def moment(when: datetime) -> str:
    """Spell a time of CloudWatch's, which counts in minutes."""
    return f"{when:%Y-%m-%d %H:%M} UTC"
