"""The destinations: what each takes, and how a record looks there.

Sources: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; records recorded against AWS by
LocalStack's snapshot tests (Nov 2025); captures against AWS of Sept 2026.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.world import World, allow

fact = pytest.mark.fact
RESULT = "Lambda Function Invocation Result - "


@fact("2", "SQS", "SNS", "EventBridge", "Lambda", "one for many")
@pytest.mark.parametrize("kind", ["queue", "topic", "bus", "function", "version", "alias"])
def test_what_takes_successes_and_failures(world: World, kind: str) -> None:
    """Guide: both slots, and one destination may be in both."""
    arn = world.destination(kind)
    answer = world.put(world.function(), arn, arn)
    assert answer["DestinationConfig"] == {"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}}


@fact("2", "one for many")
def test_one_queue_serves_many_functions(world: World) -> None:
    """Recorded Nov 2025 for both slots of one function; each record names its function."""
    queue, functions = world.queue(), [world.function(), world.function()]
    for function in functions:
        world.put(function, queue.arn, queue.arn, MaximumRetryAttempts=0)
    world.send(functions[0])
    world.send(functions[1], {"mode": "raise"})
    found = {
        record["requestContext"]["functionArn"]: record["requestContext"]["condition"] for record in queue.records(2)
    }
    arns = [world.arn(function, "$LATEST") for function in functions]
    assert found == {arns[0]: "Success", arns[1]: "RetriesExhausted"}


@fact("4.4", "SNS")
@fact("2", "SNS")
def test_a_topic_has_the_record_as_text_in_its_message(world: World) -> None:
    """Guide: the Message is the record; there is no Subject, and there are no attributes."""
    queue, function = world.queue(), world.function()
    world.put(function, world.topic(queue))
    request_id = world.send(function, {"order": 7})
    notification = json.loads(queue.message()["Body"])
    assert notification["Type"] == "Notification"
    assert not notification.get("Subject")
    assert not notification.get("MessageAttributes")
    record = json.loads(notification["Message"])
    assert (record["requestContext"]["requestId"], record["requestPayload"]) == (request_id, {"order": 7})


@fact("4.4", "SNS")
def test_raw_delivery_gives_the_bare_record(world: World) -> None:
    """SNS Developer Guide, "Raw message delivery"."""
    queue, function = world.queue(), world.function()
    world.put(function, on_failure=world.topic(queue, raw=True), MaximumRetryAttempts=0)
    request_id = world.send(function, {"mode": "raise"})
    assert queue.record()["requestContext"]["requestId"] == request_id


@fact("4.4", "SNS to Lambda")
def test_a_function_behind_a_topic_finds_the_record_in_its_message(world: World) -> None:
    """Guide: Records[].Sns.Message."""
    told, function, topic = world.queue(), world.function(), world.topic()
    source = f"""import boto3
def handler(event, context):
    message = event["Records"][0]["Sns"]["Message"]
    boto3.client("sqs").send_message(QueueUrl={told.url!r}, MessageBody=message)
"""
    behind = world.function(source=source)
    world.subscribe_function(topic, behind)
    world.put(function, topic)
    request_id = world.send(function)
    assert told.record()["requestContext"]["requestId"] == request_id


@fact("2.1", "source")
@pytest.mark.unconfirmed("recorded so; the guide's table says aws.lambda")
def test_the_source_of_events_is_lambda(world: World) -> None:
    """Recorded Nov 2025."""
    queue, function = world.queue(), world.function()
    world.put(function, world.bus(queue, source=["lambda"]))
    world.send(function)
    assert queue.record()["source"] == "lambda"


@fact("2.1", "detail-type", "resources", "detail")
@fact("4.3", "EventBridge")
@fact("4.4", "EventBridge")
@fact("2", "EventBridge")
@pytest.mark.parametrize(("mode", "word"), [("raise", "Failure"), ("pass", "Success")])
def test_a_bus_wraps_the_record(world: World, mode: str, word: str) -> None:
    """Recorded Nov 2025: the bus and the function in this order."""
    queue, function = world.queue(), world.function()
    arn = world.arn(function, "$LATEST")
    pattern = {"source": ["lambda", "aws.lambda"], "detail": {"requestContext": {"functionArn": [{"prefix": arn}]}}}
    bus = world.bus(queue, **pattern)
    world.put(function, bus, bus, MaximumRetryAttempts=0)
    request_id = world.send(function, {"mode": mode})
    event = queue.record()
    detail = event.pop("detail")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
    assert re.fullmatch(r"[0-9a-f-]{36}", event.pop("id"))
    assert event.pop("source") in pattern["source"]
    assert event == {
        "version": "0",
        "detail-type": RESULT + word,
        "account": world.account,
        "region": world.region,
        "resources": [bus, arn],
    }
    assert (detail["version"], detail["requestContext"]["requestId"]) == ("1.0", request_id)
    assert detail["requestPayload"] == {"mode": mode}


@fact("2.1", "bus missing", "no rule")
@fact("6", "DestinationDeliveryFailures")
def test_a_bus_that_is_missing_loses_the_record_and_one_without_a_rule_does_not(world: World) -> None:
    """Captured Sept 2026: only the missing one is counted, and once."""
    function, queue = world.function(), world.queue()
    world.put(function, world.bus())
    world.send(function)
    assert world.counted("AsyncEventsDropped", function, 0) == 0
    world.put(function, queue.arn)
    world.send(function)
    queue.record()
    world.put(function, world.arn_of("events", f"event-bus/{world.prefix}nosuch"))
    world.send(function)
    assert world.counted("DestinationDeliveryFailures", function) == 1


@fact("4.4", "Lambda")
@fact("2", "Lambda")
@pytest.mark.parametrize("qualifier", ["", "live"])
def test_a_function_gets_the_record_as_a_new_asynchronous_event(world: World, qualifier: str) -> None:
    """Guide: an invocation with a request id, retries and destinations of its own."""
    queue, first, second = world.queue(), world.function(), world.function()
    world.alias(second)
    world.put(second, queue.arn, qualifier=qualifier or "$LATEST")
    world.put(first, world.arn(second, qualifier))
    request_id = world.send(first, {"n": 1})
    record = queue.record()
    assert record["requestContext"]["functionArn"] == world.arn(second, qualifier or "$LATEST")
    inner = record["requestPayload"]
    assert (inner["requestContext"]["requestId"], inner["requestPayload"]) == (request_id, {"n": 1})
    assert record["requestContext"]["requestId"] != request_id


@fact("4.4", "Lambda")
def test_a_function_that_is_a_destination_is_tried_again_too(world: World) -> None:
    """Captured Sept 2026."""
    queue, first = world.queue(), world.function()
    second = world.function(source="def handler(event, context): raise ValueError('no')")
    world.put(second, on_failure=queue.arn, MaximumRetryAttempts=1)
    world.put(first, world.arn(second))
    world.send(first)
    context = queue.record()["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 2)


@fact("4.5", "key", "unqualified", "ListBucket")
@fact("4.4", "S3")
@fact("2", "S3")
def test_a_bucket_keeps_a_failure_under_function_and_day(world: World) -> None:
    """Guide and capture of Sept 2026: key and content type, no extension, no qualifier; PutObject is enough."""
    bucket, role = world.bucket(), world.role(*world.everything())
    function = world.function(role)
    arn = f"arn:aws:s3:::{bucket}"
    world.alias(function)
    for qualifier in ("$LATEST", "live"):
        world.put(function, on_failure=arn, qualifier=qualifier, MaximumRetryAttempts=0)
    world.allow(role, allow("s3:PutObject", f"{arn}/*"))
    began = datetime.now(UTC)
    sent = {world.send(function, {"mode": "raise"}, Qualifier=each) for each in ("$LATEST", "live")}
    records = [stored(world, bucket, found["Key"], function, began) for found in world.objects(bucket, 2)]
    assert {record["requestContext"]["requestId"] for record in records} == sent
    arns = {world.arn(function, "$LATEST"), world.arn(function, "live")}
    assert {record["requestContext"]["functionArn"] for record in records} == arns


def stored(world: World, bucket: str, key: str, function: str, began: datetime) -> dict[str, Any]:
    """Check an object's key and type, and give the record in it."""
    day = r"(\d{4})/(\d\d)/(\d\d)/(\1-\2-\3T\d\d\.\d\d\.\d\d)"
    match = re.fullmatch(rf"aws/lambda/async/{function}/{day}-[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}", key)
    assert match, key
    moment = datetime.strptime(match[4], "%Y-%m-%dT%H.%M.%S").replace(tzinfo=UTC)
    assert abs((moment - began).total_seconds()) < 900
    answer = world.client("s3").get_object(Bucket=bucket, Key=key)
    assert answer["ContentType"] == "application/octet-stream"
    found: dict[str, Any] = json.loads(answer["Body"].read())
    return found


@fact("4.5", "whole")
def test_a_bucket_keeps_large_payloads_whole(world: World) -> None:
    """Captured Sept 2026: 300 KB of request are in the object."""
    bucket, function = world.bucket(), world.function()
    world.put(function, on_failure=f"arn:aws:s3:::{bucket}", MaximumRetryAttempts=0)
    world.send(function, {"mode": "raise", "padding": "x" * 300_000})
    (found,) = world.objects(bucket)
    record = json.load(world.client("s3").get_object(Bucket=bucket, Key=found["Key"])["Body"])
    assert len(record["requestPayload"]["padding"]) == 300_000
    assert found["Size"] > 300_000


@fact("2.2", "other region")
@pytest.mark.unconfirmed("not documented; an emulator's author sends to the ARN's region")
@pytest.mark.embedded("what a case makes is removed in one region only")
def test_a_queue_of_another_region(world: World) -> None:
    """The ARN says where it is."""
    far = world.elsewhere("eu-west-1").queue()
    function = world.function(world.role(allow("sqs:SendMessage", far.arn)))
    world.put(function, far.arn)
    request_id = world.send(function)
    assert far.record()["requestContext"]["requestId"] == request_id
