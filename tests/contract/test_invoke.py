"""Invoke itself: what a caller gets at once (Lambda API reference, Invoke; Developer Guide, "Lambda quotas")."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import LocalAws, Queue

SILENT = "def handler(event, context):\n    return None\n"
"""A record holds its event: where a function answered with that again, records would double at each hop."""


def refused(call: Any, **arguments: Any) -> dict[str, Any]:
    """Give the whole answer of a call that is refused."""
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    return dict(refusal.value.response)


def test_log_type_tail_gives_the_last_4_kb_of_the_log(local_aws: LocalAws) -> None:
    source = "def handler(event, context):\n    print('x' * event['size'])\n    print('hello')\n"
    function = local_aws.function(source=source)
    answer = local_aws.client("lambda").invoke(FunctionName=function, LogType="Tail", Payload=b'{"size": 10}')
    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert log.startswith("START RequestId: ")
    assert "hello\nEND RequestId: " in log
    assert f"REPORT RequestId: {request_id}" in log
    answer = local_aws.client("lambda").invoke(FunctionName=function, LogType="Tail", Payload=b'{"size": 9000}')
    assert len(base64.b64decode(answer["LogResult"])) == 4_096
    assert "LogResult" not in local_aws.client("lambda").invoke(FunctionName=function, Payload=b'{"size": 1}')


def test_an_invocation_type_that_is_none_is_refused(local_aws: LocalAws) -> None:
    answer = refused(local_aws.client("lambda").invoke, FunctionName=local_aws.function(), InvocationType="Later")
    assert answer["Error"]["Code"] == "ValidationException"
    assert "'invocationType' failed to satisfy constraint" in answer["Error"]["Message"]


def test_a_caller_who_waits_may_send_6_mb(local_aws: LocalAws) -> None:
    function = local_aws.function(source="def handler(event, context):\n    return len(event)\n")
    most = 6_291_456
    answer = local_aws.client("lambda").invoke(FunctionName=function, Payload=b'"' + b"x" * (most - 2) + b'"')
    assert json.load(answer["Payload"]) == most - 2
    over = refused(local_aws.client("lambda").invoke, FunctionName=function, Payload=b'"' + b"x" * (most - 1) + b'"')
    assert over["Error"]["Code"] == "RequestTooLargeException"
    assert over["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.fact("1.4", "throttled")
def test_a_throttled_caller_is_told_why_and_when_to_come_back(local_aws: LocalAws) -> None:
    """API reference, Invoke: TooManyRequestsException has a Reason, and a Retry-After header."""
    function = local_aws.function()
    local_aws.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    answer = refused(local_aws.client("lambda").invoke, FunctionName=function)
    assert answer["Error"]["Code"] == "TooManyRequestsException"
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"]


@pytest.mark.fact("5.2", "InvokeAsync")
def test_the_deprecated_invoke_async_queues_an_event_of_256_kb(local_aws: LocalAws) -> None:
    """Captured Sept 2026: it kept the limit of its day."""
    done = local_aws.queue()
    function = local_aws.function()
    local_aws.client("lambda").put_function_event_invoke_config(
        FunctionName=function, DestinationConfig={"OnSuccess": {"Destination": done.arn}}
    )
    assert local_aws.client("lambda").invoke_async(FunctionName=function, InvokeArgs=b'{"old": 1}')["Status"] == 202
    assert done.record()["requestPayload"] == {"old": 1}
    large = b'"' + b"x" * 262_143 + b'"'
    over = refused(local_aws.client("lambda").invoke_async, FunctionName=function, InvokeArgs=large)
    assert over["Error"]["Code"] == "RequestTooLargeException"


@pytest.mark.fact("5.1", "allowed")
def test_a_loop_that_is_allowed_is_not_stopped(local_aws: LocalAws) -> None:
    """Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops": RecursiveLoop Allow."""
    functions = local_aws.client("lambda")
    told: Queue = local_aws.queue()
    source = f"""import boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={told.url!r}, MessageBody="ran")
"""
    ping, pong = local_aws.function(source=source, Timeout=30), local_aws.function(source=SILENT)
    for one, other in ((ping, pong), (pong, ping)):
        functions.put_function_recursion_config(FunctionName=one, RecursiveLoop="Allow")
        functions.put_function_event_invoke_config(
            FunctionName=one, DestinationConfig={"OnSuccess": {"Destination": local_aws.arn(other)}}
        )
    local_aws.send(ping, {})
    for _ in range(20):
        told.message()
    functions.delete_function_event_invoke_config(FunctionName=pong)


def test_what_a_handler_prints_is_in_its_log_group(local_aws: LocalAws) -> None:
    """Developer Guide, "Log": START, END and REPORT lines with the request id."""
    function = local_aws.function()
    request_id = local_aws.send(function, {})
    logs = local_aws.client("logs")

    def written() -> list[Any] | None:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        except ClientError:
            return None
        return found or None

    lines = [event["message"] for event in local_aws.eventually(written, "a log line")]
    assert lines[0].startswith(f"START RequestId: {request_id} Version: $LATEST")
    assert any(line.startswith(f"REPORT RequestId: {request_id}") for line in lines)
