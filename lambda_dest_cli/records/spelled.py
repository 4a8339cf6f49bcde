"""JSON changed and written again, with every number that was not changed spelled as it was."""

import json
from collections.abc import Iterator
from typing import Any

from lambda_dest_cli.errors import UsageProblem


class SpelledFloat(float):
    """A number with a point or an exponent, and how it was written."""

    __slots__ = ("text",)
    text: str


class SpelledInt(int):
    """A whole number, and how it was written."""

    text: str


def read(text: str) -> Any:
    """Give the value of a JSON text; its numbers remember how they were written. Raises UsageProblem."""
    try:
        return json.loads(text, parse_float=_float, parse_int=_int)
    except (ValueError, RecursionError) as error:
        raise UsageProblem(f"it is not JSON: {error}") from error


def write(value: Any) -> str:
    """Write a value as JSON."""
    return "".join(_written(value))


def _float(text: str) -> SpelledFloat:
    found = SpelledFloat(text)
    found.text = text
    return found


def _int(text: str) -> Any:
    try:
        found = SpelledInt(text)
    except ValueError:  # more digits than Python reads
        return _float(text)
    found.text = text
    return found


def _written(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for place, (name, each) in enumerate(value.items()):
            yield f"{',' if place else ''}{json.dumps(name, ensure_ascii=False)}:"
            yield from _written(each)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for place, each in enumerate(value):
            yield "," if place else ""
            yield from _written(each)
        yield "]"
    elif isinstance(value, SpelledFloat | SpelledInt):
        yield value.text
    else:
        yield json.dumps(value, ensure_ascii=False)
