"""An outcome: one line. What it says comes from others, so it is all shown inert."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.records.document import document
from lambda_dest_cli.render.inert import inert, width
from lambda_dest_cli.render.line import Line

_WORDS = {
    InvocationOutcome.SUCCESS: ("SUCCESS", "green"),
    InvocationOutcome.FAILURE: ("FAILED", "red"),
    None: ("OTHER", "yellow"),
}
_OUTCOME, _FUNCTION, _CONDITION, _ERROR, _DESTINATION = 7, 12, 20, 16, 21
"""The columns that each takes at least, so that lines are in line where they can be."""
_NAME_LIMIT, _ERROR_LIMIT = 64, 60
_REQUEST_ID_SHOWN = 8
_PLATFORM = re.compile(r'INIT_START |(START|END|REPORT) RequestId: |\{"time":"[^"]*","type":"platform\.')
"""How Lambda's own log lines begin."""
_FUNCTION_ERROR = "200"
"""What Lambda writes as a dead letter's code for an error of the function itself; it says nothing."""


def as_json(line: OutcomeLine) -> dict[str, object]:
    """Give an outcome as the contract spells it; ``record`` is text that the format passes on as it is."""
    return document(line)


def as_text(line: OutcomeLine, today: date | None = None) -> Iterable[Line]:
    """Give the one line, in local time; the day is named unless it is ``today`` (by default, the day it is)."""
    word, style = _WORDS[line.outcome]
    yield Line.assemble(
        (_time(line.time.astimezone(), today or date.today()), "dim"),
        "  ",
        (_column(word, _OUTCOME), style),
        "  ",
        _column(_function(line), _FUNCTION),
        "  ",
        _column(_condition(line), _CONDITION),
        "  ",
        _column(_error(line), _ERROR),
        "  ",
        _column(f"-> {inert(label(line.destination))}", _DESTINATION),
        "  ",
        (inert((line.request_id or "-")[:_REQUEST_ID_SHOWN]), "dim"),
    )


def _column(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def _time(time: datetime, today: date) -> str:
    return time.strftime("%H:%M:%S") if time.date() == today else time.strftime("%Y-%m-%d %H:%M:%S")


def _function(line: OutcomeLine) -> str:
    name = inert(line.function or "-", _NAME_LIMIT)
    return name if line.qualifier in (None, LATEST) else f"{name}:{inert(line.qualifier or '', _NAME_LIMIT)}"


def _condition(line: OutcomeLine) -> str:
    if line.slot is Slot.DEAD_LETTER and line.condition is None:
        return "dead letter"
    if line.outcome is None:
        return "not a record" if line.logs is None else "log"
    attempts = "" if line.attempts is None else f" x{_cut(str(line.attempts), _REQUEST_ID_SHOWN)}"
    return f"{inert(line.condition or '-', _NAME_LIMIT)}{attempts}"


def _error(line: OutcomeLine) -> str:
    if line.outcome is None:
        text = line.record.text if line.logs is None else _telling(line.logs)
        return _cut(inert(text, _ERROR_LIMIT), _ERROR_LIMIT)
    kind = None if line.slot is Slot.DEAD_LETTER and line.error_type == _FUNCTION_ERROR else line.error_type
    parts = [inert(part, _ERROR_LIMIT) for part in (kind, line.error_message) if part]
    return _cut(": ".join(parts), _ERROR_LIMIT)


def _telling(lines: tuple[str, ...]) -> str:
    """Give the first line that the function itself printed."""
    return next((line for line in lines if line and not _PLATFORM.match(line)), lines[0])


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
