"""Records that cannot be delivered: nobody is told but a metric.

Sources: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations", "Types of metrics for Lambda
functions", "Lambda quotas"; captures against AWS of Sept 2026.
"""

from collections.abc import Callable

import pytest

from tests.contract.world import Queue, World, allow, document, refused

fact = pytest.mark.fact
LOST = "DestinationDeliveryFailures"
MEGABYTE = 1_048_576
Spoil = Callable[[World, str, Queue], None]


def take_permission(world: World, role: str, queue: Queue) -> None:
    world.client("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="test")
    world.changed()


def deny_in_role(world: World, role: str, queue: Queue) -> None:
    world.allow(role, *world.everything(), {**allow("sqs:*", queue.arn), "Effect": "Deny"})


def ask_for_the_function(world: World, role: str, queue: Queue) -> None:
    """Captured Sept 2026: what Lambda sends carries no lambda:SourceFunctionArn."""
    mine = {"ArnLike": {"lambda:SourceFunctionArn": f"{world.arn('*')}"}}
    world.allow(role, allow("sqs:SendMessage", queue.arn, Condition=mine))


def deny_in_queue(world: World, role: str, queue: Queue) -> None:
    denied = {"Effect": "Deny", "Principal": {"AWS": role}, "Action": "sqs:SendMessage", "Resource": queue.arn}
    queue.policy(denied)


def delete_queue(world: World, role: str, queue: Queue) -> None:
    world.client("sqs").delete_queue(QueueUrl=queue.url)
    world.changed()


def set_boundary(world: World, role: str, queue: Queue) -> None:
    policy = document(allow("s3:*", "*"))
    iam = world.client("iam")
    arn = iam.create_policy(PolicyName=world.name("edge"), PolicyDocument=policy)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=arn)
    world.changed()


SPOILERS = [take_permission, deny_in_role, ask_for_the_function, deny_in_queue, delete_queue, set_boundary]


@fact("5", "by the role")
@fact("1.4", "only then")
@fact("6", "DestinationDeliveryFailures", "DeadLetterErrors")
@pytest.mark.parametrize("spoil", SPOILERS)
def test_what_may_not_be_delivered_is_dropped_and_counted(world: World, spoil: Spoil) -> None:
    """Guide: permission is looked at again when a record is delivered, and then only metrics tell."""
    role, queue = world.role(*world.everything()), world.queue()
    function = world.function(role, DeadLetterConfig={"TargetArn": queue.arn})
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    spoil(world, role, queue)
    world.send(function, {"mode": "raise"})
    assert world.counted(LOST, function) == 1
    assert world.counted("DeadLetterErrors", function) == 1
    assert world.counted("AsyncEventsDropped", function) == 1
    if spoil is not delete_queue:
        assert queue.is_empty()
    config = world.api.get_function_event_invoke_config(FunctionName=function)["DestinationConfig"]
    assert config["OnFailure"] == {"Destination": queue.arn}


@fact("5.2", "event", "SQS", "record too large")
def test_an_event_of_one_megabyte_is_taken_and_no_more(world: World) -> None:
    """Guide, "Lambda quotas": 1 MB; the record, with what is around it, is then too large for a queue."""
    function, queue = world.function(), world.queue()
    world.put(function, queue.arn)
    payload = b'"' + b"x" * (MEGABYTE - 2) + b'"'
    call = world.api.invoke
    over = refused(call, FunctionName=function, InvocationType="Event", Payload=payload[:-1] + b'x"')
    assert (over.code, over.status) == ("RequestTooLargeException", 413)
    world.send(function, payload)
    assert world.counted(LOST, function) == 1
    assert queue.is_empty()


@fact("5.2", "SQS", "record too large", "dead letter too large")
@fact("6", "DeadLetterErrors")
def test_a_queue_takes_as_much_as_it_says(world: World) -> None:
    """SQS API reference, MaximumMessageSize: 1 KiB to 1 MiB; older queues have 256 KiB."""
    small, function = world.queue(MaximumMessageSize="1024"), world.function()
    world.dead_letter(function, small.arn)
    world.put(function, small.arn, small.arn, MaximumRetryAttempts=0)
    world.send(function, {"mode": "return", "value": 1})
    assert small.record()["responsePayload"] == 1
    world.send(function, {"mode": "raise", "padding": "x" * 2_000})
    assert world.counted(LOST, function) == 1
    assert world.counted("DeadLetterErrors", function) == 1
    assert small.is_empty()


@fact("5.2", "SNS", "record too large")
@pytest.mark.unconfirmed("the guide says that it is not delivered, the API model that it comes without the payloads")
def test_a_topic_takes_256_kb(world: World) -> None:
    """SNS API reference, Publish: 262,144 bytes."""
    function, behind = world.function(), world.queue()
    world.put(function, world.topic(behind))
    world.send(function, {"mode": "return", "value": 1, "padding": "x" * 250_000})
    assert len(behind.message()["Body"]) > 250_000
    world.send(function, {"mode": "return", "value": 1, "padding": "x" * 262_144})
    assert world.counted(LOST, function) == 1


@fact("5.2", "result")
def test_a_result_of_6_mb_and_more_is_an_error(world: World) -> None:
    """Recorded Nov 2025: the error takes the result's place."""
    function, queue = world.function(), world.queue()
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    world.send(function, {"mode": "big", "size": 6_291_556})
    assert queue.record()["responsePayload"] == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


@fact("5.2", "EventBridge")
@pytest.mark.unconfirmed("announced in January 2026; the API model says 256 KB still, and not every region may have it")
def test_a_bus_takes_more_than_256_kb(world: World) -> None:
    """Announced 29 Jan 2026: an entry may have 1 MB."""
    function, queue = world.function(), world.queue()
    bus = world.bus(queue, source=["lambda", "aws.lambda"])
    world.put(function, bus)
    world.send(function, {"mode": "return", "value": 1, "padding": "x" * 400_000})
    assert len(queue.record()["detail"]["requestPayload"]["padding"]) == 400_000


@fact("5", "by the role")
@fact("1.4", "KMS")
@pytest.mark.unconfirmed("that the key is not looked at when the queue is set; users report lost messages")
@pytest.mark.embedded("a key can only be scheduled for deletion")
def test_a_key_is_looked_at_when_a_record_is_sent(world: World) -> None:
    """SQS Developer Guide, "Key management": a producer needs kms:GenerateDataKey and kms:Decrypt."""
    key = world.client("kms").create_key()["KeyMetadata"]["Arn"]
    queue = world.queue(KmsMasterKeyId=key)
    send = allow("sqs:SendMessage", queue.arn)
    role = world.role(send)
    function = world.function(role)
    world.put(function, queue.arn)
    world.send(function)
    assert world.counted(LOST, function) == 1
    world.allow(role, send, allow(["kms:GenerateDataKey", "kms:Decrypt"], key))
    request_id = world.send(function)
    assert queue.record()["requestContext"]["requestId"] == request_id
