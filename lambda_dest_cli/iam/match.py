"""Wildcards, as policies write them: ``*`` for any run of characters, ``?`` for one.

IAM User Guide, "IAM JSON policy elements: Action" (case-insensitive) and "Resource" (case-sensitive; a wildcard stays
within the partition, service, region or account segment of an ARN, unless it is a star that ends the segment).
"""

import re
from functools import lru_cache

_SEGMENTS = 6
_PATTERNS = 4_096
"""How many compiled patterns are kept; a policy has tens."""


LITERALS = {"*": "\ue000", "?": "\ue001", "$": "\ue002"}
"""How a ``${*}``, ``${?}`` or ``${$}`` is kept apart from a wildcard: characters that no ARN or value has."""
_AS_TEXT = str.maketrans({mark: sign for sign, mark in LITERALS.items()})


@lru_cache(_PATTERNS)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str] | str:
    """Compile a pattern; one without wildcards is compared as text."""
    if "*" not in pattern and "?" not in pattern:
        text = as_text(pattern)
        return text.lower() if ignore_case else text
    pieces = [_piece(piece) for piece in re.split(r"\*+", pattern)]
    # Atomic groups: each run of a star takes the nearest match of what follows and never gives it back, which is
    # right for wildcards and keeps hostile patterns (a*a*a*…) linear instead of exponential.
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    last = f".*{pieces[-1]}" if len(pieces) > 1 else ""
    return re.compile(f"{pieces[0]}{middle}{last}", re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _piece(text: str) -> str:
    return "".join("." if each == "?" else re.escape(as_text(each)) for each in text)


def as_text(text: str) -> str:
    """Give what is compared as text its ``${*}``, ``${?}`` and ``${$}`` back."""
    return text.translate(_AS_TEXT)


def matches(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Say whether a pattern covers the whole of a text."""
    compiled = _compiled(pattern, ignore_case)
    if isinstance(compiled, str):
        return compiled == (text.lower() if ignore_case else text)
    return compiled.fullmatch(text) is not None


def action_matches(pattern: str, action: str) -> bool:
    """Say whether an Action element covers an action; both are case-insensitive."""
    return matches(pattern, action, ignore_case=True)


def resource_matches(pattern: str, arn: str) -> bool:
    """Say whether a Resource element covers a resource; a star at the end of a segment reaches beyond the colon."""
    return arn_matches(pattern, arn) or ("*:" in pattern and matches(pattern, arn))


def arn_matches(pattern: str, arn: str) -> bool:
    """Say whether an ARN operator's value covers an ARN: segment by segment, the resource part as a whole."""
    if pattern == "*":
        return True
    wanted, found = pattern.split(":", _SEGMENTS - 1), arn.split(":", _SEGMENTS - 1)
    if len(wanted) < _SEGMENTS or len(found) < _SEGMENTS:
        return matches(pattern, arn)
    return all(matches(each, other) for each, other in zip(wanted, found, strict=True))
