"""The time at AWS, whatever time it is here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def aws_time(answer: Mapping[str, Any], clock: float) -> datetime:
    """Give when an answer was given, in UTC, in whole seconds; by ``clock`` where it does not say."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(clock, UTC)
