"""Sizes and times as a person says them."""

_SIZES = ((1_048_576, "MiB"), (1_024, "KiB"))
_TIMES = ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes"))

KIBIBYTE = 1_024
DAY_SECONDS = 86_400
KEPT_SECONDS = 4 * DAY_SECONDS
"""SQS's default retention, and what a failure found on a Friday evening needs until somebody looks on Tuesday."""


def size(octets: int) -> str:
    """Say a number of bytes: ``256 KiB``; odd ones are rounded down."""
    for unit, word in _SIZES:
        if octets >= unit:
            return f"{octets // unit} {word}"
    return f"{octets} bytes"


def time(seconds: float) -> str:
    """Say a stretch of time in its greatest unit, rounded down: ``3 days``."""
    for unit, one, more in _TIMES:
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {one if count == 1 else more}"
    return f"{seconds:.0f} s"
