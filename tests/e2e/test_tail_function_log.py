"""``lds tail`` of a destination function, from outside."""

import json
import subprocess
import time
from collections.abc import Callable
from uuid import uuid4

from tests.e2e.tail_world import call, lines_of, make_function, record, until_watching

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def printed(endpoint: str, function: str, *lines: str) -> str:
    """Write what an invocation prints to the function's log."""
    group, stream, request_id = f"/aws/lambda/{function}", uuid4().hex, str(uuid4())
    for operation, named in (("create_log_group", {}), ("create_log_stream", {"logStreamName": stream})):
        call(endpoint, "logs", operation, logGroupName=group, **named)
    texts = [f"START RequestId: {request_id} Version: 1\n", *lines, f"REPORT RequestId: {request_id}\n"]
    events = [{"timestamp": int(time.time() * 1000), "message": text} for text in texts]
    call(endpoint, "logs", "put_log_events", logGroupName=group, logStreamName=stream, logEvents=events)
    return request_id


def test_what_it_prints_is_shown_by_invocation(start: Start, emulator: str) -> None:
    name = make_function(emulator)
    process = start("tail", f"lambda:{name}", "--count", "1", "--endpoint-url", emulator)
    until_watching(process)
    request_id = printed(emulator, name, "first \x1b[31mline", "second line")
    (line,) = lines_of(process, 1)
    assert "first \\x1b[31mline" in line
    assert f"-> lambda:{name}" in line
    assert request_id[:8] in line


def test_a_record_that_it_prints_is_a_record(run: Run, emulator: str) -> None:
    name = make_function(emulator)
    logged = f"[INFO]\t2026-11-23T12:00:00Z\t{uuid4()}\t{record(7)}"
    printed(emulator, name, "hello", logged)
    options = ["--no-follow", "--since", "30d", "-o", "json", "--endpoint-url", emulator]
    answer = run("tail", f"lambda:{name}", *options)
    assert answer.returncode == 0, answer.stderr
    (found,) = [json.loads(line) for line in answer.stdout.splitlines()]
    assert found["function"] == "orders"
    assert found["outcome"] == "failure"
    assert found["record"] == json.loads(record(7))
    assert found["logs"][1:3] == ["hello", logged]


def test_a_function_that_does_not_exist(run: Run, emulator: str) -> None:
    answer = run("tail", "lambda:nobody", "--endpoint-url", emulator)
    assert answer.returncode == 1
    assert "lambda:nobody: not found" in answer.stderr
