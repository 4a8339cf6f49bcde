"""Wildcards, as policies write them: ``*`` for any run of characters, ``?`` for one.

IAM User Guide, "IAM JSON policy elements: Action" (case-insensitive) and "Resource" (case-sensitive; a wildcard stays
within the segment of the ARN in which it stands, unless it is a star that ends the segment: that one "can expand to
match beyond the colon boundaries").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lambda_dest_cli.iam.truth import Truth

LITERALS = {"*": "\ue000", "?": "\ue001", "$": "\ue002"}
"""How a ``${*}``, ``${?}`` or ``${$}`` is kept apart from a wildcard: characters that no ARN or value has."""
_AS_TEXT = str.maketrans({mark: sign for sign, mark in LITERALS.items()})

_ARN_PARTS = 6
_SERVICE_PARTS = 3
"""``arn:partition:service``: no star of these reaches beyond its segment, so that they always have to match."""
_ANY = "."
_WITHIN = "[^:]"


def as_text(text: str) -> str:
    """Give what is compared as text its ``${*}``, ``${?}`` and ``${$}`` back."""
    return text.translate(_AS_TEXT)


def compiled(patterns: Iterable[str], ignore_case: bool = False) -> re.Pattern[str]:
    """Compile patterns into one expression whose ``fullmatch`` says whether any of them covers a text."""
    return _compiled([_source(pattern) for pattern in patterns], re.IGNORECASE | re.ASCII if ignore_case else 0)


def compiled_arns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Compile the values of an ARN operator: each of the six components is checked separately."""
    return _compiled([_arn_source(pattern) for pattern in patterns])


@dataclass(frozen=True, slots=True)
class Resources:
    """Compiled Resource patterns: those that certainly cover what they match, and those that only may.

    They may where the page does not say how far a wildcard reaches: one inside a segment beside a star that ends one,
    or a star that would have to reach out of the partition or the service.
    """

    sure: re.Pattern[str]
    perhaps: re.Pattern[str] | None

    @classmethod
    @lru_cache(maxsize=1024)
    def of_one(cls, pattern: str) -> "Resources":
        """Compile one value, such as a Resource whose variables were filled in: the same ones come again and again."""
        return cls.of([pattern])

    @classmethod
    def of(cls, patterns: Iterable[str]) -> "Resources":
        """Compile the values of a Resource element."""
        sure: list[str] = []
        perhaps: list[str] = []
        for pattern in patterns:
            certain, possible = _resource_sources(pattern)
            sure += certain
            perhaps += possible
        return cls(_compiled(sure), _compiled(perhaps) if perhaps else None)

    def cover(self, arn: str) -> Truth:
        """Say whether any pattern covers a resource."""
        if self.sure.fullmatch(arn):
            return Truth.YES
        return Truth.UNKNOWN if self.perhaps and self.perhaps.fullmatch(arn) else Truth.NO


def matches(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Say whether a pattern covers the whole of a text."""
    return compiled([pattern], ignore_case).fullmatch(text) is not None


def action_matches(pattern: str, action: str) -> bool:
    """Say whether an Action element covers an action; both are case-insensitive."""
    return matches(pattern, action, ignore_case=True)


def resource_matches(pattern: str, arn: str) -> Truth:
    """Say whether a Resource element covers a resource."""
    return Resources.of([pattern]).cover(arn)


def arn_matches(pattern: str, arn: str) -> bool:
    """Say whether an ARN operator's value covers an ARN: segment by segment, the resource part as a whole."""
    return compiled_arns([pattern]).fullmatch(arn) is not None


def is_arn_pattern(pattern: str) -> bool:
    """Say whether an ARN operator can take a value: an ARN of six components, or the wildcard alone."""
    return pattern == "*" or pattern.count(":") >= _ARN_PARTS - 1


def _compiled(sources: list[str], flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(sources) if sources else "(?!)", re.DOTALL | flags)


def _source(pattern: str, one: str = _ANY) -> str:
    """Write a pattern as a regular expression; ``one`` is what a single character may be."""
    pieces = [_piece(piece, one) for piece in re.split(r"\*+", pattern)]
    if len(pieces) == 1:
        return pieces[0]
    # Atomic groups: each run of a star takes the nearest match of what follows and never gives it back, which is
    # right for wildcards and keeps hostile patterns (a*a*a*…) linear instead of exponential.
    middle = "".join(f"(?>{one}*?{piece})" for piece in pieces[1:-1])
    return f"{pieces[0]}{middle}{one}*{pieces[-1]}"


def _piece(text: str, one: str) -> str:
    return "".join(one if each == "?" else re.escape(as_text(each)) for each in text)


def _arn_source(pattern: str) -> str:
    parts = pattern.split(":", _ARN_PARTS - 1)
    return _head(parts[:-1]) + _source(parts[-1]) if len(parts) == _ARN_PARTS else _source(pattern)


def _head(parts: list[str]) -> str:
    return "".join(f"(?>{_source(part, _WITHIN)}:)" for part in parts)


def _resource_sources(pattern: str) -> tuple[list[str], list[str]]:
    """Give the expressions of one Resource pattern: (those that are certain, those that are possible)."""
    parts = pattern.split(":", _ARN_PARTS - 1)
    if parts[0] != "arn":
        # IAM takes nothing but an ARN and the star; what a wildcard in anything else covers is not said.
        certain = pattern == "*" or not _has_wildcard(pattern)
        return ([_source(pattern)], []) if certain else ([], [_source(pattern)])
    cut = min(_SERVICE_PARTS, len(parts) - 1)
    head, tail = parts[:cut], parts[cut:]
    whole = len(parts) == _ARN_PARTS
    exact = all(map(_only_ends_in_star, tail[:-1] if whole else tail))
    doubtful = head if exact else parts[:-1] if whole else parts
    beyond = [_source(pattern)] if any(part.endswith("*") for part in doubtful) else []
    return [_head(head) + _source(":".join(tail)) if exact else _arn_source(pattern)], beyond


def _only_ends_in_star(part: str) -> bool:
    return not _has_wildcard(part.rstrip("*"))


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text
