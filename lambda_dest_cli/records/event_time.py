"""When an event happened, where it says so: services write the time into what they send to a function."""

from collections.abc import Mapping
from typing import Any

from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.records.json_text import parse
from lambda_dest_cli.records.line import time_of

_EVENTS = ("requestPayload", "body")
"""Where a record, and a dead letter, keep the event."""


def event_age(line: OutcomeLine) -> float | None:
    """Give the seconds from when the event happened to the outcome; None where that is not told.

    Lambda's record itself does not say when the event was accepted (Developer Guide, "Capturing records of Lambda
    asynchronous invocations").
    """
    _, record = parse(line.record.text)
    if not isinstance(record, dict):
        return None
    event = next((record[name] for name in _EVENTS if name in record), None)
    happened = time_of(_told(event) if isinstance(event, dict) else _of_batch(record))
    return None if happened is None or happened > line.time else (line.time - happened).total_seconds()


def _told(event: Mapping[str, Any]) -> object:
    """Give the time that EventBridge, S3 or SNS wrote, in their own places."""
    if "detail-type" in event:
        return event.get("time")
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    if not isinstance(first, dict):
        return None
    notification = first.get("Sns")
    return notification.get("Timestamp") if isinstance(notification, dict) else first.get("eventTime")


def _of_batch(record: Mapping[str, Any]) -> object:
    """Give when the first record of a stream's batch arrived."""
    batch = next((value for name, value in record.items() if name.endswith("BatchInfo")), None)
    return batch.get("approximateArrivalOfFirstRecord") if isinstance(batch, dict) else None
