"""Functions: what a destination function prints, read from its log group.

A record that is delivered to a function leaves no other trace. FilterLogEvents may give empty pages with a token, and
lines reach CloudWatch Logs some seconds late, in no certain order (CloudWatch Logs API Reference, "FilterLogEvents");
therefore each look begins a little earlier than the last one ended, and what was seen is left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.aws_time import aws_time
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import Tap
from lambda_dest_cli.records.invocation_log import InvocationLog, InvocationLogs, LogLine

if TYPE_CHECKING:
    from types_boto3_logs.client import CloudWatchLogsClient
    from types_boto3_logs.type_defs import FilteredLogEventTypeDef

OVERLAP = timedelta(seconds=30)
QUIET_LOOKS = 2
"""After so many looks without a further line, an invocation that has not ended is shown as far as it is."""


class FunctionLogFeed:
    """The log group of one function, by invocation."""

    def __init__(self, watch: Watch, session: AwsSession, settings: FeedSettings) -> None:
        self._arn = watch.destination
        self._session = session
        self._settings = settings
        self._group = ""
        self._begin = datetime.min.replace(tzinfo=UTC)
        self._newest = self._begin
        self._seen: dict[str, datetime] = {}
        self._invocations = InvocationLogs()
        self._lines: Iterator[LogLine] | None = None
        self._any = False

    @property
    def held(self) -> int:
        """None."""
        return 0

    def tap(self) -> Tap:
        """Say that nothing is made."""
        return Tap(self._arn)

    def open(self) -> None:
        """Find the function and its log group; raises NotFound."""
        self._group, answer = log_group(self._session, self._arn)
        self._begin = self._settings.since or aws_time(answer, self._settings.clock())

    def ready(self, wait_seconds: int) -> bool:
        """Say yes: the log group keeps what is printed."""
        return True

    def poll(self, wait_seconds: int) -> list[Message]:
        """Give the invocations that have ended, or gone quiet."""
        for _ in range(QUIET_LOOKS + 2):  # the end of one listing, one that finds something, and the quiet ones
            found = self._look()
            if found:
                return [_message(log) for log in found]
            self._settings.sleep(wait_seconds)
            if not self._invocations.waiting:
                break
        return []

    def heartbeat(self) -> None:
        """Do nothing: reading a log changes nothing."""

    def delete(self, messages: Sequence[Message]) -> None:
        """Do nothing: logs stay."""

    def close(self) -> None:
        """Do nothing: nothing was made."""

    @property
    def _logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", self._arn.region)

    def _look(self) -> list[InvocationLog]:
        """Go on through the group until an invocation is complete, or to the end of it; then the next look begins."""
        if self._lines is None:
            self._lines, self._any = self._fresh(), False
        for line in self._lines:
            self._any = True
            found = list(self._invocations.add(line))
            if found:
                return found
        self._lines = None
        return [] if self._any else list(self._invocations.settle(QUIET_LOOKS))

    def _fresh(self) -> Iterator[LogLine]:
        """Look once through the group; gives the lines that are new."""
        begin = max(self._begin, self._newest - OVERLAP) if self._seen else self._begin
        alike: Counter[str] = Counter()
        for event in self._events(begin):
            line = log_line(event, alike)
            if line.id not in self._seen:
                self._seen[line.id] = line.time
                self._newest = max(self._newest, line.time)
                yield line
        self._seen = {id_: time for id_, time in self._seen.items() if time >= begin}

    def _events(self, begin: datetime) -> "Iterator[FilteredLogEventTypeDef]":
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._group, startTime=int(begin.timestamp() * 1000)
        )
        try:
            with calling("logs:FilterLogEvents", f"{label(self._arn)}, {self._group}"):
                for page in pages:
                    yield from page.get("events", [])
        except NotFound:
            return  # the function has never run


def log_group(session: AwsSession, function: Arn) -> tuple[str, Any]:
    """Give the name of the group that a function prints to, and Lambda's whole answer; raises NotFound."""
    with calling("lambda:GetFunctionConfiguration", label(function)):
        answer: Any = session.client("lambda", function.region).get_function_configuration(FunctionName=str(function))
    name = function.resource.split(":")[1]
    return answer.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}", answer


def log_line(event: "FilteredLogEventTypeDef", alike: "Counter[str]") -> LogLine:
    """Read a line; where it has no id (an emulator's), it is known by what it says, and the how manieth such it is."""
    stream, text, stamp = event.get("logStreamName", ""), event.get("message", ""), event.get("timestamp", 0)
    id_ = event.get("eventId", "")
    if not id_:
        same = f"{stream} {stamp} {text}"
        alike[same] += 1
        id_ = f"{same} {alike[same]}"
    return LogLine(id_, stream, datetime.fromtimestamp(stamp / 1000, UTC), text.rstrip("\n"))


def _message(log: InvocationLog) -> Message:
    first = log.lines[0]
    return Message(first.id, "\n".join(line.text for line in log.lines), first.time, log_of=log.request_id)
