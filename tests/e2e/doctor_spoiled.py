"""Set-ups for the doctor: destinations that lose records, and functions that lose events, whatever the role may."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.world import World
from tests.e2e.doctor_setups import ANYTHING

DAY = "86400"
Make = Callable[[World], str]


@dataclass(frozen=True)
class Spoiled:
    """One set-up: what makes the function and gives its name, and what the doctor must find."""

    name: str
    make: Make
    expected: Mapping[str, str]


def fails_to(place: Make) -> Make:
    """A function whose failures go to a place."""

    def made(world: World) -> str:
        function = world.function(world.role(ANYTHING))
        world.put(function, on_failure=place(world))
        return function

    return made


def with_lifecycle(world: World) -> str:
    name = world.bucket()
    rule = {"ID": "soon", "Status": "Enabled", "Filter": {"Prefix": "aws/"}, "Expiration": {"Days": 1}}
    world.client("s3").put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    return f"arn:aws:s3:::{name}"


def redriven(world: World) -> str:
    redrive = json.dumps({"deadLetterTargetArn": world.queue().arn, "maxReceiveCount": 3})
    return world.queue(RedrivePolicy=redrive).arn


def filtered_topic(world: World, policy: object, scope: str) -> str:
    topic, queue = world.topic(), world.queue()
    attributes = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope}
    world.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)
    return topic


def rule_without_target(world: World) -> str:
    bus = world.bus()
    name = bus.rpartition("/")[2]
    world.client("events").put_rule(Name=world.name("rule"), EventBusName=name, EventPattern='{"source": ["lambda"]}')
    return bus


def switched_off(world: World) -> str:
    name = world.function()
    world.put(name, on_failure=world.queue().arn)
    world.reserve(name, 0)
    return world.arn(name)


def other_functions(world: World) -> dict[str, Any]:
    return {"detail": {"requestContext": {"functionArn": [{"prefix": world.arn("another")}]}}}


def gone(place: Make, remove: Callable[[World, str], object]) -> Make:
    """A function whose failures go to what was there when it was configured."""

    def made(world: World) -> str:
        function, arn = world.function(world.role(ANYTHING)), place(world)
        world.put(function, on_failure=arn)
        remove(world, arn)
        return function

    return made


def delete_queue(world: World, arn: str) -> None:
    sqs = world.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])


def dead_letters_to(place: Make) -> Make:
    """A function with a dead-letter queue."""

    def made(world: World) -> str:
        function = world.function(world.role(ANYTHING))
        world.dead_letter(function, place(world))
        return function

    return made


def aged(seconds: int) -> Make:
    def made(world: World) -> str:
        function = world.function(world.role(ANYTHING))
        world.put(function, on_failure=world.queue().arn, MaximumEventAgeInSeconds=seconds)
        return function

    return made


def twice(world: World) -> str:
    function, queue = world.function(world.role(ANYTHING)), world.queue()
    world.put(function, on_success=queue.arn, on_failure=queue.arn)
    return function


def successes_alone(world: World) -> str:
    function = world.function(world.role(ANYTHING))
    world.put(function, on_success=world.queue().arn)
    return function


def with_alias(world: World) -> str:
    function = successes_and_failures(world)
    world.alias(function, world.version(function))
    return function


def successes_and_failures(world: World) -> str:
    function = world.function(world.role(ANYTHING))
    world.put(function, on_success=world.queue().arn, on_failure=world.queue().arn)
    return function


def invoked_as_an_alias(world: World) -> str:
    function = with_alias(world)
    events, rule = world.client("events"), world.name("nightly")
    events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": world.arn(function, "live")}])
    return function


def stopped(world: World) -> str:
    function = successes_and_failures(world)
    world.reserve(function, 0)
    return function


def circle(world: World) -> str:
    role, failed = world.role(ANYTHING), world.queue()
    one, two = world.function(role), world.function(role)
    world.put(one, on_success=world.arn(two), on_failure=failed.arn)
    world.put(two, on_success=world.arn(one), on_failure=failed.arn)
    return one


def circle_through_a_queue(world: World) -> str:
    function, queue = world.function(world.role(ANYTHING)), world.queue()
    world.put(function, on_success=queue.arn, on_failure=world.queue().arn)
    world.api.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName=function)
    return function


def circle_through_a_topic(world: World) -> str:
    function, topic = world.function(world.role(ANYTHING)), world.topic()
    world.put(function, on_success=topic, on_failure=world.queue().arn)
    world.subscribe_function(topic, function)
    return function


def without_role(world: World) -> str:
    role = world.role(ANYTHING)
    function = world.function(role)
    world.put(function, on_failure=world.queue().arn)
    name, iam = role.rpartition("/")[2], world.client("iam")
    iam.delete_role_policy(RoleName=name, PolicyName="test")
    iam.delete_role(RoleName=name)
    return function


def trusted_by(*statements: Mapping[str, Any]) -> Make:
    def made(world: World) -> str:
        role = world.role(ANYTHING)
        function = world.function(role)
        world.put(function, on_failure=world.queue().arn)
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        world.client("iam").update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=document)
        return function

    return made


def trust(service: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more}


def disabled_key(world: World) -> str:
    kms = world.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    function = fails_to(lambda world: world.queue(KmsMasterKeyId=key).arn)(world)
    kms.disable_key(KeyId=key)
    return function


LAMBDA = "lambda.amazonaws.com"

SPOILED: list[Spoiled] = [
    Spoiled("a queue for small messages", fails_to(lambda world: world.queue(MaximumMessageSize="262144").arn),
            {"LDS202": "warn"}),
    Spoiled("a queue that forgets in a day", fails_to(lambda world: world.queue(MessageRetentionPeriod=DAY).arn),
            {"LDS203": "warn"}),
    Spoiled("a dead-letter queue that forgets in a day",
            dead_letters_to(lambda world: world.queue(MessageRetentionPeriod=DAY).arn),
            {"LDS203": "warn"}),
    Spoiled("a queue with a redrive policy", fails_to(redriven), {"LDS204": "warn"}),
    Spoiled("a topic without subscribers", fails_to(lambda world: world.topic()), {"LDS207": "fail"}),
    Spoiled("a filter on attributes, which records have none of",
            fails_to(lambda world: filtered_topic(world, {"kind": ["order"]}, "MessageAttributes")),
            {"LDS208": "fail"}),
    Spoiled("a filter for another function",
            fails_to(lambda world: filtered_topic(
                world, {"requestContext": {"functionArn": ["another"]}}, "MessageBody")), {"LDS208": "fail"}),
    Spoiled("a filter for successes only",
            fails_to(lambda world: filtered_topic(
                world, {"requestContext": {"condition": ["Success"]}}, "MessageBody")), {"LDS208": "fail"}),
    Spoiled("a bus without rules", fails_to(lambda world: world.bus()), {"LDS210": "fail"}),
    Spoiled("a rule for another service", fails_to(lambda world: world.bus(world.queue(), source=["aws.s3"])),
            {"LDS210": "fail"}),
    Spoiled("a rule for other functions", fails_to(lambda world: world.bus(world.queue(), **other_functions(world))),
            {"LDS210": "fail"}),
    Spoiled("a rule for what ends otherwise",
            fails_to(lambda world: world.bus(world.queue(), source=[{"suffix": "s3"}])), {"LDS210": "fail"}),
    Spoiled("a rule for successes only",
            fails_to(lambda world: world.bus(
                world.queue(), detail={"requestContext": {"condition": ["Success"]}})), {"LDS210": "fail"}),
    Spoiled("a rule for one of two sources", fails_to(lambda world: world.bus(world.queue(), source=["aws.lambda"])),
            {"LDS210": "warn"}),
    Spoiled("a rule without a target", fails_to(rule_without_target), {"LDS211": "fail"}),
    Spoiled("a destination function that is switched off", fails_to(switched_off), {"LDS213": "fail"}),
    Spoiled("a destination function without a failure path", fails_to(lambda world: world.arn(world.function())),
            {"LDS214": "warn"}),
    Spoiled("a bucket that forgets in a day", fails_to(with_lifecycle), {"LDS216": "warn"}),
    Spoiled("a queue that is gone", gone(lambda world: world.queue().arn, delete_queue), {"LDS201": "fail"}),
    Spoiled("a topic that is gone",
            gone(lambda world: world.topic(world.queue()),
                 lambda world, arn: world.client("sns").delete_topic(TopicArn=arn)), {"LDS201": "fail"}),
    Spoiled("a bus that is gone",
            gone(lambda world: world.bus(),
                 lambda world, arn: world.client("events").delete_event_bus(Name=arn.rpartition("/")[2])),
            {"LDS201": "fail"}),
    Spoiled("a function that is gone",
            gone(lambda world: world.arn(world.function()),
                 lambda world, arn: world.api.delete_function(FunctionName=arn)), {"LDS201": "fail"}),
    Spoiled("a bucket that is gone",
            gone(lambda world: f"arn:aws:s3:::{world.bucket()}",
                 lambda world, arn: world.client("s3").delete_bucket(Bucket=arn.rpartition(":")[2])),
            {"LDS201": "fail"}),
    Spoiled("a key that is switched off", disabled_key, {"LDS303": "fail"}),
    Spoiled("no configuration at all", lambda world: world.function(world.role(ANYTHING)), {"LDS401": "warn"}),
    Spoiled("successes alone", successes_alone, {"LDS401": "warn"}),
    Spoiled("one queue for both outcomes", twice, {"LDS106": "warn"}),
    Spoiled("an age without retries", aged(60), {"LDS105": "warn"}),
    Spoiled("an age for one retry", aged(120), {"LDS105": "warn"}),
    Spoiled("an alias without a configuration", with_alias, {"LDS402": "warn"}),
    Spoiled("a caller of an alias without a configuration", invoked_as_an_alias, {"LDS402": "warn", "LDS406": "fail"}),
    Spoiled("no concurrency", stopped, {"LDS408": "fail"}),
    Spoiled("a circle of two functions", circle, {"LDS107": "fail"}),
    Spoiled("a circle through a queue", circle_through_a_queue, {"LDS107": "warn"}),
    Spoiled("a circle through a topic", circle_through_a_topic, {"LDS107": "fail"}),
    Spoiled("a role that is gone", without_role, {"LDS301": "fail", "LDS302": "skip"}),
    Spoiled("a role for another service", trusted_by(trust("ec2.amazonaws.com")), {"LDS301": "fail"}),
    Spoiled("a role for another account's functions",
            trusted_by(trust(LAMBDA, Condition={"StringEquals": {"aws:SourceAccount": "111111111111"}})),
            {"LDS301": "fail"}),
    Spoiled("a role that denies Lambda", trusted_by(trust(LAMBDA), {**trust(LAMBDA), "Effect": "Deny"}),
            {"LDS301": "fail"}),
]  # fmt: skip
