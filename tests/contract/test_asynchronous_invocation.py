"""Lambda's asynchronous invocation: each test states how AWS behaves.

Sources: Lambda Developer Guide ("Capturing records of Lambda asynchronous invocations", "How Lambda handles errors and
retries with asynchronous invocation"); records recorded against AWS by LocalStack's snapshot tests (Nov 2025); captures
against AWS of Sept 2026.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import ACCOUNT, REGION, LocalAws, Queue, eventually

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SILENT = "def handler(event, context): return None"
"""An echo would make each hop's record twice as large as the last."""
NO_RETRIES = {"MaximumRetryAttempts": 0}


def configure(aws: LocalAws, function: str, **settings: Any) -> None:
    aws.client("lambda").put_function_event_invoke_config(FunctionName=function, **settings)


def to(slot: str, arn: str) -> dict[str, Any]:
    return {"DestinationConfig": {slot: {"Destination": arn}}}


def test_a_success_field_by_field(local_aws: LocalAws) -> None:
    """Guide and record of Nov 2025: no functionError; the id of the 202, the handler and the record is one."""
    function, queue = local_aws.function(), local_aws.queue()
    configure(local_aws, function, **to("OnSuccess", queue.arn))
    request_id = local_aws.send(function, {"order": 7})
    message = queue.message()
    record = json.loads(message["Body"])
    assert list(record) == [
        "version", "timestamp", "requestContext", "requestPayload", "responseContext", "responsePayload"
    ]  # fmt: skip
    arn = f"{local_aws.arn(function)}:$LATEST"
    assert record["version"] == "1.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["timestamp"])
    assert record["requestContext"] == {
        "requestId": request_id, "functionArn": arn, "condition": "Success", "approximateInvokeCount": 1
    }  # fmt: skip
    assert record["requestPayload"] == {"order": 7}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"id": request_id, "arn": arn, "event": {"order": 7}}
    assert "MessageAttributes" not in message


def test_a_failure_is_tried_three_times_and_carries_the_runtimes_own_error(local_aws: LocalAws) -> None:
    """Guide: two retries by default. Record of Nov 2025: awslambdaric's error payload, requestId and stackTrace."""
    function, queue = local_aws.function(), local_aws.queue()
    configure(local_aws, function, **to("OnFailure", queue.arn))
    request_id = local_aws.send(function, {"mode": "raise"})
    record = queue.record()
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    answer = record["responsePayload"]
    assert (answer["errorType"], answer["errorMessage"], answer["requestId"]) == ("KeyError", "'sku'", request_id)
    assert any("index.py" in line for line in answer["stackTrace"])
    eventually(lambda: local_aws.metric("Errors", function) == 3, "the metric Errors at 3")
    assert eventually(lambda: local_aws.metric("AsyncEventsDropped", function), "AsyncEventsDropped") == 1


def test_a_node_failure_has_nodes_own_shape(local_aws: LocalAws) -> None:
    """The Node.js runtime writes errorType, errorMessage and trace."""
    function, queue = local_aws.function(node=True), local_aws.queue()
    configure(local_aws, function, **NO_RETRIES, **to("OnFailure", queue.arn))
    local_aws.send(function, {"mode": "raise"})
    answer = queue.record()["responsePayload"]
    assert (answer["errorType"], answer["errorMessage"]) == ("TypeError", "no sku")
    assert answer["trace"][0] == "TypeError: no sku"


@pytest.mark.parametrize(
    ("event", "error_type", "message"),
    [
        ({"mode": "exit"}, "Runtime.ExitError", "RequestId: {id} Error: Runtime exited with error: exit status 3"),
        ({"mode": "sleep"}, "Sandbox.Timedout", "RequestId: {id} Error: Task timed out after 1.00 seconds"),
        ({"mode": "bad"}, "Runtime.MarshalError", None),
    ],
)
def test_other_ways_to_fail(local_aws: LocalAws, event: dict[str, str], error_type: str, message: str | None) -> None:
    """Lambda names what the runtime could not: an exit, a timeout, a result that is no JSON."""
    function, queue = local_aws.function(Timeout=1), local_aws.queue()
    configure(local_aws, function, **NO_RETRIES, **to("OnFailure", queue.arn))
    request_id = local_aws.send(function, event)
    answer = queue.record()["responsePayload"]
    assert answer["errorType"] == error_type
    assert message is None or answer["errorMessage"] == message.format(id=request_id)


@pytest.mark.parametrize(("age", "attempts"), [(60, 1), (90, 2)])
def test_the_age_check_looks_ahead(local_aws: LocalAws, age: int, attempts: int) -> None:
    """Recorded Nov 2025: age 60 goes straight to failure, age 90 allows one retry."""
    function, queue = local_aws.function(), local_aws.queue()
    configure(local_aws, function, MaximumEventAgeInSeconds=age, **to("OnFailure", queue.arn))
    local_aws.client("lambda").invoke(FunctionName=function, Payload=b"{}")  # warm, so that running takes no minutes
    local_aws.send(function, {"mode": "raise"})
    context = queue.record()["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", attempts)


def test_zero_reserved_concurrency_goes_straight_to_failure_without_an_answer(local_aws: LocalAws) -> None:
    """Recorded Nov 2025: neither responseContext nor responsePayload; the dead letter has no ErrorCode."""
    queue, letters = local_aws.queue(), local_aws.queue()
    function = local_aws.function(DeadLetterConfig={"TargetArn": letters.arn})
    configure(local_aws, function, **to("OnFailure", queue.arn))
    local_aws.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    local_aws.send(function, {"a": 1})
    record = queue.record()
    assert list(record) == ["version", "timestamp", "requestContext", "requestPayload"]
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    attributes = letters.message()["MessageAttributes"]
    assert set(attributes) == {"RequestID", "ErrorMessage"}
    assert attributes["ErrorMessage"]["StringValue"].startswith("Function not invoked. Function isconfigured with zero")


def test_the_configuration_is_that_of_the_qualifier_named(local_aws: LocalAws) -> None:
    """Captured: no fallback to $LATEST; the record keeps the alias, executedVersion is the version behind it."""
    function, latest, live = local_aws.function(), local_aws.queue(), local_aws.queue()
    api = local_aws.client("lambda")
    version = api.publish_version(FunctionName=function)["Version"]
    api.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    api.create_alias(FunctionName=function, Name="bare", FunctionVersion=version)
    configure(local_aws, function, **to("OnSuccess", latest.arn))
    configure(local_aws, function, Qualifier="live", **to("OnSuccess", live.arn))
    local_aws.send(function, {}, Qualifier="bare")
    local_aws.send(function, {}, Qualifier="live")
    record = live.record()
    assert record["requestContext"]["functionArn"] == f"{local_aws.arn(function)}:live"
    assert record["responseContext"]["executedVersion"] == version
    local_aws.send(function, {"last": True})
    assert latest.record()["requestPayload"] == {"last": True}


def test_dead_letter_and_on_failure_both_get_theirs(local_aws: LocalAws) -> None:
    """Captured: the DLQ has the original bytes and three attributes, ErrorCode a Number."""
    queue, letters = local_aws.queue(), local_aws.queue()
    function = local_aws.function(DeadLetterConfig={"TargetArn": letters.arn})
    configure(local_aws, function, **NO_RETRIES, **to("OnFailure", queue.arn))
    event = b'{ "mode":"raise",  "big": 12345678901234567890, "e": 1E2 }'
    request_id = local_aws.send(function, event)
    letter = letters.message()
    assert letter["Body"].encode() == event
    assert {name: (each["DataType"], each["StringValue"]) for name, each in letter["MessageAttributes"].items()} == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "'sku'"),
    }
    assert queue.record()["requestContext"]["requestId"] == request_id


def test_a_topic_gets_the_record_as_its_message(local_aws: LocalAws) -> None:
    """Guide: the Message is the record; there is no Subject."""
    queue, function = local_aws.queue(), local_aws.function()
    topic = local_aws.client("sns").create_topic(Name=local_aws.name("topic"))["TopicArn"]
    local_aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    configure(local_aws, function, **to("OnSuccess", topic))
    request_id = local_aws.send(function, {})
    notification = json.loads(queue.message()["Body"])
    assert notification["Type"] == "Notification"
    assert not notification.get("Subject")
    assert json.loads(notification["Message"])["requestContext"]["requestId"] == request_id


def test_a_bus_gets_an_event_with_the_record_as_its_detail(local_aws: LocalAws) -> None:
    """Recorded Nov 2025: source "lambda", resources [bus, function] in that order."""
    events, queue, function = local_aws.client("events"), local_aws.queue(), local_aws.function()
    rule = local_aws.name("rule")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["lambda"], "resources": [
        f"{local_aws.arn(function)}:$LATEST"]}))  # fmt: skip
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue.arn}])
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    configure(local_aws, function, **NO_RETRIES, **to("OnFailure", bus))
    request_id = local_aws.send(function, {"mode": "raise"})
    event = queue.record()
    assert (event["source"], event["detail-type"]) == ("lambda", "Lambda Function Invocation Result - Failure")
    assert event["resources"] == [bus, f"{local_aws.arn(function)}:$LATEST"]
    assert event["detail"]["requestContext"]["requestId"] == request_id


def test_a_function_gets_the_record_as_a_new_asynchronous_event(local_aws: LocalAws) -> None:
    """Guide: a new invocation, with a request id and destinations of its own."""
    queue, first, second = local_aws.queue(), local_aws.function(), local_aws.function()
    configure(local_aws, first, **to("OnSuccess", local_aws.arn(second)))
    configure(local_aws, second, **to("OnSuccess", queue.arn))
    request_id = local_aws.send(first, {"n": 1})
    record = queue.record()
    assert record["requestPayload"]["requestContext"]["requestId"] == request_id
    assert record["requestPayload"]["requestPayload"] == {"n": 1}
    assert record["requestContext"]["requestId"] != request_id


def test_a_bucket_gets_an_object_named_after_function_and_day(local_aws: LocalAws) -> None:
    """Captured: key and content type, no extension."""
    s3, bucket, function = local_aws.client("s3"), local_aws.name("bucket"), local_aws.function()
    s3.create_bucket(Bucket=bucket)
    configure(local_aws, function, **NO_RETRIES, **to("OnFailure", f"arn:aws:s3:::{bucket}"))
    request_id = local_aws.send(function, {"mode": "raise"})
    [found] = eventually(lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"), "an object")
    day = r"\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d"
    assert re.fullmatch(rf"aws/lambda/async/{function}/{day}-[0-9a-f-]{{36}}", found["Key"])
    answer = s3.get_object(Bucket=bucket, Key=found["Key"])
    assert answer["ContentType"] == "application/octet-stream"
    assert json.loads(answer["Body"].read())["requestContext"]["requestId"] == request_id


def take_permission(aws: LocalAws, role: str, queue: Queue) -> None:
    aws.client("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="test")


def deny_in_queue(aws: LocalAws, role: str, queue: Queue) -> None:
    denied = {"Effect": "Deny", "Principal": {"AWS": role}, "Action": "sqs:SendMessage", "Resource": queue.arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})


def delete_queue(aws: LocalAws, role: str, queue: Queue) -> None:
    aws.client("sqs").delete_queue(QueueUrl=queue.url)


def set_boundary(aws: LocalAws, role: str, queue: Queue) -> None:
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    arn = aws.client("iam").create_policy(PolicyName=aws.name("edge"), PolicyDocument=policy)["Policy"]["Arn"]
    aws.client("iam").put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=arn)


@pytest.mark.parametrize("spoil", [take_permission, deny_in_queue, delete_queue, set_boundary])
def test_what_may_not_be_delivered_is_dropped_and_counted(
    local_aws: LocalAws, spoil: Callable[[LocalAws, str, Queue], None]
) -> None:
    """Guide: nothing checks again after Put; only DestinationDeliveryFailures moves."""
    role, queue = local_aws.role(EVERYTHING), local_aws.queue()
    function = local_aws.function(role)
    configure(local_aws, function, **to("OnSuccess", queue.arn))
    spoil(local_aws, role, queue)
    local_aws.send(function, {})
    lost = "DestinationDeliveryFailures"
    assert eventually(lambda: local_aws.metric(lost, function), lost) == 1
    if spoil is not delete_queue:
        assert queue.take(wait=0) is None


def test_a_record_larger_than_its_target_takes_is_dropped_and_counted(local_aws: LocalAws) -> None:
    """Guide: SNS still takes 256 KB; the record holds the request's payload."""
    function = local_aws.function()
    topic = local_aws.client("sns").create_topic(Name=local_aws.name("topic"))["TopicArn"]
    configure(local_aws, function, **to("OnSuccess", topic))
    local_aws.send(function, {"padding": "x" * 300_000})
    lost = "DestinationDeliveryFailures"
    assert eventually(lambda: local_aws.metric(lost, function), lost) == 1


def test_a_dead_letter_that_may_not_be_sent_is_counted(local_aws: LocalAws) -> None:
    """Guide: DeadLetterErrors."""
    role, letters = local_aws.role(EVERYTHING), local_aws.queue()
    function = local_aws.function(role, DeadLetterConfig={"TargetArn": letters.arn})
    configure(local_aws, function, **NO_RETRIES)
    take_permission(local_aws, role, letters)
    local_aws.send(function, {"mode": "raise"})
    assert eventually(lambda: local_aws.metric("DeadLetterErrors", function), "DeadLetterErrors") == 1


@pytest.mark.parametrize(
    ("payload", "code", "status"),
    [
        (b"x" * 1_048_577, "RequestTooLargeException", 413),
        (b"{not json", "InvalidRequestContentException", 400),
    ],
)
def test_events_that_are_not_accepted(local_aws: LocalAws, payload: bytes, code: str, status: int) -> None:
    """Quotas: 1 MB for an asynchronous payload; API reference, Invoke: the payload is JSON."""
    function = local_aws.function()
    with pytest.raises(ClientError) as caught:
        local_aws.send(function, payload)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_function_that_does_not_exist_accepts_nothing(local_aws: LocalAws) -> None:
    """API reference, Invoke."""
    with pytest.raises(ClientError, match=r"Function not found: .*:function:nosuch"):
        local_aws.send("nosuch", {})


def test_a_loop_is_stopped_after_sixteen_hops(local_aws: LocalAws) -> None:
    """Guide, "Recursive loop detection": about 16 times through the same function; the condition is unconfirmed."""
    first, second = local_aws.function(source=SILENT), local_aws.function(source=SILENT)
    letters = local_aws.queue()
    local_aws.client("lambda").update_function_configuration(
        FunctionName=first, DeadLetterConfig={"TargetArn": letters.arn}
    )
    configure(local_aws, first, **NO_RETRIES, **to("OnSuccess", local_aws.arn(second)))
    configure(local_aws, second, **NO_RETRIES, **to("OnSuccess", local_aws.arn(first)))
    local_aws.send(first, {})
    assert letters.message()["MessageAttributes"]["ErrorCode"]["StringValue"] == "400"
    eventually(lambda: local_aws.metric("Invocations", first) == 16, "the metric Invocations at 16")


def test_a_synchronous_caller_gets_the_answer_and_no_record_is_sent(local_aws: LocalAws) -> None:
    """Guide: destinations are for asynchronous invocations only."""
    function, queue = local_aws.function(), local_aws.queue()
    configure(local_aws, function, **to("OnSuccess", queue.arn))
    api = local_aws.client("lambda")
    answer = api.invoke(FunctionName=function, Payload=b'{"n": 1}')
    assert json.load(answer["Payload"])["event"] == {"n": 1}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    failed = api.invoke(FunctionName=function, Payload=b'{"mode": "raise"}')
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"])["errorType"] == "KeyError"
    assert queue.take(wait=0) is None


def test_what_a_handler_prints_is_in_its_log_group(local_aws: LocalAws) -> None:
    """Guide, "Log": START, END and REPORT lines with the request id."""
    function = local_aws.function()
    request_id = local_aws.send(function, {})
    logs = local_aws.client("logs")

    def written() -> list[Any] | None:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        except ClientError:
            return None
        return found or None

    lines = [event["message"] for event in eventually(written, "a log line")]
    assert lines[0].startswith(f"START RequestId: {request_id} Version: $LATEST")
    assert any(line.startswith(f"REPORT RequestId: {request_id}") for line in lines)
