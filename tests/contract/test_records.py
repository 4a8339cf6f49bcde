"""The invocation record, field by field.

Sources: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; records recorded against AWS by
LocalStack's snapshot tests (Nov 2025); captures against AWS of Sept 2026.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.handlers import STREAMS
from tests.contract.world import Queue, World

fact = pytest.mark.fact
TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def failed(world: World, event: object, **settings: Any) -> tuple[str, dict[str, Any]]:
    """Send an event on which a function fails at its only attempt: the request id, and the record."""
    function, queue = world.function(**settings), world.queue()
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    return world.send(function, event), queue.record()


def succeeded(world: World, event: object) -> tuple[str, Queue]:
    """Send an event on which a function succeeds: its ARN, and the queue for the record."""
    function, queue = world.function(), world.queue()
    world.put(function, queue.arn)
    world.send(function, event)
    return world.arn(function, "$LATEST"), queue


@fact("4.1", "requestId", "functionArn", "invoked ARN", "timestamp", "functionError", "responsePayload")
@fact("4.2", "Success")
@fact("4.3", "success", "SQS")
@fact("4.4", "SQS")
@fact("2", "SQS")
def test_a_success(world: World) -> None:
    """Recorded Nov 2025: the id of the 202, the handler and the record is one; no functionError."""
    function, queue = world.function(), world.queue()
    world.put(function, queue.arn)
    request_id = world.send(function, {"order": 7})
    message = queue.message()
    record, arn = json.loads(message["Body"]), world.arn(function, "$LATEST")
    moment = record.pop("timestamp")
    assert re.fullmatch(TIMESTAMP, moment)
    assert abs(datetime.fromisoformat(moment) - datetime.now(UTC)) < timedelta(hours=1)
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": arn,
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"order": 7},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"id": request_id, "arn": world.arn(function), "event": {"order": 7}},
    }
    assert "MessageAttributes" not in message
    assert set(message["Attributes"]) >= {"SenderId", "SentTimestamp", "ApproximateReceiveCount"}


@fact("4.1", "functionError", "Python's error")
@fact("4.2", "RetriesExhausted")
@fact("4.3", "failure")
@fact("2", "SQS")
def test_a_failure_of_pythons(world: World) -> None:
    """Recorded Nov 2025: the error object is the runtime's own."""
    request_id, record = failed(world, {"mode": "raise"})
    answer = record.pop("responsePayload")
    assert set(record) == {"version", "timestamp", "requestContext", "requestPayload", "responseContext"}
    assert record["requestPayload"] == {"mode": "raise"}
    assert record["requestContext"].pop("functionArn").endswith(":$LATEST")
    assert record["requestContext"] == {
        "requestId": request_id, "condition": "RetriesExhausted", "approximateInvokeCount": 1
    }  # fmt: skip
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert set(answer) == {"errorMessage", "errorType", "requestId", "stackTrace"}
    assert (answer["errorMessage"], answer["errorType"], answer["requestId"]) == ("'sku'", "KeyError", request_id)
    assert re.search(r'File ".*index\.py", line \d+, in handler\n', answer["stackTrace"][0])


@fact("4.1", "Node.js' error")
def test_a_failure_of_nodes(world: World) -> None:
    """The Node.js runtime writes trace in place of stackTrace."""
    _, record = failed(world, {"mode": "raise"}, node=True)
    answer = record["responsePayload"]
    assert set(answer) == {"errorType", "errorMessage", "trace"}
    assert (answer["errorType"], answer["errorMessage"]) == ("TypeError", "no sku")
    assert answer["trace"][0] == "TypeError: no sku"


@fact("4.1", "timeout")
@pytest.mark.parametrize("node", [False, True], ids=["python", "node"])
def test_a_timeout(world: World, node: bool) -> None:
    """Developer Guide: a timeout is a function error; the words are those that Invoke gives."""
    request_id, record = failed(world, {"mode": "sleep"}, node=node, Timeout=1)
    words = f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"
    assert record["responsePayload"] == {"errorType": "Sandbox.Timedout", "errorMessage": words}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}


@fact("4.1", "exit")
@pytest.mark.parametrize("node", [False, True], ids=["python", "node"])
def test_a_process_that_exits(world: World, node: bool) -> None:
    """Lambda itself says what the runtime no longer can."""
    request_id, record = failed(world, {"mode": "exit"}, node=node)
    words = f"RequestId: {request_id} Error: Runtime exited with error: exit status 3"
    assert record["responsePayload"] == {"errorType": "Runtime.ExitError", "errorMessage": words}
    assert record["responseContext"]["functionError"] == "Unhandled"


@fact("4.1", "unserialisable")
def test_a_result_of_pythons_that_is_no_json(world: World) -> None:
    """awslambdaric's own error; it has a stack trace and a request id like any other."""
    request_id, record = failed(world, {"mode": "bad"})
    answer = record["responsePayload"]
    assert answer["errorType"] == "Runtime.MarshalError"
    assert answer["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"
    assert answer["requestId"] == request_id


@fact("4.1", "unserialisable")
def test_a_result_of_nodes_that_is_no_json(world: World) -> None:
    """The words of AWS's Node.js runtime interface client; the type's name differs between its versions."""
    _, record = failed(world, {"mode": "bad"}, node=True)
    assert record["responsePayload"]["errorMessage"] == "Unable to stringify response body"
    assert record["responsePayload"]["trace"]


@fact("4.1", "functionArn", "invoked ARN", "executedVersion")
def test_the_arn_keeps_the_alias_and_executed_version_says_what_ran(world: World) -> None:
    """Captured Sept 2026."""
    function, queue = world.function(), world.queue()
    version = world.version(function)
    alias = world.alias(function, version)
    world.put(function, queue.arn, qualifier="live")
    world.send(function, Qualifier="live")
    record = queue.record()
    assert record["requestContext"]["functionArn"] == alias
    assert record["responseContext"]["executedVersion"] == version
    assert record["responsePayload"]["arn"] == alias


@fact("4.1", "functionArn")
def test_the_arn_keeps_the_version(world: World) -> None:
    """Captured Sept 2026."""
    function, queue = world.function(), world.queue()
    version = world.version(function)
    world.put(function, queue.arn, qualifier=version)
    world.send(function, Qualifier=version)
    assert queue.record()["requestContext"]["functionArn"] == world.arn(function, version)


@fact("4.1", "responsePayload")
@fact("5", "a result is a success")
@pytest.mark.parametrize("value", [None, "text", 7, [1, 2], {"statusCode": 500}], ids=repr)
def test_whatever_a_handler_returns_is_a_success(world: World, value: object) -> None:
    """Developer Guide: only an error is a failure."""
    _, queue = succeeded(world, {"mode": "return", "value": value})
    record = queue.record()
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == value


@fact("4.1", "requestPayload")
@pytest.mark.parametrize("payload", [b"", b"{}"])
def test_no_payload_is_an_empty_object(world: World, payload: bytes) -> None:
    """Recorded Nov 2025."""
    _, queue = succeeded(world, payload)
    record = queue.record()
    assert (record["requestPayload"], record["responsePayload"]["event"]) == ({}, {})


@fact("4.1", "requestPayload")
@pytest.mark.parametrize("payload", [b'"text"', b"[1]", b"7", b"null", '{"é": "\\ud83d\\ude00"}'.encode()])
def test_an_event_is_any_json(world: World, payload: bytes) -> None:
    """API reference, Invoke: the payload is JSON."""
    _, queue = succeeded(world, payload)
    assert queue.record()["requestPayload"] == json.loads(payload)


@fact("4.2", "streaming")
@pytest.mark.live("the embedded AWS has no response streaming")
def test_a_streaming_handler_that_throws_is_a_success(world: World) -> None:
    """Captured Sept 2026: it goes to the destination of successes."""
    function, queue = world.function(node=True, source=STREAMS), world.queue()
    world.put(function, queue.arn, MaximumRetryAttempts=0)
    world.send(function)
    assert queue.record()["requestContext"]["condition"] == "Success"
