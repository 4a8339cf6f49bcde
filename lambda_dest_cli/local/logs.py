"""What functions print, in CloudWatch Logs: group ``/aws/lambda/NAME``, between Lambda's START and END lines.

As on AWS it gets there a moment later. Unlike on AWS only the last streams of a function are kept, so that a long run
does not fill the memory.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.workers import Ran

_LINES_OF_A_STREAM = 1_000
_STREAMS_KEPT = 32
_BATCH_LINES = 1_000
"""PutLogEvents takes 10,000 and 1 MB of them (CloudWatch Logs API reference)."""
_BATCH_BYTES = 900_000
_LONGEST_LINE = 200_000
_EVENT_BYTES = 26
"""What CloudWatch adds to the size of each."""

_Line = Mapping[str, object]


@dataclass(slots=True)
class _Group:
    """One function's log group: its streams, the oldest first, with the lines each has."""

    account: str
    region: str
    name: str
    streams: "OrderedDict[str, int]" = field(default_factory=OrderedDict)
    turns: dict[str, int] = field(default_factory=dict)
    """How often a worker's stream was full, by its name."""
    made: bool = False
    waiting: dict[str, list[_Line]] = field(default_factory=lambda: defaultdict(list))


class Logs:
    """Collects until somebody flushes, and writes as well as can be: no event ever waits for a log line."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._groups: dict[str, _Group] = {}
        """By unqualified function ARN."""

    def forget(self) -> None:
        """Forget everything, after a reset."""
        self._groups.clear()

    def add(self, function: LocalFunction, request_id: str, ran: Ran, seconds: float) -> list[str]:
        """Add what one event printed, and give its lines; where the emulator ran it, the emulator has written it."""
        if not ran.log_stream:
            return []
        millis = seconds * 1000
        lines = [
            f"START RequestId: {request_id} Version: {function.version}\n",
            *ran.printed,
            f"END RequestId: {request_id}\n",
            f"REPORT RequestId: {request_id}\tDuration: {millis:.2f} ms\tBilled Duration: {int(millis) + 1} ms\t"
            f"Memory Size: {function.memory} MB\n",
        ]
        now, key = int(time.time() * 1000), function.key
        group = self._groups.get(key.unqualified_arn)
        if group is None:
            group = self._groups[key.unqualified_arn] = _Group(key.account, key.region, f"/aws/lambda/{key.name}")
        group.waiting[ran.log_stream] += [{"timestamp": now, "message": line[:_LONGEST_LINE]} for line in lines]
        return lines

    async def flush(self) -> None:
        """Send what was added since the last time."""
        for group in list(self._groups.values()):
            waiting, group.waiting = group.waiting, defaultdict(list)
            for stream, lines in waiting.items():
                try:
                    for batch in _batches(lines):
                        await self._put(group, stream, batch)
                except ApiFault:
                    group.streams.clear()  # somebody deleted the group; the next line makes it again
                    group.made = False

    async def _put(self, group: _Group, worker: str, lines: Sequence[_Line]) -> None:
        turn = group.turns.get(worker, 1)
        stream = worker if turn == 1 else f"{worker}.{turn}"
        if group.streams.get(stream, 0) >= _LINES_OF_A_STREAM:
            group.turns[worker] = turn + 1
            stream = f"{worker}.{turn + 1}"
        if stream not in group.streams:
            await self._create(group, stream)
        await self._call(group, "PutLogEvents", logStreamName=stream, logEvents=lines)
        group.streams[stream] += len(lines)

    async def _create(self, group: _Group, stream: str) -> None:
        if not group.made:
            await self._make(group, "CreateLogGroup")
            group.made = True
        await self._make(group, "CreateLogStream", logStreamName=stream)
        group.streams[stream] = 0
        while len(group.streams) > _STREAMS_KEPT:
            oldest, _ = group.streams.popitem(last=False)
            group.turns.pop(oldest, None)
            await self._call(group, "DeleteLogStream", logStreamName=oldest)

    async def _make(self, group: _Group, operation: str, **params: str) -> None:
        try:
            await self._call(group, operation, **params)
        except ApiFault as fault:
            if fault.code != "ResourceAlreadyExistsException":
                raise

    async def _call(self, group: _Group, operation: str, **params: object) -> None:
        named = {"logGroupName": group.name, **params}
        await self._backend.call("logs", operation, named, account=group.account, region=group.region)


def _batches(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Cut lines into as many calls as the API's limits ask for."""
    batches: list[list[_Line]] = [[]]
    size = 0
    for line in lines:
        more = len(str(line["message"]).encode()) + _EVENT_BYTES
        if len(batches[-1]) >= _BATCH_LINES or size + more > _BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(line)
        size += more
    return batches
