"""AWS facts: retries, ageing, and what ends an event. Sections are those of the fact sheet."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.async_world import ANYTHING, ECHO, FAILS, TELLS, World

SLEEPS = "import time\ndef handler(event, context):\n    time.sleep(event)\n"


@pytest.fixture
def world(local_aws: Any) -> World:
    return World(local_aws.client)


def ending(record: Any) -> tuple[str, int]:
    return record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"MaximumRetryAttempts": 0}, ("RetriesExhausted", 1)),
        ({"MaximumRetryAttempts": 1}, ("RetriesExhausted", 2)),
        ({}, ("RetriesExhausted", 3)),
        # The age check looks ahead (test_maxeventage, recorded on AWS).
        ({"MaximumEventAgeInSeconds": 60}, ("EventAgeExceeded", 1)),
        ({"MaximumEventAgeInSeconds": 90}, ("EventAgeExceeded", 2)),
    ],
)
def test_fact_5_how_often_an_event_is_tried(world: World, config: dict[str, Any], expected: tuple[str, int]) -> None:
    queue, name = world.queue(), world.function(FAILS)
    world.configure(name, on_failure=queue.arn, **config)
    world.send(name)
    record = world.record(queue)
    assert ending(record) == expected
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "boom"


def test_fact_5_the_request_id_is_one_on_every_attempt(world: World) -> None:
    """Of the 202, of context.aws_request_id at each attempt, and of the record."""
    queue, told, name = world.queue(), world.queue("told"), world.function(TELLS)
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=1)
    request_id = world.tell(name, told)
    assert world.record(queue)["requestContext"]["requestId"] == request_id
    assert [message["Body"] for message in world.messages(told, 2)] == [request_id] * 2


def test_fact_4_2_zero_reserved_concurrency(world: World) -> None:
    """No attempt is made: straight to both, without responseContext, and without ErrorCode in the dead letter."""
    queue, dead = world.queue(), world.queue("dead")
    name = world.function(ECHO, DeadLetterConfig={"TargetArn": dead.arn})
    world.configure(name, on_failure=queue.arn)
    world.awslambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    request_id = world.send(name, b'{"a":1}')
    record = world.record(queue)
    assert ending(record) == ("ZeroReservedConcurrency", 0)
    assert set(record) == {"version", "timestamp", "requestContext", "requestPayload"}
    (message,) = world.messages(dead)
    found = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert found == {
        "RequestID": request_id,
        "ErrorMessage": "Function not invoked. Function isconfigured with zero reserved concurrent executions",
    }


def test_fact_4_2_throttled_until_too_old(world: World) -> None:
    """Throttles use up no retry; at the end the record says 429, and that the function never ran."""
    queue, done = world.queue(), world.queue("done")
    name = world.function(SLEEPS, Timeout=30)
    world.configure(name, on_failure=queue.arn, on_success=done.arn, MaximumEventAgeInSeconds=60)
    world.awslambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    world.send(name, b"4")
    world.send(name, b"4")
    record = world.record(queue)
    assert ending(record) == ("EventAgeExceeded", 0)
    assert record["responseContext"] == {"statusCode": 429}
    assert "responsePayload" not in record
    world.record(done)
    assert world.counted("Throttles", name, 1) >= 1


def test_fact_4_2_deleted_before_execution(world: World) -> None:
    """The record says 404 and nothing else of a response."""
    queue, told, name = world.queue(), world.queue("told"), world.function(TELLS, Timeout=30)
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=1)
    world.awslambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    running = world.tell(name, told, seconds=5)
    world.messages(told)
    waiting = world.tell(name, told)
    world.awslambda.delete_function(FunctionName=name)
    records = {record["requestContext"]["requestId"]: record for record in world.records(queue, 2)}
    assert set(records) == {running, waiting}
    record = records[waiting]
    assert ending(record) == ("RetriesExhausted", 2)
    assert record["responseContext"] == {"statusCode": 404}
    assert "responsePayload" not in record


def test_fact_1_3_an_alias_does_not_inherit(world: World) -> None:
    """The configuration is that of the qualifier named in the call; $LATEST's is no fallback."""
    of_latest, of_alias = world.queue("latest"), world.queue("alias")
    name = world.function(FAILS)
    version = world.awslambda.publish_version(FunctionName=name)["Version"]
    for alias in ("live", "bare"):
        world.awslambda.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
    world.configure(name, on_failure=of_latest.arn, MaximumRetryAttempts=0)
    world.configure(name, "live", on_failure=of_alias.arn, MaximumRetryAttempts=0)
    world.send(name, Qualifier="bare")
    world.send(name, Qualifier="live")
    assert world.record(of_alias)["requestContext"]["functionArn"].endswith(":live")
    world.send(name)
    assert world.record(of_latest)["requestContext"]["functionArn"].endswith(":$LATEST")
    world.counted("AsyncEventsDropped", name, 3)  # the bare alias's event too, after two retries
    assert world.nothing_came(of_latest)
    assert world.nothing_came(of_alias)


def test_fact_5_retries_see_the_configuration_as_it_is_then(world: World) -> None:
    before, after, told = world.queue("before"), world.queue("after"), world.queue("told")
    name = world.function(TELLS, Timeout=30)
    world.configure(name, on_failure=before.arn, MaximumRetryAttempts=1)
    world.tell(name, told, seconds=2)
    world.messages(told)
    world.configure(name, on_failure=after.arn, MaximumRetryAttempts=1)
    assert ending(world.record(after)) == ("RetriesExhausted", 2)
    assert world.nothing_came(before)


def test_fact_2_a_synchronous_call_has_no_destination(world: World) -> None:
    queue, name = world.queue(), world.function(ECHO)
    world.configure(name, on_success=queue.arn, on_failure=queue.arn)
    answer = world.awslambda.invoke(FunctionName=name, Payload=b'{"a":1}')
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert answer["Payload"].read() == b'{"a": 1}'
    request_id = world.send(name)
    assert world.record(queue)["requestContext"]["requestId"] == request_id
    assert world.nothing_came(queue)


def test_fact_4_1_a_synchronous_failure_says_unhandled(world: World) -> None:
    answer = world.awslambda.invoke(FunctionName=world.function(FAILS), Payload=b"{}")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")


def test_fact_5_a_timeout_is_a_function_error(world: World) -> None:
    queue, name = world.queue(), world.function(SLEEPS, Timeout=1)
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=0)
    request_id = world.send(name, b"30")
    record = world.record(queue)
    assert ending(record) == ("RetriesExhausted", 1)
    assert record["responsePayload"]["errorType"] == "Sandbox.Timedout"
    assert request_id in record["responsePayload"]["errorMessage"]
    assert "Task timed out after 1.00 seconds" in record["responsePayload"]["errorMessage"]


def test_fact_5_2_an_event_of_one_megabyte_is_taken_and_no_more(world: World) -> None:
    queue, name = world.queue(), world.function("def handler(event, context):\n    return len(event)\n")
    world.configure(name, on_success=queue.arn)
    with pytest.raises(ClientError) as refused:
        world.send(name, b'"' + b"x" * 1_048_575 + b'"')
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    world.send(name, b'"' + b"x" * 1_048_574 + b'"')
    world.counted("DestinationDeliveryFailures", name, 1)  # the record, with what is around it, is too large for SQS


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"{'a': 1}"])
def test_fact_1_what_is_no_json_is_refused_at_once(world: World, payload: bytes) -> None:
    with pytest.raises(ClientError) as refused:
        world.send(world.function(ECHO), payload)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_fact_4_6_a_function_that_is_not_there(world: World) -> None:
    with pytest.raises(ClientError, match="Function not found: arn:aws:lambda:") as refused:
        world.send(world.name("nobody"))
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_fact_6_metrics_of_a_failure(world: World) -> None:
    """Every attempt is an error; the event is dropped once, although its record was delivered."""
    queue, name = world.queue(), world.function(FAILS)
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=1)
    world.send(name)
    world.record(queue)
    assert world.counted("AsyncEventsReceived", name, 1) == 1
    assert world.counted("AsyncEventsDropped", name, 1) == 1
    assert world.counted("Errors", name, 2) == 2
    assert world.counted("Invocations", name, 2) == 2


def test_fact_3_without_permission_nothing_arrives_and_one_metric_tells(world: World) -> None:
    """Permission is looked at when the configuration is put, and again when a record is delivered."""
    queue, dead = world.queue(), world.queue("dead")
    role = world.role(ANYTHING)
    name = world.function(FAILS, role, DeadLetterConfig={"TargetArn": dead.arn})
    world.configure(name, on_failure=queue.arn, MaximumRetryAttempts=0)
    world.iam.delete_role_policy(RoleName=world.name("role"), PolicyName="p")
    world.send(name)
    assert world.counted("DestinationDeliveryFailures", name, 1) == 1
    assert world.counted("DeadLetterErrors", name, 1) == 1
    assert world.nothing_came(queue)
    assert world.nothing_came(dead)


def test_accepting_does_not_wait_for_running(world: World) -> None:
    """Fact 1.6: asynchronous requests are unlimited; here a function that hangs holds up nobody."""
    name = world.function(SLEEPS, Timeout=60)
    ids = {world.send(name, b"60") for _ in range(20)}
    assert len(ids) == 20
    assert world.counted("AsyncEventsReceived", name, 20) == 20
    assert world.counted("Invocations", name, 0) == 0  # no run has come to its end
