"""``lds replay --engine step-functions`` on the embedded AWS, whose Step Functions run the Distributed Map.

Two things are not as on AWS there. Invoke waits for the function, so an event that fails again fails its child; and a
state machine cannot fetch an object (aws-sdk:s3:getObject), so of a bucket only the reading of its list is played.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.state_machine import Machine
from lambda_dest_cli.statemachine import definition
from tests.contract.conftest import LocalAws, embedded_aws
from tests.contract.world import Queue
from tests.e2e.conftest import Run

FAILS = "def handler(event, context):\n    raise KeyError('sku')\n"
WORKS = "def handler(event, context):\n    return event\n"
PICKY = "def handler(event, context):\n    return {1: 'one'}[event['number']]\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with embedded_aws(tmp_path_factory) as found:
        yield found


@pytest.fixture
def environment(world: LocalAws, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return environment | {"AWS_ENDPOINT_URL": world.endpoint, "XDG_STATE_HOME": str(tmp_path)}


def failed(world: LocalAws, source: str, *events: bytes) -> tuple[str, Queue]:
    """Make a function, let it fail, and give it other code; gives it and where its failures are."""
    function, failures = world.function(source=FAILS), world.queue()
    world.put(function, world.queue().arn, failures.arn, MaximumRetryAttempts=0)
    for event in events:
        world.send(function, event)
    world.eventually(lambda: waiting(world, failures) == len(events), "the failures")
    world.put_code(function, source)
    return function, failures


def waiting(world: LocalAws, queue: Queue) -> int:
    name = "ApproximateNumberOfMessages"
    answer = world.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def answers(world: LocalAws, execution: str) -> list[Any]:
    """What the function answered in each child workflow."""
    sfn = world.client("stepfunctions")
    (run,) = sfn.list_map_runs(executionArn=execution)["mapRuns"]
    children = sfn.list_executions(mapRunArn=run["mapRunArn"], statusFilter="SUCCEEDED")["executions"]
    outputs = [sfn.describe_execution(executionArn=child["executionArn"])["output"] for child in children]
    return [json.loads(output)["Payload"] for output in outputs]


def test_what_a_queue_holds_is_drained_sent_and_gone(world: LocalAws, run: Run) -> None:
    function, failures = failed(world, WORKS, *(b'{"number": %d, "price": 1.10}' % number for number in range(7)))
    bucket = world.bucket()
    command = ("replay", function, "--engine", "step-functions", "--stage", f"s3:{bucket}", "--yes", "-o", "json")
    looked = run(*command, "--dry-run")
    assert (looked.returncode, json.loads(looked.stdout)["data"]["status"]) == (0, "NOT_STARTED"), looked.stderr
    assert waiting(world, failures) == 7
    refused = run(*command, "--to", "another")
    assert (refused.returncode, "another" in refused.stdout) == (2, True)
    answer = run(*command)
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)["data"]
    assert (data["status"], data["total"], data["succeeded"], data["failed"]) == ("SUCCEEDED", 7, 7, 0)
    received = [event for execution in data["executions"] for event in answers(world, execution)]
    assert sorted(event["number"] for event in received) == list(range(7))
    assert {event["price"] for event in received} == {1.10}
    assert waiting(world, failures) == 0
    assert not world.client("s3").list_objects_v2(Bucket=bucket).get("Contents")
    sfn, iam = world.client("stepfunctions"), world.client("iam")
    machine = f"lds-replay-{function}-queue"
    assert machine in [each["name"] for each in sfn.list_state_machines()["stateMachines"]]
    again = run(*command)
    assert (again.returncode, json.loads(again.stdout)["data"]["total"]) == (0, 0), again.stderr
    gone = run(*command, "--tear-down")
    assert gone.returncode == 0, gone.stderr
    assert machine not in [each["name"] for each in sfn.list_state_machines()["stateMachines"]]
    assert machine not in [each["RoleName"] for each in iam.list_roles()["Roles"]]


def test_what_fails_is_counted_and_stays_in_the_bucket_and_is_not_started_again(world: LocalAws, run: Run) -> None:
    function, _ = failed(world, PICKY, b'{"number": 1}', b'{"number": 2}')
    bucket = world.bucket()
    command = ("replay", function, "--engine", "step-functions", "--stage", f"s3:{bucket}", "--yes", "-o", "json")
    answer = run(*command, "--tolerate", "60")
    assert answer.returncode == 5, answer.stderr
    data = json.loads(answer.stdout)["data"]
    assert (data["total"], data["succeeded"], data["failed"]) == (2, 1, 1)
    assert list(data["sample_of_errors"].values()) == [1], data
    again = json.loads(run(*command).stdout)["data"]
    assert again["executions"] == data["executions"]


def test_numbers_that_would_change_stay_in_the_queue(world: LocalAws, run: Run) -> None:
    function, failures = failed(world, WORKS, b'{"id": 9007199254740993}')
    answer = run("replay", function, "--engine", "step-functions", "--stage", f"s3:{world.bucket()}", "--yes")
    assert answer.returncode == 5, answer.stdout
    assert "1 failed" in answer.stderr
    assert waiting(world, failures) == 1


def test_the_list_of_a_bucket_is_read_up_to_now(world: LocalAws, run: Run) -> None:
    function, bucket = world.function(source=FAILS), world.bucket()
    world.put(function, world.queue().arn, f"arn:aws:s3:::{bucket}", MaximumRetryAttempts=0)
    world.send(function, b'{"number": 1}')
    world.objects(bucket)
    answer = run(
        "replay", function, "--engine", "step-functions", "--yes", "--until", "2020-01-01T00:00:00Z", "-o", "json"
    )
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)["data"]
    assert (data["total"], data["succeeded"]) == (1, 1)
    (sent,) = json.loads(answer.stdout)["data"]["executions"]
    assert f":lds-replay-{function}:" in sent
    exported = run("replay", function, "--engine", "step-functions", "--export")
    template = json.loads(exported.stdout)
    definition = template["Resources"]["BucketStateMachine"]["Properties"]["Definition"]
    live = world.client("stepfunctions").describe_state_machine(
        stateMachineArn=sent.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    )
    assert json.loads(live["definition"]) == definition


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ({"requestContext": {"functionArn": "{arn}"}, "requestPayload": {"n": 1}}, {"n": 1}),
        ({"requestContext": {"functionArn": "{arn}"}, "requestPayload": None}, None),
        ({"requestContext": {"functionArn": "{arn}"}}, "NotReplayable"),
        ({"hello": "world"}, "NotReplayable"),
    ],
)
def test_a_record_is_judged_and_sent_by_its_child(world: LocalAws, record: dict[str, Any], outcome: object) -> None:
    """The child's states by themselves, after an object was fetched, which the embedded AWS cannot do."""
    function = world.function(source=WORKS)
    machine = Machine(Arn.parse(world.arn(function)), "a-bucket", False)
    states = definition(machine)["States"]["Replay"]["ItemProcessor"]["States"]
    text = json.dumps(record).replace("{arn}", world.arn(function))
    fetched = {"Type": "Pass", "Output": {"Body": text}, "QueryLanguage": "JSONata", "Next": "Read"}
    read = {"Type": "Pass", "QueryLanguage": "JSONata", "Next": "Replayable", "Output": {
        name: value.replace("$states.result", "$states.input").replace("$states.input.to", "''")
        for name, value in states["Fetch"]["Output"].items()
    }}  # fmt: skip
    sfn = world.client("stepfunctions")
    alone = {"StartAt": "Fetch", "States": states | {"Fetch": fetched, "Read": read}}
    made = sfn.create_state_machine(name=world.name("machine"), definition=json.dumps(alone), roleArn=world.able_role())
    sent = sfn.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    world.eventually(lambda: sfn.describe_execution(executionArn=sent)["status"] != "RUNNING", "the end")
    answer = sfn.describe_execution(executionArn=sent)
    assert (answer.get("error") or json.loads(answer["output"])["Payload"]) == outcome, answer
