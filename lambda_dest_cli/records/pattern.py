"""Event patterns and filter policies: can one match what Lambda writes?

EventBridge User Guide, "Amazon EventBridge event patterns", and SNS Developer Guide, "Filter policies", which share
their syntax. Only what is certain is said: what depends on data may match, and what this reader does not know is for
AWS to say.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final


class Given(Enum):
    """What stands for a value that is not one."""

    ANY = "any"
    """It depends on data, or on what will happen."""
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class AnyBut:
    """Stands for a text that depends on what will happen, and will not be this one."""

    text: str


ANY: Final = Given.ANY
_ABSENT: Final = Given.ABSENT
_NEEDS_A_VALUE = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard", "numeric", "cidr"})
_EITHER = "$or"


class Match(IntEnum):
    """Whether a pattern matches; the least of several that must all hold counts, the greatest of alternatives."""

    NO = 0
    ASK = 1
    """This reader cannot tell, though nothing depends on data."""
    MAY = 2
    """It depends on data."""
    YES = 3


def match(pattern: str, event: Mapping[str, object]) -> Match:
    """Say whether a pattern (JSON text) matches an event, in which ANY stands for data."""
    try:
        found = json.loads(pattern)
    except ValueError:
        return Match.ASK
    return _fields(found, event) if isinstance(found, dict) else Match.ASK


def without_data(pattern: str, event: Mapping[str, object]) -> str:
    """Leave out of a pattern what depends on data, so that AWS can be asked about the rest."""
    try:
        found = json.loads(pattern)
    except ValueError:
        return pattern
    return json.dumps(_kept(found, event)) if isinstance(found, dict) else pattern


def example(event: object) -> object:
    """Give an event with some text wherever data would be."""
    if isinstance(event, Mapping):
        return {key: example(value) for key, value in event.items()}
    if isinstance(event, list):
        return [example(each) for each in event]
    return "example" if _is_open(event) else event


def _kept(pattern: Mapping[str, object], event: object) -> dict[str, object]:
    """Keep what does not depend on data; every alternative keeps something, or nobody would have to ask."""
    kept: dict[str, object] = {}
    for key, wanted in pattern.items():
        inner = _inner(event, key)
        if key == _EITHER and isinstance(wanted, list):
            kept[key] = [_kept(each, event) for each in wanted if isinstance(each, dict)]
        elif not _is_open(inner):
            kept[key] = _kept(wanted, inner) if isinstance(wanted, dict) else wanted
    return {key: wanted for key, wanted in kept.items() if wanted != {}}


def _is_open(value: object) -> bool:
    return value is ANY or isinstance(value, AnyBut)


def _inner(event: object, key: str) -> object:
    if isinstance(event, Mapping):
        return event.get(key, _ABSENT)
    return ANY if event is ANY else _ABSENT


def _fields(pattern: Mapping[str, object], event: object) -> Match:
    return min((_field(key, wanted, event) for key, wanted in pattern.items()), default=Match.YES)


def _field(key: str, wanted: object, event: object) -> Match:
    if key == _EITHER and isinstance(wanted, list):
        return max((_fields(each, event) for each in wanted if isinstance(each, dict)), default=Match.ASK)
    inner = _inner(event, key)
    if isinstance(wanted, dict):
        return _fields(wanted, inner)
    if not isinstance(wanted, list):
        return Match.ASK
    if _is_open(inner):
        never = [inner.text] if isinstance(inner, AnyBut) else []
        return Match.NO if wanted and all(each in never for each in wanted) else Match.MAY
    values = inner if isinstance(inner, list) else [inner]
    return max((_alternative(each, values) for each in wanted), default=Match.NO)


def _alternative(wanted: object, values: Sequence[object]) -> Match:
    if isinstance(wanted, Mapping):
        return _operator(wanted, values)
    return Match.YES if any(wanted == each and type(wanted) is type(each) for each in values) else Match.NO


def _operator(wanted: Mapping[str, object], values: Sequence[object]) -> Match:
    name, asked = next(iter(wanted.items()), ("", None))
    absent = list(values) == [_ABSENT]
    if name == "exists" and isinstance(asked, bool):
        return Match.YES if asked is not absent else Match.NO
    if absent and name in _NEEDS_A_VALUE:
        return Match.NO
    if name == "prefix" and isinstance(asked, str):
        return Match.YES if any(isinstance(each, str) and each.startswith(asked) for each in values) else Match.NO
    return Match.ASK
