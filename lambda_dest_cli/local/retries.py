"""When a failed event is tried again. Pure.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation": one minute before the
first retry, two before the second. The age check looks ahead (recorded on AWS, Nov 2025): a maximum age of 60 s sends
the first failure straight on, 90 s allows one retry.
"""

from lambda_dest_cli.local.invoke_config import StoredConfig
from lambda_dest_cli.model.configuration import DEFAULT_EVENT_AGE_SECONDS, DEFAULT_RETRY_ATTEMPTS

_DELAYS = (60, 120)


def delay_before_retry(attempts: int, age: float, config: StoredConfig) -> tuple[float | None, str]:
    """Give the seconds to wait after ``attempts`` failed ones, or None and the condition under which it ends.

    ``age`` is the event's, in AWS's seconds.
    """
    retries = config.maximum_retry_attempts
    if attempts > (DEFAULT_RETRY_ATTEMPTS if retries is None else retries):
        return None, "RetriesExhausted"
    delay = _DELAYS[min(attempts, len(_DELAYS)) - 1]
    if age + delay > (config.maximum_event_age_in_seconds or DEFAULT_EVENT_AGE_SECONDS):
        return None, "EventAgeExceeded"
    return delay, ""
