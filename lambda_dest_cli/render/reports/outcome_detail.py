"""An outcome with everything in it: the event, the answer or the error with its stack trace, the log."""

from collections.abc import Iterable, Iterator
from typing import Any

from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.outcome import DetailedOutcome, InvocationOutcome, OutcomeLine
from lambda_dest_cli.records import member
from lambda_dest_cli.records.event_time import event_age
from lambda_dest_cli.records.json_text import parse
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.json_lines import json_lines
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import outcome

_INDENT = "      "
_LINE_LIMIT = 2_000
_LINES_AT_MOST = 200
_PARTS = (("requestPayload", "event"), ("responsePayload", "answer"), ("deliveryError", "delivery"),
          ("body", "event"), ("attributes", "attributes"))  # fmt: skip
_TRACES = ("stackTrace", "trace")
"""What runtimes call it; Node.js has a ``trace``."""


def as_json(item: DetailedOutcome) -> dict[str, object]:
    """Give the same as without details: JSON has them anyway."""
    return outcome.as_json(item.line)


def as_text(item: DetailedOutcome) -> Iterable[Line]:
    """Give the line of the outcome, and below it what the record holds."""
    line = item.line
    yield from outcome.as_text(line)
    yield from _age(line)
    _, record = parse(line.record.text)
    if isinstance(record, dict):
        yield from _record(line, record)
    elif line.logs is None:
        yield from _texts("message", str(record).split("\n"))
    if line.logs:
        yield from log_lines(line.logs)


def log_lines(logs: tuple[str, ...]) -> Iterator[Line]:
    """Give what a function printed."""
    yield from _texts("log", logs)


def _age(line: OutcomeLine) -> Iterator[Line]:
    """Say how old the event was, where it tells when it happened."""
    seconds = event_age(line)
    if seconds is not None:
        yield Line.assemble(*_heading("age"), f"{duration(int(seconds))} from the event to this outcome")


def _record(line: OutcomeLine, record: dict[str, Any]) -> Iterator[Line]:
    known = [(name, words) for name, words in _PARTS if name in record]
    for name, words in known:
        value, failed = record[name], line.outcome is InvocationOutcome.FAILURE
        trace = _trace(value) if failed else []
        if trace:
            yield from _error(line, trace)
        else:
            yield _title("error" if failed and name == "responsePayload" else words)
            yield from json_lines(member(line.record.text, name) or "null", _INDENT)
    if not known:
        yield _title("record")
        yield from json_lines(line.record.text, _INDENT)


def _error(line: OutcomeLine, trace: list[str]) -> Iterator[Line]:
    yield Line.assemble(*_heading("error"), (inert(line.error_type or "", _LINE_LIMIT), "bold red"), ": ",
                        (inert(line.error_message or "", _LINE_LIMIT), "red"))  # fmt: skip
    yield from _body(trace)


def _trace(value: object) -> list[str]:
    """Give the lines of the stack trace of an error, if it has one."""
    if not isinstance(value, dict):
        return []
    found = next((value[name] for name in _TRACES if value.get(name)), None)
    parts = found if isinstance(found, list) else [found]
    return [line for part in parts if isinstance(part, str) for line in part.rstrip("\n").split("\n")]


def _texts(title: str, lines: Iterable[str]) -> Iterator[Line]:
    yield _title(title)
    yield from _body(list(lines))


def _body(lines: list[str]) -> Iterator[Line]:
    for text in lines[:_LINES_AT_MOST]:
        cut = text if len(text) <= _LINE_LIMIT else text[: _LINE_LIMIT - 1] + "…"
        yield Line(_INDENT + inert_lines(cut).rstrip(), "dim")
    if len(lines) > _LINES_AT_MOST:
        yield Line(f"{_INDENT}… and {len(lines) - _LINES_AT_MOST} more lines; -o json has them", "dim")


def _title(words: str) -> Line:
    return Line.assemble(*_heading(words))


def _heading(words: str) -> tuple[tuple[str, str], ...]:
    return (("    ", ""), (words, "bold"), ("  ", ""))
