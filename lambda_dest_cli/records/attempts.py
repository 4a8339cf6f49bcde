"""The runs of one event, read from its function's log lines.

Lambda writes a START and a REPORT line for each, or ``platform.start`` and ``platform.report`` where a function logs in
JSON (Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions"). A retry has the same request id.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from lambda_dest_cli.model.trial import Attempt
from lambda_dest_cli.records.invocation_log import LogLine
from lambda_dest_cli.records.json_text import parse

_LINE = re.compile(r"(?P<kind>START|REPORT) RequestId: (?P<id>[0-9a-f-]+)")
_DURATION = re.compile(r"\tDuration: (?P<ms>[0-9.]+) ms")
_STATUS = re.compile(r"\tStatus: (?P<status>\w+)")
_JSON_KINDS = {"platform.start": "START", "platform.report": "REPORT"}


class _Mark(NamedTuple):
    kind: str
    request_id: str
    seconds: float | None = None
    status: str = ""


def attempts_of(lines: Iterable[LogLine], request_id: str) -> tuple[Attempt, ...]:
    """Give the runs of a request, the first first. A REPORT without its START (which is late) counts as a run too."""
    found: list[Attempt] = []
    open_in: dict[str, int] = {}
    for line in sorted(lines, key=lambda each: each.time):
        mark = _mark(line.text)
        if mark is None or mark.request_id != request_id:
            continue
        if mark.kind == "START":
            open_in[line.stream] = len(found)
            found.append(Attempt(line.time))
            continue
        place = open_in.pop(line.stream, None)
        if place is None:
            place = len(found)
            found.append(Attempt(line.time))
        found[place] = replace(found[place], seconds=mark.seconds, status=mark.status)
    return tuple(found)


def _mark(text: str) -> _Mark | None:
    match = _LINE.match(text)
    if match:
        duration, status = _DURATION.search(text), _STATUS.search(text)
        seconds = float(duration["ms"]) / 1000 if duration else None
        return _Mark(match["kind"], match["id"], seconds, status["status"] if status else "")
    _, value = parse(text) if text.startswith("{") else (False, None)
    if not isinstance(value, dict) or not isinstance(value.get("record"), dict):
        return None
    kind, record = _JSON_KINDS.get(str(value.get("type"))), value["record"]
    metrics, status = record.get("metrics"), record.get("status")
    millis = metrics.get("durationMs") if isinstance(metrics, dict) else None
    if kind is None:
        return None
    return _Mark(
        kind,
        str(record.get("requestId")),
        millis / 1000 if isinstance(millis, int | float) else None,
        status if isinstance(status, str) and status != "success" else "",
    )
