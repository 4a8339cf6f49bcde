"""What a function printed while it failed: its log lines of one request id, over all attempts.

A print() names no request, so the lines that do (Lambda's own, START and REPORT) tell the streams and the time, and all
that those streams have of that time is put together by invocation.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.function_log import log_group, log_line
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.records.invocation_log import InvocationLog, InvocationLogs, LogLine

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import FilteredLogEventTypeDef

_FUNCTION = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z]{2}[a-z0-9-]{1,30}:\d{12}:function:[a-zA-Z0-9-_]{1,64}(:[a-zA-Z0-9-_$]{1,128})?"
)
"""Whoever may write to the destination may write what they like for the function."""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BREAK = re.compile(r"\r\n?|\n")
"""Lambda writes the lines of a stack trace into one event."""
_BEFORE = timedelta(hours=1)
"""Three attempts of fifteen minutes, and the minutes between them."""
_AFTER = timedelta(seconds=10)
_YOUNG = timedelta(seconds=30)
"""Lines reach CloudWatch Logs some seconds late."""
_LOOKS = 4
_WAIT_SECONDS = 1
_EVENTS_AT_MOST = 10_000
_SAID_AT_MOST = 100
_STREAMS_AT_MOST = 100
"""FilterLogEvents takes no more of them (CloudWatch Logs API Reference)."""
_END = re.compile(r'REPORT RequestId: |\{.*"platform\.report"', re.DOTALL)


class RequestLogs:
    """Finds the log lines of failures; what cannot be read is said once, and is no reason to stop."""

    def __init__(
        self,
        session: AwsSession,
        note: Callable[[str], None],
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._session = session
        self._note = note
        self._clock = clock
        self._sleep = sleep
        self._groups: dict[str, str] = {}
        """By function ARN."""
        self._said: set[str] = set()

    def joined(self, line: OutcomeLine) -> OutcomeLine:
        """Give a failure with the lines of its function as ``logs``, none where there are none; others as they are.

        Raises CredentialsProblem.
        """
        if line.outcome is not InvocationOutcome.FAILURE:
            return line
        return replace(line, logs=tuple(self._texts(line)))

    def _texts(self, line: OutcomeLine) -> list[str]:
        try:
            found = [each.text for log in self._invocations(line) for each in log.lines]
        except CredentialsProblem:
            raise
        except LdsError as problem:
            if problem.message not in self._said and len(self._said) < _SAID_AT_MOST:
                self._said.add(problem.message)
                self._note(f"no log lines: {problem.message}")
            return []
        return [text for each in found for text in _BREAK.split(each)]

    def _invocations(self, line: OutcomeLine) -> list[InvocationLog]:
        """Give the attempts, the first one first; waits a little where some of a new failure is still on its way."""
        arn = line.function_arn or ""
        if not _FUNCTION.fullmatch(arn) or not _ID.fullmatch(line.request_id or ""):
            return []
        function = Arn.parse(arn)
        found: list[InvocationLog] = []
        for look in range(_LOOKS):
            young = datetime.fromtimestamp(self._clock(), UTC) - line.time < _YOUNG
            try:
                found = self._look(function, line)
            except NotFound:  # the group of a function that has just run for the first time comes with its lines
                if not young or look == _LOOKS - 1:
                    raise
            ended = sum(1 for log in found if _END.match(log.lines[-1].text))
            if not young or ended >= (1 if line.attempts is None else line.attempts) or look == _LOOKS - 1:
                break
            self._sleep(_WAIT_SECONDS)
        return found

    def _look(self, function: Arn, line: OutcomeLine) -> list[InvocationLog]:
        named = list(
            self._lines(function, line.time - _BEFORE, line.time + _AFTER, filterPattern=f'"{line.request_id}"')
        )
        if not named:
            return []
        streams = list(dict.fromkeys(each.stream for each in named))[:_STREAMS_AT_MOST]
        times = [each.time for each in named]
        logs = InvocationLogs()
        read = self._lines(function, min(times), max(*times, line.time), logStreamNames=streams)
        found = [log for each in read for log in logs.add(each)] + list(logs.settle(1))
        return sorted((log for log in found if log.request_id == line.request_id), key=lambda log: log.lines[0].time)

    def _lines(self, function: Arn, begin: datetime, end: datetime, **asked: Any) -> Iterator[LogLine]:
        group = self._group(function)
        alike: Counter[str] = Counter()
        with calling("logs:FilterLogEvents", f"{label(function)}, {group}"):
            for event in islice(self._events(function, group, begin, end, asked), _EVENTS_AT_MOST):
                yield log_line(event, alike)

    def _events(
        self, function: Arn, group: str, begin: datetime, end: datetime, asked: dict[str, Any]
    ) -> "Iterator[FilteredLogEventTypeDef]":
        first, last = max(0, int(begin.timestamp() * 1000)), int(end.timestamp() * 1000) + 1
        pages = self._session.client("logs", function.region).get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group, startTime=first, endTime=last, **asked):
            yield from page.get("events", [])

    def _group(self, function: Arn) -> str:
        """Give the name of the log group; the usual one where the function does not tell, or is gone."""
        known = self._groups.get(str(function))
        if known is None:
            try:
                known, _ = log_group(self._session, function)
            except (AccessDenied, NotFound):
                known = f"/aws/lambda/{function.resource.split(':')[1]}"
            self._groups[str(function)] = known
        return known
