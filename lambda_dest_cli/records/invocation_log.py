"""Log lines, put together by the invocation that printed them.

One execution environment writes one log stream and runs one invocation at a time, between a START and a REPORT line
(Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions"), or, where a function logs in JSON, between
``platform.start`` and ``platform.report``. A line that names its request is believed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lambda_dest_cli.records.json_text import parse

LINES_AT_MOST = 1_000
"""An invocation that prints more is given in parts."""
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PLATFORM = re.compile(rf"(?P<kind>START|END|REPORT) RequestId: (?P<id>{_ID})")
_NAMED = re.compile(_ID)
_JSON_KINDS = {"platform.start": "START", "platform.runtimeDone": "END", "platform.report": "REPORT"}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log group."""

    id: str
    stream: str
    time: datetime
    text: str


@dataclass(frozen=True, slots=True)
class InvocationLog:
    """What one invocation printed, or one part of it; ``request_id`` is empty where nothing told it."""

    request_id: str
    lines: tuple[LogLine, ...]


@dataclass(slots=True)
class _Open:
    request_id: str
    lines: list[LogLine] = field(default_factory=list)
    quiet: int = 0


class InvocationLogs:
    """Takes lines, gives invocations."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Open] = {}
        """By log stream and request id."""
        self._current: dict[str, str] = {}
        """By log stream, the invocation that it is in."""

    def add(self, line: LogLine) -> Iterator[InvocationLog]:
        """Take a line, the next of its stream; gives the invocation that it ends, or that has become too long."""
        kind, request_id = self._read(line)
        if kind == "START":
            self._begin(line.stream, request_id)
        log = self._open.setdefault((line.stream, request_id), _Open(request_id))
        log.lines.append(line)
        log.quiet = 0
        if kind == "REPORT" or len(log.lines) >= LINES_AT_MOST:
            yield self._end(line.stream, request_id)
        if kind == "REPORT" and self._current.get(line.stream) == request_id:
            del self._current[line.stream]

    def settle(self, times: int) -> Iterator[InvocationLog]:
        """Count one more look that found nothing; gives what nothing was added to so many times in a row."""
        for (stream, request_id), log in list(self._open.items()):
            log.quiet += 1
            if log.quiet >= times:
                yield self._end(stream, request_id)

    @property
    def waiting(self) -> bool:
        """Whether some lines have not been given."""
        return bool(self._open)

    def _begin(self, stream: str, request_id: str) -> None:
        """Go on with another invocation; what came before it in the stream (INIT_START) belongs to it."""
        self._current[stream] = request_id
        before = self._open.pop((stream, ""), None)
        if before:
            self._open[stream, request_id] = _Open(request_id, before.lines)

    def _end(self, stream: str, request_id: str) -> InvocationLog:
        return InvocationLog(request_id, tuple(self._open.pop((stream, request_id)).lines))

    def _read(self, line: LogLine) -> tuple[str, str]:
        """Give what kind of line of Lambda's it is, if one, and the request that it belongs to."""
        current = self._current.get(line.stream, "")
        platform = _PLATFORM.match(line.text)
        if platform:
            return platform["kind"], platform["id"]
        if line.text.startswith("{"):
            _, value = parse(line.text)
            return _of_json(value, current) if isinstance(value, dict) else ("", current)
        named = [each for each in _NAMED.findall(line.text) if (line.stream, each) in self._open]
        return "", current if current in named or not named else named[0]


def _of_json(value: dict[str, Any], current: str) -> tuple[str, str]:
    record, kind = value.get("record"), value.get("type")
    inside = record if isinstance(record, dict) else {}
    named = next(
        (each for each in (inside.get("requestId"), value.get("requestId"), value.get("AWSRequestId")) if each), current
    )
    known = _JSON_KINDS.get(kind, "") if isinstance(kind, str) else ""
    return known, named if isinstance(named, str) and _NAMED.fullmatch(named) else current
