"""A function's dead-letter queue: what UpdateFunctionConfiguration and CreateFunction refuse.

Sources: captures against AWS of Sept 2026; a record of 24 Nov 2025.
"""

import pytest

from tests.contract.world import Refusal, World, refused

fact = pytest.mark.fact
WRONG = "Invalid dead letter queue ARN: "
LACKS = "The provided execution role does not have permissions to call "


def refusal(world: World, arn: str, role: str = "") -> str:
    """Set a queue that must be refused, and give the words."""
    found = refused(
        world.api.update_function_configuration,
        FunctionName=world.function(role), DeadLetterConfig={"TargetArn": arn},
    )  # fmt: skip
    assert (found.code, found.status) == ("InvalidParameterValueException", 400)
    return found.message


@fact("1.5", "no sqs permission", "no sns permission")
def test_the_roles_permission_is_checked(world: World) -> None:
    """Captured Sept 2026: the service is named, not the destination."""
    assert refusal(world, world.queue().arn, world.role()) == f"{LACKS}SendMessage on SQS"
    assert refusal(world, world.topic(), world.role()) == f"{LACKS}Publish on SNS"


@fact("1.5", "other region")
def test_it_must_be_in_the_functions_region(world: World) -> None:
    """Captured Sept 2026."""
    other = "eu-west-3" if world.region != "eu-west-3" else "eu-west-2"
    assert refusal(world, world.arn_of("sqs", "orders").replace(world.region, other)) == (
        f"{WRONG}The resource specified by the TargetArn must be in the same region as the Lambda function it's "
        "associated with."
    )


@fact("1.5", "other service")
@fact("2", "EventBridge", "Lambda", "S3")
@pytest.mark.parametrize(
    "arn", ["arn:aws:s3:::b", "arn:aws:lambda:{}:{}:function:f", "arn:aws:events:{}:{}:event-bus/default"]
)
def test_it_is_a_queue_or_a_topic(world: World, arn: str) -> None:
    """Captured Sept 2026."""
    found = refusal(world, arn.format(world.region, world.account))
    assert found == f"{WRONG}Only Amazon SQS queues and Amazon SNS topics are supported."


@fact("1.5", "FIFO")
@fact("2", "SQS FIFO", "SNS FIFO")
@pytest.mark.unconfirmed("that it is refused is documented; the words are an emulator's author's")
@pytest.mark.parametrize(("service", "kind"), [("sqs", "SQS queue"), ("sns", "SNS topic")])
def test_it_is_no_fifo(world: World, service: str, kind: str) -> None:
    """Developer Guide: standard queues and topics."""
    found = refusal(world, world.arn_of(service, f"{world.prefix}orders.fifo"))
    assert found == f"{WRONG}FIFO {kind} is not supported for dead letter configuration"


@fact("1.5", "other service")
def test_it_is_checked_when_a_function_is_made(world: World) -> None:
    """Captured Sept 2026: CreateFunction says the same as UpdateFunctionConfiguration."""
    config = {"TargetArn": "arn:aws:s3:::b"}
    found = refused(world.create, name=world.name("function"), DeadLetterConfig=config)
    words = f"{WRONG}Only Amazon SQS queues and Amazon SNS topics are supported."
    assert found == Refusal("InvalidParameterValueException", 400, words)


@fact("1.5", "cleared")
def test_an_empty_target_clears_and_an_empty_config_does_not(world: World) -> None:
    """Recorded 24 Nov 2025: DeadLetterConfig={} returned the old TargetArn."""
    function, queue, api = world.function(), world.queue().arn, world.api
    world.dead_letter(function, queue)
    api.update_function_configuration(FunctionName=function, DeadLetterConfig={})
    world.settle(function)
    assert api.get_function_configuration(FunctionName=function)["DeadLetterConfig"] == {"TargetArn": queue}
    world.dead_letter(function, "")
    assert not api.get_function_configuration(FunctionName=function).get("DeadLetterConfig", {}).get("TargetArn")


@fact("1.5", "published")
@pytest.mark.unconfirmed("captured Oct 2026; the Developer Guide says that a version uses the unpublished one's")
def test_a_version_keeps_the_queue_of_its_day(world: World) -> None:
    """Captured Oct 2026, in what is answered and in where the dead letter goes."""
    function, old, new = world.function(), world.queue(), world.queue()
    world.dead_letter(function, old.arn)
    version = world.version(function)
    world.dead_letter(function, new.arn)
    config = world.api.get_function_configuration(FunctionName=function, Qualifier=version)
    assert config["DeadLetterConfig"] == {"TargetArn": old.arn}
    world.put(function, qualifier=version, MaximumRetryAttempts=0)
    world.send(function, {"mode": "raise", "of": "version"}, Qualifier=version)
    assert old.record()["of"] == "version"
    assert new.is_empty()
