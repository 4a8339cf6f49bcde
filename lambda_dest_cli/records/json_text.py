"""JSON texts of others: read for what they say, passed on as they were written."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from lambda_dest_cli.model.raw_json import RawJson

_SPACE = re.compile(r"[ \t\n\r]*")
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]")
_INTEGER_DIGITS = 1_000
"""More than Lambda's records need, and less than where int() starts to refuse (4,300)."""


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else digits


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


# For what is looked at only; what is passed on is text. NaN and Infinity are Python's own, not JSON.
_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse)
_QUICK = json.JSONDecoder(parse_constant=_refuse)
"""The same where no integer is long: it calls nothing back for each of them."""
_LONG = re.compile(rf"\d{{{_INTEGER_DIGITS + 1}}}", re.ASCII)


def parse(text: str) -> tuple[bool, Any]:
    """Give (whether the text is JSON, its value). Never raises: too deep a nesting counts as no JSON."""
    try:
        return True, _decoder(text).decode(text)
    except (ValueError, RecursionError):
        return False, None


def member(text: str, name: str) -> str | None:
    """Give the text of one member of a JSON object, or None; the last one counts, as for ``parse``.

    ``text`` must have been parsed before: raises ValueError or IndexError for what is no JSON.
    """
    position = _skip(text, 0)
    if text[position : position + 1] != "{":
        return None
    found, position = None, _skip(text, position + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        start = _skip(text, _skip(text, position) + 1)
        _, end = _DECODER.raw_decode(text, start)
        if key == name:
            found = text[start:end]
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def known_member(text: str, name: str, value: Mapping[str, Any]) -> str | None:
    """Give the same as ``member`` where ``value`` is what ``text`` was parsed as, as a rule without a second look."""
    if name not in value:
        return None
    quoted_name = f'"{name}"'
    place = text.find(quoted_name)
    colon = _skip(text, place + len(quoted_name))
    plain = place > 0 and text[place - 1] != "\\" and text[colon : colon + 1] == ":"
    if plain and text.find(quoted_name, colon) < 0:
        start = _skip(text, colon + 1)
        found, end = _decoder(text).raw_decode(text, start)
        if found == value[name]:  # another member may hold one of this name, if this one's is spelled with escapes
            return text[start:end]
    return member(text, name)


def raw(text: str) -> RawJson:
    """Make one line of ASCII out of a JSON text. Outside of strings only white space changes, inside nothing does."""
    line = text.strip(" \t\n\r")
    plain = line.isascii() and line.isprintable()
    return RawJson(line if plain else _NOT_PLAIN.sub(_escape, line))


def quoted(text: str) -> RawJson:
    """Give any text as a JSON string."""
    return raw(json.dumps(text))


def _decoder(text: str) -> json.JSONDecoder:
    return _DECODER if len(text) > _INTEGER_DIGITS and _LONG.search(text) else _QUICK


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\t\n\r":  # JSON has none of these inside a string
        return " "
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]
