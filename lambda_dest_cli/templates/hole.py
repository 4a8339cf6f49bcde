"""Texts with holes: what a template leaves open until it is deployed.

A hole has a name, so that two texts which leave the same thing open compare equal: ``${AWS::Region}`` is one region
throughout a template.
"""

import re
from collections.abc import Callable

_OPEN, _CLOSE, _COLON = "\ue010", "\ue011", "\ue012"
_HOLE = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
LONGEST = 4_096
"""Texts beyond this are no ARN, and not worth putting together."""

PARTITION, REGION, ACCOUNT = "AWS::Partition", "AWS::Region", "AWS::AccountId"
NAME = "@name"
"""What the name of a hole ends with that is the name of a resource."""


def hole(name: str) -> str:
    """Make a hole."""
    return f"{_OPEN}{name.replace(':', _COLON)}{_CLOSE}"


def unknown(line: int, column: int) -> str:
    """Make a hole that is like no other: whatever stands at this place of the file."""
    return hole(f"@{line}@{column}")


def is_whole(text: str) -> bool:
    """Say whether a text has no hole."""
    return _OPEN not in text


def is_hole(text: str) -> bool:
    """Say whether a text is one hole and nothing else."""
    return _HOLE.fullmatch(text) is not None


def head(text: str) -> str:
    """Give what stands before the first hole."""
    return text.partition(_OPEN)[0]


def names(text: str) -> list[str]:
    """Give the names of the holes."""
    return [each.replace(_COLON, ":") for each in _HOLE.findall(text)]


def filled(text: str, fill: Callable[[str], str]) -> str:
    """Give the text with each hole replaced by what ``fill`` makes of its name."""
    return _HOLE.sub(lambda match: fill(match[1].replace(_COLON, ":")), text)


def shown(text: str) -> str:
    """Give the text as a person reads it: ``${AWS::Region}``, or ``${…}`` for what has no name."""
    return filled(text, lambda name: "${…}" if name.startswith("@") else f"${{{name.partition('@')[0]}}}")


def parts(text: str, most: int) -> list[str]:
    """Split at colons, into ``most`` parts at the most; a colon in a hole's name divides nothing."""
    return text.split(":", most - 1)
