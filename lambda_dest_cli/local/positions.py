"""Where the statements of a policy stand in its text, as IAM's simulator counts.

Answers of AWS's on policies that are known (the examples of ``aws iam simulate-custom-policy``; AdministratorAccess:
line 3, column 17 to line 8, column 6) show it: lines and columns count from 1; a statement in a list begins where what
precedes it ends, be that the bracket or the statement before; one that stands alone begins behind its brace; both end
behind theirs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text."""

    line: int
    column: int


def statement_positions(text: str) -> list[tuple[Position, Position]]:
    """Give start and end of each statement of a policy, which is one (``iam.document.read`` took it)."""
    return [(_position(text, start), _position(text, end)) for start, end in _spans(text)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if key == "Statement":
            yield from _listed(text, at + 1) if text[at] == "[" else [(at + 1, _after(text, at))]
        at = _skip(text, _after(text, at))


def _listed(text: str, at: int) -> Iterator[tuple[int, int]]:
    while text[_skip(text, at)] != "]":
        end = _after(text, _skip(text, at))
        yield at, end
        at = end


def _after(text: str, at: int) -> int:
    end: int = _DECODER.raw_decode(text, at)[1]
    return end


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _position(text: str, at: int) -> Position:
    return Position(text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)
