"""Log lines, put together by invocation."""

import json
from datetime import UTC, datetime

import pytest

from lambda_dest_cli.records.invocation_log import LINES_AT_MOST, InvocationLog, InvocationLogs, LogLine

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONE, TWO = "8ea123e4-b738-4f5e-8880-a18cdf61200e", "11111111-2222-4333-8444-555555555555"


def line(text: str, stream: str = "s") -> LogLine:
    return LogLine(f"{stream} {text}", stream, NOON, text)


def ended(logs: InvocationLogs, *lines: LogLine) -> list[tuple[str, list[str]]]:
    return [told(log) for each in lines for log in logs.add(each)]


def told(log: InvocationLog) -> tuple[str, list[str]]:
    return log.request_id, [each.text for each in log.lines]


def run(request_id: str, *printed: str) -> list[str]:
    return [f"START RequestId: {request_id} Version: 1", *printed, f"END RequestId: {request_id}",
            f"REPORT RequestId: {request_id}\tDuration: 1 ms"]  # fmt: skip


def test_an_invocation_is_what_stands_between_start_and_report() -> None:
    logs = InvocationLogs()
    lines = [*run(ONE, "a", "b"), *run(TWO, "c")]
    assert ended(logs, *map(line, lines)) == [(ONE, run(ONE, "a", "b")), (TWO, run(TWO, "c"))]
    assert not logs.waiting


def test_streams_that_are_interleaved() -> None:
    logs = InvocationLogs()
    pairs = zip(run(ONE, "a"), run(TWO, "b"), strict=True)
    mixed = [line(text, stream) for pair in pairs for text, stream in zip(pair, "st", strict=True)]
    assert ended(logs, *mixed) == [(ONE, run(ONE, "a")), (TWO, run(TWO, "b"))]


def test_what_came_before_the_first_start_belongs_to_it() -> None:
    logs = InvocationLogs()
    lines = ["INIT_START Runtime Version: python:3.12", *run(ONE)]
    assert ended(logs, *map(line, lines)) == [(ONE, lines)]


def test_a_json_log() -> None:
    logs = InvocationLogs()
    lines = [
        json.dumps({"time": "t", "type": "platform.start", "record": {"requestId": ONE}}),
        json.dumps({"level": "INFO", "message": "a", "requestId": ONE}),
        json.dumps({"level": "INFO", "message": "names nobody"}),
        json.dumps({"time": "t", "type": "platform.report", "record": {"requestId": ONE}}),
    ]
    assert ended(logs, *map(line, lines)) == [(ONE, lines)]


def test_invocations_at_the_same_time_in_one_stream_are_told_apart_by_their_ids() -> None:
    logs = InvocationLogs()
    starts = [json.dumps({"type": "platform.start", "record": {"requestId": each}}) for each in (ONE, TWO)]
    said = [json.dumps({"requestId": each}) for each in (ONE, TWO)]
    over = [json.dumps({"type": "platform.report", "record": {"requestId": each}}) for each in (ONE, TWO)]
    found = ended(logs, *map(line, [*starts, *said, *over]))
    assert found == [(ONE, [starts[0], said[0], over[0]]), (TWO, [starts[1], said[1], over[1]])]


def test_a_time_out_is_told_with_its_invocation() -> None:
    logs = InvocationLogs()
    late = f"2026-11-23T12:00:03.000Z {ONE} Task timed out after 3.00 seconds"
    assert ended(logs, *map(line, run(ONE, late))) == [(ONE, run(ONE, late))]


def test_what_goes_quiet_is_given_as_far_as_it_is() -> None:
    logs = InvocationLogs()
    assert ended(logs, line("in the middle of something")) == []
    assert list(logs.settle(2)) == []
    assert [told(log) for log in logs.settle(2)] == [("", ["in the middle of something"])]
    assert not logs.waiting


def test_a_further_line_makes_it_wait_again() -> None:
    logs = InvocationLogs()
    ended(logs, line(run(ONE)[0]))
    assert list(logs.settle(2)) == []
    ended(logs, line("more"))
    assert list(logs.settle(2)) == []


def test_too_many_lines_are_given_in_parts() -> None:
    logs = InvocationLogs()
    lines = run(ONE, *(f"line {number}" for number in range(LINES_AT_MOST)))
    parts = ended(logs, *map(line, lines))
    assert [request_id for request_id, _ in parts] == [ONE, ONE]
    assert [text for _, part in parts for text in part] == lines


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"record": 1, "type": []}', '{"requestId": {}}', '{"record": {"requestId": 7}}']
)
def test_no_line_is_fatal_or_dropped(text: str) -> None:
    logs = InvocationLogs()
    lines = run(ONE, text)
    assert ended(logs, *map(line, lines)) == [(ONE, lines)]
