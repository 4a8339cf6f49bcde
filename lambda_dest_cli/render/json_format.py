"""JSON: one document for a command, one object a line for a stream."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.result import Result
from lambda_dest_cli.render.format import Format
from lambda_dest_cli.render.reports import report_form
from lambda_dest_cli.render.screen import Screen

RESULT_VERSION = 1
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_LONG_LIST = 100
_STAND_IN = f"raw:{uuid4().hex}:"
"""What nobody else's text can begin with."""
_STOOD_IN = re.compile(f'"{_STAND_IN}([0-9]+)"')


def envelope(result: Result, command: str) -> dict[str, object]:
    """Give the document that scripts read; it has the same members whatever happened."""
    return {
        "lds_result_version": RESULT_VERSION,
        "command": command,
        "status": str(result.status),
        "exit_code": int(result.exit_code),
        "data": None if result.data is None else report_form(result.data).json(result.data),
        "errors": [{"code": each.code, "message": each.message, "hint": each.hint} for each in result.errors],
    }


def dumps(document: object, indent: int | None = None) -> str:
    """Give JSON in ASCII, so that nothing a record holds can reach a terminal, and lone surrogates survive.

    An object with a RawJson member is set on one line, and that member's text goes into it as it is.
    """
    if isinstance(document, dict) and RawJson in map(type, document.values()):
        return "{" + ",".join(_members(document)) + "}"
    text = _indented(document, indent, 0) if indent else _ENCODER.encode(document)
    return text.replace("\x7f", "\\u007f")  # the one control character that json leaves as it is


def _indented(value: object, indent: int, level: int) -> str:
    """Give JSON over several lines; of a long list each item has one, which is also written many times as fast."""
    rows: list[str]
    if isinstance(value, dict) and value:
        rows = [f"{json.dumps(str(name))}: {_indented(each, indent, level + 1)}" for name, each in value.items()]
        begin, end = "{}"
    elif isinstance(value, list | tuple) and value:
        one_line = len(value) > _LONG_LIST
        rows = [_on_one_line(each) if one_line else _indented(each, indent, level + 1) for each in value]
        begin, end = "[]"
    else:
        return _on_one_line(value)
    pad = "\n" + " " * indent * level
    inner = pad + " " * indent
    return f"{begin}{inner}{f',{inner}'.join(rows)}{pad}{end}"


def _on_one_line(value: object) -> str:
    """Give JSON on one line; the texts of RawJson, however deep, go into it as they are."""
    texts: list[str] = []

    def stand_in(other: object) -> str:
        if not isinstance(other, RawJson):
            raise TypeError(f"{type(other).__name__} is no JSON")
        texts.append(other.text)
        return f"{_STAND_IN}{len(texts) - 1}"

    text = json.dumps(value, default=stand_in)
    return _STOOD_IN.sub(lambda match: texts[int(match[1])], text) if texts else text


def _members(document: dict[str, object]) -> Iterator[str]:
    """Give the members in their order, those between two texts together: a stream has thousands of lines a second."""
    plain: dict[str, object] = {}
    for name, value in document.items():
        if not isinstance(value, RawJson):
            plain[name] = value
            continue
        if plain:
            yield dumps(plain)[1:-1]
            plain = {}
        yield f"{dumps(name)}:{value.text}"
    if plain:
        yield dumps(plain)[1:-1]


def _result(result: Result, command: str, screen: Screen) -> None:
    screen.answer(dumps(envelope(result, command), indent=2))


def _item(item: object, screen: Screen) -> None:
    screen.answer(dumps(report_form(item).json(item)))


def _error(result: Result, command: str, screen: Screen) -> None:
    """Print the envelope on one line: the error may end a stream, which has one object a line."""
    screen.answer(dumps(envelope(result, command)))


FORMAT = Format(result=_result, item=_item, error=_error)
