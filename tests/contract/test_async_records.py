"""AWS facts: what is in the record of an asynchronous invocation. Sections are those of the fact sheet."""

import json
import re
from typing import Any

import pytest

from tests.contract.async_world import ANYTHING, ECHO, FAILS, World, zipped

NODE_FAILS = "export const handler = async () => { throw new RangeError('boom'); };\n"


@pytest.fixture
def world(local_aws: Any) -> World:
    return World(local_aws.client)


def test_fact_4_3_the_record_of_a_success(world: World) -> None:
    """The request id is that of the 202; an unqualified call is reported as $LATEST; the result is embedded."""
    queue, name = world.queue(), world.function(ECHO)
    world.configure(name, on_success=queue.arn)
    request_id = world.send(name, b'{"order": 7}')
    (message,) = world.messages(queue)
    record = json.loads(message["Body"])
    arn = world.awslambda.get_function_configuration(FunctionName=name)["FunctionArn"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("timestamp"))
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{arn}:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"order": 7},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"order": 7},
    }
    assert "MessageAttributes" not in message  # fact 4.3: a record has none, a dead letter has


def test_fact_4_3_the_record_of_a_python_failure(world: World) -> None:
    """The error object is the runtime's own: errorMessage, errorType, requestId, stackTrace."""
    queue, name = world.queue(), world.function(FAILS)
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=0)
    request_id = world.send(name)
    record = world.record(queue)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responseContext"] == {
        "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"
    }  # fmt: skip
    answer = record["responsePayload"]
    assert (answer["errorMessage"], answer["errorType"], answer["requestId"]) == ("boom", "ValueError", request_id)
    assert "raise ValueError" in "".join(answer["stackTrace"])


def test_fact_4_1_the_record_of_a_node_failure(world: World) -> None:
    """Node.js writes trace instead of stackTrace."""
    queue = world.queue()
    name = world.function(Runtime="nodejs22.x", Code={"ZipFile": zipped("index.mjs", NODE_FAILS)})
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=0)
    world.send(name)
    answer = world.record(queue)["responsePayload"]
    assert (answer["errorType"], answer["errorMessage"]) == ("RangeError", "boom")
    assert answer["trace"][0] == "RangeError: boom"


def test_fact_4_1_the_arn_keeps_the_alias_and_executed_version_says_what_ran(world: World) -> None:
    queue, name = world.queue(), world.function(ECHO)
    version = world.awslambda.publish_version(FunctionName=name)["Version"]
    alias = world.awslambda.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]
    world.configure(name, "live", on_success=queue.arn)
    world.send(name, Qualifier="live")
    record = world.record(queue)
    assert record["requestContext"]["functionArn"] == alias
    assert record["responseContext"]["executedVersion"] == version


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def handler(event, context):\n    return None\n", None),
        ("def handler(event, context):\n    return 'text'\n", "text"),
        ("def handler(event, context):\n    return {'statusCode': 500}\n", {"statusCode": 500}),
    ],
)
def test_fact_5_whatever_a_handler_returns_is_a_success(world: World, source: str, expected: object) -> None:
    queue, name = world.queue(), world.function(source)
    world.configure(name, on_success=queue.arn)
    world.send(name)
    record = world.record(queue)
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == expected


def test_fact_4_1_no_payload_is_an_empty_object(world: World) -> None:
    queue, name = world.queue(), world.function(ECHO)
    world.configure(name, on_success=queue.arn)
    world.send(name, b"")
    record = world.record(queue)
    assert (record["requestPayload"], record["responsePayload"]) == ({}, {})


def test_fact_2_1_eventbridge_wraps_the_record(world: World) -> None:
    """Source is ``lambda``; resources are the bus and the function, in that order; detail is the record."""
    events, queue, name = world.client("events"), world.queue(), world.function(FAILS)
    bus = events.create_event_bus(Name=world.name("bus"))["EventBusArn"]
    pattern = {"source": ["lambda"], "detail-type": ["Lambda Function Invocation Result - Failure"]}
    events.put_rule(Name="r", EventBusName=world.name("bus"), EventPattern=json.dumps(pattern))
    events.put_targets(Rule="r", EventBusName=world.name("bus"), Targets=[{"Id": "q", "Arn": queue.arn}])
    world.configure(name, on_failure=bus, MaximumRetryAttempts=0)
    request_id = world.send(name)
    event = world.record(queue)
    assert event["resources"] == [bus, event["detail"]["requestContext"]["functionArn"]]
    assert event["detail"]["requestContext"]["requestId"] == request_id


def test_fact_4_4_sns_has_the_record_as_text_in_its_message(world: World) -> None:
    sns, queue, name = world.client("sns"), world.queue(), world.function(ECHO)
    topic = sns.create_topic(Name=world.name("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    world.configure(name, on_success=topic)
    request_id = world.send(name)
    envelope = world.record(queue)
    assert envelope["Type"] == "Notification"
    assert json.loads(envelope["Message"])["requestContext"]["requestId"] == request_id


def test_fact_4_5_s3_keeps_a_failure_under_function_and_day(world: World) -> None:
    s3, name = world.client("s3"), world.function(FAILS)
    bucket, behind = world.name("bucket"), world.queue()
    s3.create_bucket(Bucket=bucket)
    world.configure(name, on_failure=f"arn:aws:s3:::{bucket}", MaximumRetryAttempts=0)
    world.awslambda.update_function_configuration(FunctionName=name, DeadLetterConfig={"TargetArn": behind.arn})
    world.awslambda.get_waiter("function_updated_v2").wait(FunctionName=name)
    request_id = world.send(name)
    world.messages(behind)  # the dead letter comes after the record: fact 5, both receive
    (found,) = s3.list_objects_v2(Bucket=bucket, Prefix=f"aws/lambda/async/{name}/")["Contents"]
    stored = s3.get_object(Bucket=bucket, Key=found["Key"])
    assert re.search(r"/(\d{4})/(\d\d)/(\d\d)/\1-\2-\3T\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$", found["Key"])
    assert stored["ContentType"] == "application/octet-stream"
    assert json.loads(stored["Body"].read())["requestContext"]["requestId"] == request_id


def test_fact_4_4_a_function_gets_the_record_as_an_event_of_its_own(world: World) -> None:
    queue, role = world.queue(), world.role(ANYTHING)
    first, second = (world.function(ECHO, role, word) for word in ("first", "second"))
    arn = world.awslambda.get_function_configuration(FunctionName=second)["FunctionArn"]
    world.configure(second, on_success=queue.arn)
    world.configure(first, on_success=arn)
    request_id = world.send(first)
    record = world.record(queue)
    assert record["requestContext"]["requestId"] != request_id
    assert record["requestPayload"]["requestContext"]["requestId"] == request_id


def test_fact_4_6_a_dead_letter_is_the_bare_event_with_three_attributes(world: World) -> None:
    queue = world.queue()
    name = world.function(FAILS, DeadLetterConfig={"TargetArn": queue.arn})
    world.awslambda.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    request_id = world.send(name, b'{"n": 1.10,  "big": 12345678901234567890}')
    (message,) = world.messages(queue)
    assert message["Body"] == '{"n": 1.10,  "big": 12345678901234567890}'
    found = {key: (value["DataType"], value["StringValue"]) for key, value in message["MessageAttributes"].items()}
    assert found == {
        "RequestID": ("String", request_id), "ErrorCode": ("Number", "200"), "ErrorMessage": ("String", "boom")
    }  # fmt: skip
