"""JSON that is passed on as it was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawJson:
    """One JSON value as text: valid, on one line, in ASCII.

    Numbers keep their spelling and objects their duplicate keys, which no parsed form would do.
    """

    text: str
