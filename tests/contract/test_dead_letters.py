"""What a function's dead-letter queue gets: the event itself, and three attributes.

Sources: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations", "Dead-letter queues"; records
recorded against AWS by LocalStack's snapshot tests (Nov 2025); captures against AWS of Sept 2026.
"""

import json

import pytest

from tests.contract.world import World

fact = pytest.mark.fact
EVENT = b'{ "mode":"raise",  "n": 1.10, "big": 12345678901234567890, "e": 1E2, "mode":"raise" }'
"""Parsed and written again it would look otherwise."""


@fact("4.6", "body", "RequestID", "ErrorCode", "ErrorMessage")
@fact("5", "both")
@fact("2", "SQS")
def test_it_is_the_bare_event_with_three_attributes(world: World) -> None:
    """Recorded: the bytes are those that came; ErrorCode is a Number. The on-failure destination gets its own."""
    function, queue, letters = world.function(), world.queue(), world.queue()
    world.dead_letter(function, letters.arn)
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    request_id = world.send(function, EVENT)
    letter = letters.message()
    assert letter["Body"].encode() == EVENT
    assert {name: (each["DataType"], each["StringValue"]) for name, each in letter["MessageAttributes"].items()} == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "'sku'"),
    }
    assert queue.record()["requestContext"]["requestId"] == request_id


@fact("4.6", "SNS")
@fact("2", "SNS")
def test_a_topic_gets_the_same(world: World) -> None:
    """Recorded: message and attributes, without a subject."""
    function, behind = world.function(), world.queue()
    world.dead_letter(function, world.topic(behind))
    world.put(function, MaximumRetryAttempts=0)
    request_id = world.send(function, EVENT)
    notification = json.loads(behind.message()["Body"])
    assert notification["Message"].encode() == EVENT
    assert not notification.get("Subject")
    assert {name: (each["Type"], each["Value"]) for name, each in notification["MessageAttributes"].items()} == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "'sku'"),
    }


@fact("4.6", "ErrorMessage")
def test_the_message_is_cut_at_one_kilobyte(world: World) -> None:
    """Guide: ErrorMessage has the first 1 KB; no character is cut in two."""
    function, letters = world.function(), world.queue()
    world.dead_letter(function, letters.arn)
    world.put(function, MaximumRetryAttempts=0)
    world.send(function, {"mode": "long"})
    assert letters.message()["MessageAttributes"]["ErrorMessage"]["StringValue"] == "é" * 512


@fact("4.6", "ErrorCode")
def test_a_timeout_has_its_words(world: World) -> None:
    """Guide: a timeout is a function error, so the code is 200."""
    function, letters = world.function(Timeout=1), world.queue()
    world.dead_letter(function, letters.arn)
    world.put(function, MaximumRetryAttempts=0)
    request_id = world.send(function, {"mode": "sleep"})
    attributes = letters.message()["MessageAttributes"]
    assert attributes["ErrorCode"]["StringValue"] == "200"
    words = f"RequestId: {request_id} Error: Task timed out after 1.00 seconds"
    assert attributes["ErrorMessage"]["StringValue"] == words


@fact("4.6", "body")
def test_a_success_leaves_no_dead_letter(world: World) -> None:
    """Guide: it is for events that were not processed."""
    function, done, letters = world.function(), world.queue(), world.queue()
    world.dead_letter(function, letters.arn)
    world.put(function, done.arn)
    world.send(function)
    done.record()
    assert letters.is_empty()
