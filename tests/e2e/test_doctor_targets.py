"""``lds doctor`` on the embedded AWS: healthy destinations of every type, and what is found of those that are not.

Each permission verdict is held against what really arrives there.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.checks import CHECKS, run, select
from lambda_dest_cli.model.function_ref import FunctionRef
from tests.contract.conftest import LocalAws
from tests.contract.world import World, allow

LDS = str(Path(sys.executable).with_name("lds"))
ANYTHING = allow("*", "*")
DAY = "86400"
Lds = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def lds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lds]:
    """Run lds with an embedded AWS of its own, where a minute takes a tenth of a second."""
    home = tmp_path_factory.mktemp("home")
    environment = {"PATH": str(Path(LDS).parent) + ":/usr/bin:/bin", "HOME": str(home), "XDG_STATE_HOME": str(home)}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [LDS, *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    started = run("local", "start", "--time-scale", "600")
    assert started.returncode == 0, started.stderr
    yield run
    assert run("local", "stop").returncode == 0


@pytest.fixture(scope="module")
def world(lds: Lds) -> World:
    return LocalAws(json.loads(lds("local", "status", "-o", "json").stdout)["data"]["endpoint"])


def troubles(lds: Lds, function: str) -> dict[str, str]:
    """Give what is not well, by id; whether a function was ever invoked is no matter here."""
    answer = lds("--local", "-o", "json", "doctor", function, "--ignore", "LDS409")
    found = json.loads(answer.stdout)["data"]["findings"]
    assert answer.returncode == (3 if any(each["state"] == "fail" for each in found) else 0), answer.stderr
    return {each["id"]: each["state"] for each in found if each["state"] != "pass"}


# Nothing is wrong.


def subscribed_topic(world: World) -> str:
    return world.topic(world.queue())


def bus_with_a_rule(world: World) -> str:
    return world.bus(world.queue(), source=["lambda", "aws.lambda"])


def function_with_a_failure_path(world: World) -> str:
    name = world.function()
    world.put(name, on_failure=world.queue().arn)
    return world.arn(name)


def bucket_arn(world: World) -> str:
    return f"arn:aws:s3:::{world.bucket()}"


def queue_with_a_key(world: World) -> str:
    return world.queue(KmsMasterKeyId=world.client("kms").create_key()["KeyMetadata"]["Arn"]).arn


def queue_with_a_reader(world: World) -> str:
    queue, later = world.queue(), world.queue()
    redrive = json.dumps({"deadLetterTargetArn": later.arn, "maxReceiveCount": 3})
    world.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"RedrivePolicy": redrive})
    world.api.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName=world.function())
    return queue.arn


Make = Callable[[World], str]
ANY_SLOT: list[Make] = [
    lambda world: world.queue().arn,
    queue_with_a_key,
    queue_with_a_reader,
    subscribed_topic,
    bus_with_a_rule,
    function_with_a_failure_path,
]


@pytest.mark.parametrize("number", range(len(ANY_SLOT)))
def test_a_healthy_destination_of_each_type_gives_no_alarm_in_either_slot(lds: Lds, world: World, number: int) -> None:
    function = world.function(world.role(ANYTHING))
    world.put(function, on_success=ANY_SLOT[number](world), on_failure=ANY_SLOT[number](world))
    assert troubles(lds, function) == {}


def test_a_healthy_bucket_gives_no_alarm(lds: Lds, world: World) -> None:
    function = world.function(world.role(ANYTHING))
    world.put(function, on_failure=bucket_arn(world))
    assert troubles(lds, function) == {}


@pytest.mark.parametrize("make", [ANY_SLOT[0], queue_with_a_key, subscribed_topic])
def test_a_healthy_dead_letter_queue_is_no_more_than_the_one_of_two_failure_paths(
    lds: Lds, world: World, make: Make
) -> None:
    function = world.function(world.role(ANYTHING))
    world.put(function, on_success=world.queue().arn)
    world.dead_letter(function, make(world))
    assert set(troubles(lds, function)) <= {"LDS404"}


# Something is.


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


BROKEN: list[tuple[Make, dict[str, str]]] = [
    (lambda world: world.queue(MaximumMessageSize="262144").arn, {"LDS202": "warn"}),
    (lambda world: world.queue(MessageRetentionPeriod=DAY).arn, {"LDS203": "warn"}),
    (redriven, {"LDS204": "warn"}),
    (lambda world: world.topic(), {"LDS207": "fail"}),
    (lambda world: filtered_topic(world, {"kind": ["order"]}, "MessageAttributes"), {"LDS208": "fail"}),
    (
        lambda world: filtered_topic(world, {"requestContext": {"functionArn": ["another"]}}, "MessageBody"),
        {"LDS208": "fail"},
    ),
    (lambda world: world.bus(), {"LDS210": "fail"}),
    (lambda world: world.bus(world.queue(), source=["aws.s3"]), {"LDS210": "fail"}),
    (lambda world: world.bus(world.queue(), **other_functions(world)), {"LDS210": "fail"}),
    (lambda world: world.bus(world.queue(), source=[{"suffix": "s3"}]), {"LDS210": "fail"}),
    (lambda world: world.bus(world.queue(), source=["aws.lambda"]), {"LDS210": "warn"}),
    (rule_without_target, {"LDS211": "fail"}),
    (switched_off, {"LDS213": "fail"}),
    (lambda world: world.arn(world.function()), {"LDS214": "warn"}),
    (with_lifecycle, {"LDS216": "warn"}),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_destination_that_loses_records_is_found_and_nothing_else(lds: Lds, world: World, number: int) -> None:
    make, expected = BROKEN[number]
    function = world.function(world.role(ANYTHING))
    world.put(function, on_failure=make(world))
    assert troubles(lds, function) == expected


# What the destinations' own policies say, and what arrives.


@pytest.mark.parametrize(
    ("effect", "role_may", "expected"),
    [
        ("Deny", True, {"LDS304": "fail"}),
        ("Allow", False, {}),
        ("", False, {"LDS302": "fail"}),
        ("", True, {}),
    ],
)
def test_a_queues_own_policy_is_told_as_it_turns_out(
    lds: Lds, world: World, effect: str, role_may: bool, expected: dict[str, str]
) -> None:
    role, queue = world.role(ANYTHING), world.queue()
    function = world.function(role)
    world.put(function, on_success=queue.arn)
    world.allow(role, ANYTHING if role_may else allow("sqs:DeleteMessage", "*"))
    if effect:
        queue.policy({**allow("sqs:SendMessage", queue.arn, Principal={"AWS": role}), "Effect": effect})
    assert troubles(lds, function) == {"LDS401": "warn"} | expected
    world.send(function)
    if expected:
        world.counted("DestinationDeliveryFailures", function, 1)
    else:
        queue.record()


@pytest.mark.parametrize(
    ("principal", "role_may", "expected"),
    [
        ("account", True, {}),
        ("account", False, {"LDS303": "fail"}),
        ("role", False, {}),
        ("nobody", True, {"LDS303": "fail"}),
    ],
)
def test_a_keys_own_policy_is_told_as_it_turns_out(
    lds: Lds, world: World, principal: str, role_may: bool, expected: dict[str, str]
) -> None:
    role = world.role(ANYTHING)
    function = world.function(role)
    who = {"account": "arn:aws:iam::000000000000:root", "role": role, "nobody": f"{role}-else"}[principal]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow("kms:*", "*", Principal={"AWS": who})]})
    key = world.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    queue = world.queue(KmsMasterKeyId=key)
    world.put(function, on_success=queue.arn, on_failure=world.queue().arn)
    world.allow(role, ANYTHING if role_may else allow("sqs:*", "*"))
    assert troubles(lds, function) == expected
    world.send(function)
    if expected:
        world.counted("DestinationDeliveryFailures", function, 1)
    else:
        queue.record()


# How much is asked.

READS_OF_ONE = {"sqs": 2, "sns": 3, "events": 4, "lambda": 3, "s3": 4}
"""Calls about one destination that is well; of a bus one less on AWS, which knows it by its ARN at once."""


class Counting(AwsSession):
    """Counts the calls of its clients."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint_url=endpoint, local=True)
        self.calls: list[str] = []

    def client(self, service: str, region: str = "") -> Any:
        found = super().client(service, region)  # type: ignore[call-overload]
        found.meta.events.register("before-send", self._sent, unique_id="count")
        return found

    def _sent(self, event_name: str, **_: Any) -> None:
        self.calls.append(event_name)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("sqs", lambda world: world.queue().arn),
        ("sns", subscribed_topic),
        ("events", bus_with_a_rule),
        ("lambda", function_with_a_failure_path),
        ("s3", bucket_arn),
    ],
)
def test_each_destination_is_described_once_however_many_functions_have_it(world: World, kind: str, make: Make) -> None:
    assert isinstance(world, LocalAws)
    role, target = world.role(ANYTHING), make(world)
    names = [world.function(role) for _ in range(3)]
    for name in names:
        world.put(name, on_failure=target)
    session = Counting(world.endpoint)
    aws = Aws(session, lambda _: None)
    subjects = select.named([FunctionRef(name) for name in names], aws).subjects
    session.calls.clear()
    found = run(subjects, aws, [check for check in CHECKS if check.startswith(("LDS2", "LDS3"))])
    assert {str(each.state) for each in found} == {"pass"}
    of_role = [each for each in session.calls if ".iam." in each]
    assert len(of_role) == 2, of_role
    assert len(session.calls) - len(of_role) <= READS_OF_ONE[kind], session.calls
