"""Records and dead letters as they arrive at each type of destination of the emulator."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.local.invoke_config import StoredConfig
from tests.unit.local.emulator_stage import ALLOW_ALL, FAILURE, REGION, Emulated, play, zipped

ECHO = "def handler(event, context):\n    return event\n"
FAILS = "def handler(event, context):\n    raise ValueError('boom')\n"
LARGE = "def handler(event, context):\n    return 'x' * event\n"


async def subscribed(aws: Emulated, queue: str) -> str:
    topic = str((await aws.call("sns", "CreateTopic", Name="topic"))["TopicArn"])
    await aws.call(
        "sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "false"}
    )
    return topic


def test_sqs_gets_the_record_and_no_attributes() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        function = await aws.function("f", await aws.role(ALLOW_ALL), ECHO)
        aws.configs.put(function, StoredConfig(on_success=queue))
        request_id = await aws.accept(function, b'{"a":1}')
        (message,) = await aws.messages(queue)
        record = json.loads(message["Body"])
        assert record["requestContext"]["requestId"] == request_id
        assert record["responsePayload"] == {"a": 1}
        assert "MessageAttributes" not in message

    play(act)


def test_sns_gets_the_record_as_its_message() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        topic = await subscribed(aws, queue)
        function = await aws.function("f", await aws.role(ALLOW_ALL), FAILS)
        aws.configs.put(function, replace(FAILURE, on_failure=topic))
        request_id = await aws.accept(function)
        (envelope,) = await aws.records(queue)
        assert envelope["Type"] == "Notification"
        assert "Subject" not in envelope
        assert json.loads(envelope["Message"])["requestContext"]["requestId"] == request_id

    play(act)


@pytest.mark.parametrize(("source", "word"), [(ECHO, "Success"), (FAILS, "Failure")])
def test_eventbridge_gets_the_envelope_that_aws_writes(source: str, word: str) -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        await aws.call("events", "CreateEventBus", Name="bus")
        bus = aws.arn("events", "event-bus/bus")
        pattern = {"source": ["lambda"], "detail-type": [f"Lambda Function Invocation Result - {word}"]}
        await aws.call("events", "PutRule", Name="r", EventBusName="bus", EventPattern=json.dumps(pattern))
        await aws.call("events", "PutTargets", Rule="r", EventBusName="bus", Targets=[{"Id": "q", "Arn": queue}])
        function = await aws.function("f", await aws.role(ALLOW_ALL), source)
        aws.configs.put(function, replace(FAILURE, on_success=bus, on_failure=bus))
        request_id = await aws.accept(function)
        (event,) = await aws.records(queue)
        assert event["source"] == "lambda"
        assert event["detail-type"] == f"Lambda Function Invocation Result - {word}"
        assert event["resources"] == [bus, function.arn]
        assert (event["account"], event["region"]) == (aws.account, REGION)
        assert event["detail"]["requestContext"]["requestId"] == request_id

    play(act)


def test_s3_gets_an_object_named_by_function_and_day() -> None:
    async def act(aws: Emulated) -> None:
        bucket = f"bucket-{aws.account}"
        await aws.call("s3", "CreateBucket", Bucket=bucket)
        function = await aws.function("f", await aws.role(ALLOW_ALL), FAILS)
        aws.configs.put(function, replace(FAILURE, on_failure=f"arn:aws:s3:::{bucket}"))
        request_id = await aws.accept(function)
        await aws.idle()
        (found,) = (await aws.call("s3", "ListObjectsV2", Bucket=bucket))["Contents"]
        day = r"(\d{4})/(\d\d)/(\d\d)/\1-\2-\3T\d\d\.\d\d\.\d\d-[0-9a-f-]{36}"
        assert re.fullmatch(rf"aws/lambda/async/f/{day}", found["Key"])
        stored = await aws.call("s3", "GetObject", Bucket=bucket, Key=found["Key"])
        assert stored["ContentType"] == "application/octet-stream"
        assert json.loads(stored["Body"])["requestContext"]["requestId"] == request_id

    play(act)


def test_a_function_gets_the_record_as_an_asynchronous_event_of_its_own() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        role = await aws.role(ALLOW_ALL)
        first = await aws.function("first", role, ECHO)
        second = await aws.function("second", role, ECHO)
        aws.configs.put(first, StoredConfig(on_success=second.unqualified_arn))
        aws.configs.put(second, StoredConfig(on_success=queue))
        request_id = await aws.accept(first, b'{"a":1}')
        (record,) = await aws.records(queue)
        assert record["requestContext"]["functionArn"] == second.arn
        assert record["requestContext"]["requestId"] != request_id
        assert record["requestPayload"]["requestContext"]["requestId"] == request_id
        assert record["requestPayload"] == record["responsePayload"]

    play(act)


def test_two_functions_that_feed_each_other_are_stopped() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        role = await aws.role(ALLOW_ALL)
        ping = await aws.function("ping", role, "def handler(event, context):\n    return 1\n")
        pong = await aws.function("pong", role, "def handler(event, context):\n    return 1\n")
        aws.configs.put(ping, StoredConfig(on_success=pong.unqualified_arn, on_failure=queue))
        aws.configs.put(pong, StoredConfig(on_success=ping.unqualified_arn, on_failure=queue))
        await aws.accept(ping)
        (record,) = await aws.records(queue)
        assert record["requestContext"]["condition"] == "RecursiveInvocation"
        await aws.idle()
        assert await aws.counted("Invocations") == 32

    play(act)


def test_a_dead_letter_is_the_bare_event_at_sqs_and_sns() -> None:
    async def act(aws: Emulated) -> None:
        queue, behind = await aws.queue("q"), await aws.queue("behind")
        topic = await subscribed(aws, behind)
        role = await aws.role(ALLOW_ALL)
        to_queue = await aws.function("a", role, FAILS, DeadLetterConfig={"TargetArn": queue})
        to_topic = await aws.function("b", role, FAILS, DeadLetterConfig={"TargetArn": topic})
        for function in (to_queue, to_topic):
            aws.configs.put(function, FAILURE)
        request_id = await aws.accept(to_queue, b' {"n": 1.10}')
        (message,) = await aws.messages(queue)
        assert message["Body"] == ' {"n": 1.10}'
        found = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        assert found == {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "boom"}
        request_id = await aws.accept(to_topic, b"[1]")
        (envelope,) = await aws.records(behind)
        assert envelope["Message"] == "[1]"
        assert envelope["MessageAttributes"]["RequestID"] == {"Type": "String", "Value": request_id}
        assert envelope["MessageAttributes"]["ErrorCode"] == {"Type": "Number", "Value": "200"}

    play(act)


@pytest.mark.parametrize(
    ("target", "size"),
    [("queue", 1_024), ("queue", 1_048_576), ("topic", 262_144), ("bus", 1_048_576), ("function", 1_048_576)],
)
def test_a_record_that_is_too_large_is_dropped_and_counted(target: str, size: int) -> None:
    async def act(aws: Emulated) -> None:
        role = await aws.role(ALLOW_ALL)
        queue = await aws.queue("q", MaximumMessageSize=str(size if target == "queue" else 1_048_576))
        if target == "bus":
            await aws.call("events", "CreateEventBus", Name="bus")
        other = await aws.function("other", role, ECHO)
        targets = {
            "queue": queue,
            "topic": await subscribed(aws, queue),
            "bus": aws.arn("events", "event-bus/bus"),
            "function": other.unqualified_arn,
        }
        function = await aws.function("f", role, LARGE)
        aws.configs.put(function, StoredConfig(on_success=targets[target]))
        await aws.accept(function, str(size - 200).encode())
        await aws.idle()
        assert await aws.counted("DestinationDeliveryFailures") == 1
        assert await aws.empty(queue)

    play(act)


@pytest.mark.parametrize("gone", ["sqs", "sns", "events", "lambda", "s3"])
def test_a_destination_that_is_not_there_is_counted(gone: str) -> None:
    resources = {"sqs": "gone", "sns": "gone", "events": "event-bus/gone", "lambda": "function:gone"}

    async def act(aws: Emulated) -> None:
        function = await aws.function("f", await aws.role(ALLOW_ALL), FAILS)
        missing = f"arn:aws:s3:::gone-{aws.account}" if gone == "s3" else aws.arn(gone, resources[gone])
        aws.configs.put(function, replace(FAILURE, on_failure=missing))
        await aws.accept(function)
        await aws.idle()
        assert await aws.counted("DestinationDeliveryFailures") == 1

    play(act)


def test_a_queue_in_another_region_gets_its_record_there() -> None:
    async def act(aws: Emulated) -> None:
        where: dict[str, Any] = {"account": aws.account, "region": "eu-west-1"}
        url = (await aws.backend.call("sqs", "CreateQueue", {"QueueName": "far"}, **where))["QueueUrl"]
        function = await aws.function("f", await aws.role(ALLOW_ALL), ECHO)
        aws.configs.put(function, StoredConfig(on_success=f"arn:aws:sqs:eu-west-1:{aws.account}:far"))
        await aws.accept(function)
        await aws.idle()
        assert len((await aws.backend.call("sqs", "ReceiveMessage", {"QueueUrl": url}, **where))["Messages"]) == 1

    play(act)


def test_a_version_runs_the_code_it_was_published_with() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        latest = await aws.function("f", await aws.role(ALLOW_ALL), "def handler(event, context):\n    return 'old'\n")
        await aws.call("lambda", "PublishVersion", FunctionName="f")
        await aws.call("lambda", "CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
        new = zipped("index.py", "def handler(event, context):\n    return 'new'\n")
        await aws.call("lambda", "UpdateFunctionCode", FunctionName="f", ZipFile=new)
        aws.engine.forget()
        alias = aws.key("f", "live")
        for key in (latest, alias):
            aws.configs.put(key, StoredConfig(on_success=queue))
            await aws.accept(key)
        records = {record["requestContext"]["functionArn"]: record for record in await aws.records(queue, 2)}
        assert records[latest.arn]["responsePayload"] == "new"
        assert records[alias.arn]["responsePayload"] == "old"
        assert records[alias.arn]["responseContext"]["executedVersion"] == "1"

    play(act)


def test_what_a_handler_prints_is_in_the_log_of_its_function() -> None:
    async def act(aws: Emulated) -> None:
        source = "def handler(event, context):\n    print('hello', context.aws_request_id)\n"
        function = await aws.function("f", await aws.role(ALLOW_ALL), source)
        request_id = await aws.accept(function)
        await aws.idle()
        await aws.engine.flush()
        found = await aws.call("logs", "FilterLogEvents", logGroupName="/aws/lambda/f")
        lines = [event["message"].rstrip("\n") for event in found["events"]]
        assert lines[0] == f"START RequestId: {request_id} Version: $LATEST"
        assert f"hello {request_id}" in lines
        assert f"END RequestId: {request_id}" in lines
        assert lines[-1].startswith(f"REPORT RequestId: {request_id}")

    play(act)
