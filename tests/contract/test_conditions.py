"""How an event can end, and which fields a record then has.

Sources: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"; records recorded
against AWS by LocalStack's snapshot tests (test_maxeventage, test_reserved_concurrency, test_retries; Nov 2025);
captures against AWS of Sept 2026.
"""

from typing import Any

import pytest

from tests.contract.world import Queue, World

fact = pytest.mark.fact
BARE = {"version", "timestamp", "requestContext", "requestPayload"}
LONG = 300
"""Seconds that a handler may be held; over a minute, for events that wait behind it until they are too old."""


def ending(record: dict[str, Any]) -> tuple[str, int]:
    return record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]


def hold(world: World, function: str, **more: Any) -> Queue:
    """Have a function run, and stay running until somebody says something in the queue."""
    told, held = world.queue(), world.queue()
    world.send(function, {"tell": told.url, "hold": held.url, **more})
    told.message()
    return held


@fact("4.2", "RetriesExhausted", "EventAgeExceeded")
@fact("5", "retries", "look ahead")
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"MaximumRetryAttempts": 0}, ("RetriesExhausted", 1)),
        ({"MaximumRetryAttempts": 1}, ("RetriesExhausted", 2)),
        ({"MaximumRetryAttempts": 2}, ("RetriesExhausted", 3)),
        ({}, ("RetriesExhausted", 3)),
        ({"MaximumEventAgeInSeconds": 60}, ("EventAgeExceeded", 1)),
        ({"MaximumEventAgeInSeconds": 90}, ("EventAgeExceeded", 2)),
        ({"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}, ("RetriesExhausted", 1)),
    ],
)
def test_how_often_an_event_is_tried(world: World, config: dict[str, Any], expected: tuple[str, int]) -> None:
    """Guide: two retries by default. Recorded: age 60 goes straight to failure, age 90 allows one retry."""
    function, queue = world.function(), world.queue()
    world.put(function, on_failure=queue.arn, **config)
    world.api.invoke(FunctionName=function, Payload=b"{}")  # warm, so that starting takes nothing off its age
    world.send(function, {"mode": "raise"})
    record = queue.record()
    assert ending(record) == expected
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responsePayload"]["errorType"] == "KeyError"


@fact("4.2", "Success after retries")
@pytest.mark.unconfirmed("captured as 1 in 2026, and as 2 in a record of 2022")
def test_a_success_after_a_failure(world: World) -> None:
    """Whatever the count says, the record goes to success, once."""
    done, failed = world.queue(), world.queue()
    function = world.function()
    world.put(function, done.arn, failed.arn)
    held = hold(world, function, mode="raise")
    world.put_code(function, "def handler(event, context): return 'mended'")
    held.say()
    record = done.record()
    assert (record["requestContext"]["condition"], record["responsePayload"]) == ("Success", "mended")
    assert record["requestContext"]["approximateInvokeCount"] >= 1
    assert "functionError" not in record["responseContext"]
    assert failed.is_empty()


@fact("4.2", "ZeroReservedConcurrency")
@fact("4.3", "zero concurrency")
@fact("5", "zero concurrency", "both")
@fact("4.6", "ErrorCode", "words")
def test_zero_reserved_concurrency(world: World) -> None:
    """Recorded: no attempt, straight to both, neither responseContext nor responsePayload, no ErrorCode."""
    queue, letters = world.queue(), world.queue()
    function = world.function(DeadLetterConfig={"TargetArn": letters.arn})
    world.put(function, on_failure=queue.arn)
    world.reserve(function, 0)
    request_id = world.send(function, {"a": 1})
    record = queue.record()
    assert set(record) == BARE
    assert record["requestPayload"] == {"a": 1}
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": world.arn(function, "$LATEST"),
        "condition": "ZeroReservedConcurrency",
        "approximateInvokeCount": 0,
    }
    attributes = letters.message()["MessageAttributes"]
    assert {name: each["StringValue"] for name, each in attributes.items()} == {
        "RequestID": request_id,
        "ErrorMessage": "Function not invoked. Function isconfigured with zero reserved concurrent executions",
    }


@fact("4.2", "throttled")
@fact("4.3", "throttled")
@fact("4.6", "ErrorCode", "words")
@fact("5", "throttles")
@fact("6", "Throttles")
def test_throttled_until_too_old(world: World) -> None:
    """Captured: throttles go on where there are to be no retries; the record says 429, and that nothing ran."""
    queue, letters = world.queue(), world.queue()
    function = world.function(Timeout=LONG, DeadLetterConfig={"TargetArn": letters.arn})
    world.put(function, on_failure=queue.arn, MaximumEventAgeInSeconds=60, MaximumRetryAttempts=0)
    world.reserve(function, 1)
    held = hold(world, function)
    request_id = world.send(function, {"a": 1})
    record = queue.record()
    assert set(record) == {*BARE, "responseContext"}
    assert ending(record) == ("EventAgeExceeded", 0)
    assert record["requestContext"]["requestId"] == request_id
    assert (record["requestPayload"], record["responseContext"]) == ({"a": 1}, {"statusCode": 429})
    attributes = letters.message()["MessageAttributes"]
    assert attributes["ErrorCode"] == {"StringValue": "429", "DataType": "Number"}
    assert attributes["ErrorMessage"]["StringValue"] == "Rate Exceeded."
    held.say()
    assert world.counted("Invocations", function) == 1
    assert world.counted("Throttles", function, 2) >= 2
    assert not world.metric("Errors", function)


@fact("4.2", "deleted")
@fact("4.6", "ErrorCode", "words")
@pytest.mark.parametrize(("retries", "count"), [(0, 1), (1, 2)])
def test_deleted_before_it_ran(world: World, retries: int, count: int) -> None:
    """Captured: the record says 404 and nothing else of a response."""
    queue, letters = world.queue(), world.queue()
    function = world.function(Timeout=LONG, DeadLetterConfig={"TargetArn": letters.arn})
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=retries)
    world.reserve(function, 1)
    held = hold(world, function)
    request_id = world.send(function, {"a": 1})
    world.api.delete_function(FunctionName=function)
    held.say()
    record = queue.record()
    assert set(record) == {*BARE, "responseContext"}
    assert record["requestContext"]["requestId"] == request_id
    assert ending(record) == ("RetriesExhausted", count)
    assert record["responseContext"] == {"statusCode": 404}
    attributes = letters.message()["MessageAttributes"]
    assert attributes["ErrorCode"]["StringValue"] == "404"
    words = f"Function not found: {world.arn(function, '$LATEST')}"
    assert attributes["ErrorMessage"]["StringValue"] == words
