"""What the API model itself refuses, with the words of Lambda's validation (lambda/2015-03-31, recorded Nov 2025)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.model.configuration import EVENT_AGE_RANGE, RETRY_ATTEMPTS_RANGE, Slot

MEMBERS = (("OnSuccess", "on_success", Slot.ON_SUCCESS), ("OnFailure", "on_failure", Slot.ON_FAILURE))
"""(member of DestinationConfig, field of StoredConfig, slot)."""
NUMBERS = (
    ("MaximumRetryAttempts", "maximum_retry_attempts", RETRY_ATTEMPTS_RANGE),
    ("MaximumEventAgeInSeconds", "maximum_event_age_in_seconds", EVENT_AGE_RANGE),
)
"""(member, field of StoredConfig, what it may be)."""
_PATTERN = (
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)
_QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9$_-]+"
_LONGEST_QUALIFIER = 128
_MOST_ITEMS = 50


def check_values(asked: Mapping[str, Any]) -> None:
    """Check the numbers and the shape of the destinations; raises ApiFault with all that is wrong."""
    wrong = []
    for member, _, allowed in NUMBERS:
        value = asked.get(member)
        if value is not None and value not in allowed:
            wrong.append(_complaint(value, _camel(member), _bound(value, allowed)))
    for member, _, _ in MEMBERS:
        text = destination_in(asked, member)
        if text and not re.fullmatch(_PATTERN, text):
            wrong.append(_complaint(text, f"destinationConfig.{_camel(member)}.destination", _matching(_PATTERN)))
    if wrong:
        raise _refusal(wrong)


def check_qualifier(text: str) -> None:
    """Check a qualifier as the API model does; raises ApiFault."""
    if len(text) > _LONGEST_QUALIFIER:
        constraint = f"Member must have length less than or equal to {_LONGEST_QUALIFIER}"
        raise _refusal([_complaint(text, "qualifier", constraint)])
    if text and not re.fullmatch(_QUALIFIER, text):
        raise _refusal([_complaint(text, "qualifier", _matching(_QUALIFIER))])


def destination_in(asked: Mapping[str, Any], member: str) -> str | None:
    """Give what a body says of a slot: None is silence, and so is an empty object; "" clears."""
    value = ((asked.get("DestinationConfig") or {}).get(member) or {}).get("Destination")
    return value if value is None else str(value)


def check_page_size(text: str | None) -> int:
    """Give MaxItems; raises ApiFault outside 1 to 50."""
    if text is None:
        return _MOST_ITEMS
    allowed = range(1, _MOST_ITEMS + 1)
    size = int(text) if text.isdigit() else 0
    if size not in allowed:
        raise _refusal([_complaint(text, "maxItems", _bound(size, allowed))])
    return size


def _bound(value: object, allowed: range) -> str:
    low = isinstance(value, int) and value < allowed[0]
    return f"Member must have value {'greater' if low else 'less'} than or equal to {allowed[0 if low else -1]}"


def _camel(member: str) -> str:
    return member[0].lower() + member[1:]


def _matching(pattern: str) -> str:
    return f"Member must satisfy regular expression pattern: {pattern}"


def _complaint(value: object, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _refusal(wrong: Sequence[str]) -> ApiFault:
    errors = "1 validation error" if len(wrong) == 1 else f"{len(wrong)} validation errors"
    return ApiFault(400, "ValidationException", f"{errors} detected: {'; '.join(wrong)}")
