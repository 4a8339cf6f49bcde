"""Log lines are written in batches that CloudWatch takes, and old streams go, so that a long run fills no memory."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.logs import Logs
from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.workers import Ran
from tests.unit.local.engine_stage import FUNCTION

MOST_LINES, MOST_BYTES = 10_000, 1_048_576


class FakeLogs(Backend):
    """Keeps streams as CloudWatch does, and refuses what it would refuse."""

    def __init__(self) -> None:
        self.groups: set[str] = set()
        self.streams: dict[str, list[str]] = {}
        self.calls: dict[str, int] = defaultdict(int)

    async def call(
        self, service: str, operation: str, params: Mapping[str, Any], *, account: str, region: str
    ) -> dict[str, Any]:
        self.calls[operation] += 1
        group, stream = params["logGroupName"], params.get("logStreamName", "")
        if operation == "CreateLogGroup":
            if group in self.groups:
                raise ApiFault(400, "ResourceAlreadyExistsException", "The specified log group already exists")
            self.groups.add(group)
        elif group not in self.groups:
            raise ApiFault(400, "ResourceNotFoundException", "The specified log group does not exist.")
        if operation == "CreateLogStream":
            self.streams[stream] = []
        elif operation == "DeleteLogStream":
            del self.streams[stream]
        elif operation == "PutLogEvents":
            events = params["logEvents"]
            assert 0 < len(events) <= MOST_LINES
            assert sum(len(event["message"].encode()) + 26 for event in events) <= MOST_BYTES
            self.streams[stream] += [event["message"] for event in events]
        return {}


def printed(*lines: str, stream: str = "worker") -> Ran:
    return Ran(Answer(b"{}", failed=False), lines, stream)


def test_lines_come_in_order_between_start_and_report() -> None:
    fake = FakeLogs()
    logs = Logs(fake)
    logs.add(FUNCTION, "id-1", printed("one\n", "two\n"), 0.0015)
    asyncio.run(logs.flush())
    assert fake.streams["worker"] == [
        "START RequestId: id-1 Version: $LATEST\n", "one\n", "two\n", "END RequestId: id-1\n",
        "REPORT RequestId: id-1\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\n",
    ]  # fmt: skip


def test_nothing_new_is_no_call() -> None:
    fake = FakeLogs()
    logs = Logs(fake)
    logs.add(FUNCTION, "id-1", printed(), 0)
    asyncio.run(logs.flush())
    before = sum(fake.calls.values())
    asyncio.run(logs.flush())
    assert sum(fake.calls.values()) == before


def test_large_lines_go_in_several_calls() -> None:
    fake = FakeLogs()
    logs = Logs(fake)
    logs.add(FUNCTION, "id-1", printed(*["é" * 150_000] * 12), 0)
    asyncio.run(logs.flush())
    assert fake.calls["PutLogEvents"] > 1
    assert fake.streams["worker"].count("é" * 150_000) == 12


def test_a_long_run_keeps_its_last_lines_and_not_all_of_them() -> None:
    async def act() -> None:
        fake = FakeLogs()
        logs = Logs(fake)
        for number in range(60_000):
            logs.add(FUNCTION, f"id-{number}", printed("x"), 0)
            if number % 100 == 0:
                await logs.flush()
        await logs.flush()
        kept = [line for lines in fake.streams.values() for line in lines]
        assert len(kept) < 60_000
        assert any("id-59999" in line for line in kept)

    asyncio.run(act())


def test_many_workers_leave_few_streams() -> None:
    async def act() -> None:
        fake = FakeLogs()
        logs = Logs(fake)
        for number in range(200):
            logs.add(FUNCTION, "id", printed(stream=f"worker-{number}"), 0)
            await logs.flush()
        assert len(fake.streams) < 100
        assert "worker-199" in fake.streams

    asyncio.run(act())


def test_a_group_that_somebody_deleted_is_made_again() -> None:
    async def act() -> None:
        fake = FakeLogs()
        logs = Logs(fake)
        logs.add(FUNCTION, "id-1", printed(), 0)
        await logs.flush()
        fake.groups.clear()
        fake.streams.clear()
        for number in (2, 3):
            logs.add(FUNCTION, f"id-{number}", printed(), 0)
            await logs.flush()
        assert any("id-3" in line for line in fake.streams["worker"])

    asyncio.run(act())
