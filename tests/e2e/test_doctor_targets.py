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
