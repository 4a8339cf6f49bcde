"""JSON of others on several lines, in colour: numbers as they are spelled, texts inert, no more than can be read."""

import json
import re
from collections.abc import Iterator

from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

LINES_AT_MOST = 200
_TEXT_LIMIT = 500
_STEP = "  "
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STYLES = {"key": "cyan", "string": "green", "number": "magenta", "word": "yellow", "mark": ""}


def json_lines(text: str, indent: str = "") -> Iterator[Line]:
    """Give the lines of a JSON text, which must be valid."""
    lines = _lines(text)
    for _, (depth, parts) in zip(range(LINES_AT_MOST), lines, strict=False):
        yield Line.assemble(indent + _STEP * depth, *parts)
    more = sum(1 for _ in lines)
    if more:
        yield Line(f"{indent}… and {more} more lines; -o json has them", "dim")


def _lines(text: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Give (how deep, styled parts) for each line; an empty object or array stays on one."""
    pieces = [each[0] for each in _TOKEN.finditer(text)]
    depth, parts = 0, list[tuple[str, str]]()
    for position, piece in enumerate(pieces):
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        if piece in "]}" and pieces[position - 1] not in "[{":
            yield depth, parts
            parts = []
            depth -= 1
        parts.append(_styled(piece, following == ":"))
        if piece in "[{" and following not in ("]", "}"):
            yield depth, parts
            parts = []
            depth += 1
        elif piece == ",":
            yield depth, parts
            parts = []
    yield depth, parts


def _styled(piece: str, key: bool) -> tuple[str, str]:
    if piece == ":":
        return ": ", _STYLES["mark"]
    if piece in "{}[],":
        return piece, _STYLES["mark"]
    if piece.startswith('"'):
        shown = json.dumps(json.loads(piece), ensure_ascii=False)
        return inert(shown, _TEXT_LIMIT), _STYLES["key" if key else "string"]
    return inert(piece, _TEXT_LIMIT), _STYLES["word" if piece.isalpha() else "number"]
