"""When an event that did not succeed is tried again. Pure.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". After a function's error:
one minute before the first retry, two before the second. The age check looks ahead (recorded on AWS, Nov 2025): a
maximum age of 60 s sends the first failure straight on, 90 s allows one retry. Throttles and system errors use up no
retry: the event goes back to the queue, for one second at first and five minutes at most.
"""

from lambda_dest_cli.local.invoke_config import StoredConfig
from lambda_dest_cli.model.configuration import DEFAULT_EVENT_AGE_SECONDS, DEFAULT_RETRY_ATTEMPTS

_DELAYS = (60, 120)
_LONGEST_BACK_OFF = 300
_DOUBLINGS = 9
"""After so many the back-off has reached its longest."""


def delay_before_retry(attempts: int, age: float, config: StoredConfig) -> tuple[float | None, str]:
    """Give the seconds to wait after ``attempts`` failed ones, or None and the condition under which it ends.

    ``age`` is the event's, in AWS's seconds.
    """
    retries = config.maximum_retry_attempts
    if attempts > (DEFAULT_RETRY_ATTEMPTS if retries is None else retries):
        return None, "RetriesExhausted"
    delay = _DELAYS[min(attempts, len(_DELAYS)) - 1]
    return (delay, "") if _young_enough(age + delay, config) else (None, "EventAgeExceeded")


def delay_after_refusal(refusals: int, age: float, config: StoredConfig) -> float | None:
    """Give the seconds to wait when an event could not be run, ``refusals`` times before; None when it gets too old."""
    delay = min(2.0 ** min(refusals, _DOUBLINGS), _LONGEST_BACK_OFF)
    return delay if _young_enough(age + delay, config) else None


def _young_enough(age: float, config: StoredConfig) -> bool:
    return age <= (config.maximum_event_age_in_seconds or DEFAULT_EVENT_AGE_SECONDS)
