"""The straight road: configure, show, doctor, tail and remove on the embedded AWS, read back with plain boto3."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.contract.conftest import ACCOUNT, REGION, LocalAws, Queue
from tests.e2e.test_process import environment

LDS = str(Path(sys.executable).with_name("lds"))


class Road:
    """A function without permissions, three queues, and lds to bring them together."""

    def __init__(self, home: Path) -> None:
        self.env = environment(home, XDG_STATE_HOME=str(home / "state"))
        started = self.run("local", "start", "--time-scale", "600", "-o", "json")
        self.aws = LocalAws(json.loads(started.stdout)["data"]["endpoint"])
        self.role = self.aws.role()
        self.function = self.aws.function(self.role)
        self.done, self.failed, self.letters = (self.aws.queue() for _ in range(3))

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LDS, "--local", *argv], env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=60, check=False,
        )  # fmt: skip

    def document(self, *argv: str, code: int = 0) -> dict[str, Any]:
        answer = self.run(*argv, "-o", "json")
        assert answer.returncode == code, answer.stderr + answer.stdout
        found: dict[str, Any] = json.loads(answer.stdout)
        assert (found["exit_code"], found["command"]) == (code, argv[0])
        return found

    def config(self, **more: str) -> dict[str, Any]:
        answer = self.aws.client("lambda").get_function_event_invoke_config(FunctionName=self.function, **more)
        return {name: answer.get(name) for name in (
            "DestinationConfig", "MaximumRetryAttempts", "MaximumEventAgeInSeconds")}  # fmt: skip

    def dead_letter(self) -> str:
        answer = self.aws.client("lambda").get_function_configuration(FunctionName=self.function)
        return str(answer.get("DeadLetterConfig", {}).get("TargetArn", ""))

    def policy(self) -> list[dict[str, Any]]:
        iam, name = self.aws.client("iam"), self.role.rpartition("/")[2]
        assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["lds-destinations"]
        document = iam.get_role_policy(RoleName=name, PolicyName="lds-destinations")["PolicyDocument"]
        found: list[dict[str, Any]] = document["Statement"]
        return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    road = Road(tmp_path_factory.mktemp("road"))
    yield road
    road.run("local", "stop")


@pytest.fixture
def road(shared: Road) -> Road:
    """Give a function and queues that no other test has touched."""
    shared.role = shared.aws.role()
    shared.function = shared.aws.function(shared.role)
    shared.done, shared.failed, shared.letters = (shared.aws.queue() for _ in range(3))
    return shared


def short(queue: Queue) -> str:
    return f"sqs:{queue.arn.rpartition(':')[2]}"


def test_a_missing_permission_holds_the_write_back_and_fix_role_cures_it(road: Road) -> None:
    asked = ["configure", road.function, "--on-failure", short(road.failed), "--dlq", short(road.letters)]
    held = road.document(*asked, code=3)
    assert (held["status"], held["data"]["steps"]) == ("findings", [])
    lacking = [each for each in held["data"]["findings"] if each["state"] == "fail"]
    assert {each["id"] for each in lacking} == {"LDS302"}
    assert road.dead_letter() == ""
    done = road.document(*asked, "--fix-role")["data"]
    assert [step["outcome"] for step in done["steps"]] == ["applied", "applied"]
    assert set(done["steps"][0]) == {"function", "qualifier", "kind", "action", "outcome", "error"}
    assert road.dead_letter() == road.letters.arn
    assert road.config()["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {"Destination": road.failed.arn}}
    [statement] = road.policy()
    assert (statement["Action"], sorted(statement["Resource"])) == (
        "sqs:SendMessage", sorted([road.failed.arn, road.letters.arn])
    )  # fmt: skip


def test_what_is_not_named_stays_and_the_policy_grows_by_what_is_new(road: Road) -> None:
    road.document("configure", road.function, "--on-failure", short(road.failed), "--retries", "1", "--fix-role")
    first = road.policy()
    road.document("configure", road.function, "--on-success", short(road.done), "--max-age", "1h", "--fix-role")
    assert road.config() == {
        "DestinationConfig": {
            "OnSuccess": {"Destination": road.done.arn}, "OnFailure": {"Destination": road.failed.arn}
        },
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 3600,
    }  # fmt: skip
    assert road.policy()[: len(first)] == first
    assert road.policy()[len(first) :][0]["Resource"] == road.done.arn


def test_fix_role_alone_cures_what_is_set_already(road: Road) -> None:
    road.document("configure", road.function, "--on-failure", short(road.failed), "--fix-role")
    road.aws.client("iam").delete_role_policy(RoleName=road.role.rpartition("/")[2], PolicyName="lds-destinations")
    done = road.document("configure", road.function, "--fix-role")["data"]
    assert (done["plan"]["changes"], done["steps"]) == ([], [])
    assert done["grant"]["policy_name"] == "lds-destinations"
    assert [each["Resource"] for each in road.policy()] == [road.failed.arn]


def test_removing_asks_and_without_a_terminal_names_yes(road: Road) -> None:
    road.document("configure", road.function, "--on-failure", short(road.failed), "--fix-role")
    refused = road.run("configure", road.function, "--on-failure", "none")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert road.config()["DestinationConfig"]["OnFailure"] == {"Destination": road.failed.arn}
    road.document("configure", road.function, "--on-failure", "none", "--yes")
    listed = road.aws.client("lambda").list_function_event_invoke_configs(FunctionName=road.function)
    assert listed["FunctionEventInvokeConfigs"] == []


@pytest.mark.parametrize(("answer", "kept"), [("n", True), ("y", False)])
def test_on_a_terminal_it_asks_and_takes_the_answer(road: Road, answer: str, kept: bool) -> None:
    road.document("configure", road.function, "--on-failure", short(road.failed), "--fix-role")
    terminal = pexpect.spawn(LDS, ["--local", "remove", road.function], env=road.env, timeout=30)
    terminal.expect_exact("[y/N] ")
    terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == (1 if kept else 0)
    listed = road.aws.client("lambda").list_function_event_invoke_configs(FunctionName=road.function)
    assert bool(listed["FunctionEventInvokeConfigs"]) is kept


def test_a_dry_run_writes_nothing_and_its_digest_names_the_plan(road: Road) -> None:
    asked = ["configure", road.function, "--retries", "0", "--max-age", "2h"]
    dry = road.document(*asked, "--dry-run")
    assert dry["status"] == "changes"
    plan = dry["data"]["plan"]
    assert set(plan) == {"digest", "changes", "summary"}
    assert plan["summary"] == {"create": 1, "update": 0, "delete": 0, "unchanged": 0}
    [change] = plan["changes"]
    assert set(change) == {"action", "kind", "function", "qualifier", "before", "after"}
    listed = road.aws.client("lambda").list_function_event_invoke_configs(FunctionName=road.function)
    assert listed["FunctionEventInvokeConfigs"] == []
    assert road.run(*asked, "--expect", "0" * 16).returncode == 2
    road.document(*asked, "--expect", plan["digest"])
    assert road.config()["MaximumRetryAttempts"] == 0
    assert road.document(*asked)["data"]["plan"]["changes"] == []


BAD = [
    (["--on-failure", "sqs:nosuch"], 1, "does not exist"),
    (["--on-failure", "sqs:x.fifo"], 2, "FIFO"),
    (["--on-success", "s3:some-bucket"], 2, "S3 bucket"),
    (["--on-success", "lambda:{function}"], 2, "its own destination"),
    (["--on-failure", f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"], 2, "kinesis"),
    (["--on-failure", "arn:aws:sqs:us-east-1:12345678901:q"], 2, "12 digits"),
    (["--on-failure", "arn:aws-cn:sqs:cn-north-1:000000000000:q"], 2, "partition"),
    (["--dlq", "events:default"], 2, "does not take"),
    (["--dlq", "arn:aws:sqs:eu-west-1:000000000000:q"], 2, "refuses a dead-letter queue"),
    (["--on-failure", "queue"], 2, "is not a destination"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD, ids=[" ".join(each[0])[:40] for each in BAD])
def test_what_cannot_be_is_refused_and_nothing_is_written(road: Road, words: list[str], code: int, said: str) -> None:
    answer = road.run("configure", road.function, *(word.format(function=road.function) for word in words))
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    listed = road.aws.client("lambda").list_function_event_invoke_configs(FunctionName=road.function)
    assert listed["FunctionEventInvokeConfigs"] == []
    assert road.dead_letter() == ""


def test_a_queue_url_is_understood_and_said(road: Road) -> None:
    answer = road.run("configure", road.function, "--on-failure", road.failed.url, "--fix-role")
    assert answer.returncode == 0
    assert f"is the queue {road.failed.arn}" in answer.stderr
    assert road.config()["DestinationConfig"]["OnFailure"] == {"Destination": road.failed.arn}


def test_every_type_of_destination_is_cured_and_delivered_to(road: Road) -> None:
    """One function, each type in turn: --fix-role grants exactly what delivery there needs."""
    topic, bucket = road.aws.name("topic"), road.aws.name("bucket")
    road.aws.client("sns").create_topic(Name=topic)
    road.aws.client("s3").create_bucket(Bucket=bucket)
    other = road.aws.function()
    for place in (f"sns:{topic}", "events:default", f"lambda:{other}", f"s3:{bucket}", short(road.failed)):
        done = road.document("configure", road.function, "--on-failure", place, "--retries", "0", "--fix-role", "--yes")
        assert [step["outcome"] for step in done["data"]["steps"]] == ["applied"]
    actions = {
        action
        for each in road.policy()
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert actions == {
        "sns:Publish", "events:PutEvents", "lambda:InvokeFunction", "s3:ListBucket", "s3:PutObject", "sqs:SendMessage"
    }  # fmt: skip
    road.aws.send(road.function, {"mode": "raise"})
    assert road.failed.record()["requestContext"]["condition"] == "RetriesExhausted"


def test_show_says_what_boto3_says(road: Road) -> None:
    road.document("configure", f"{road.function}:$LATEST", "--on-failure", short(road.failed), "--fix-role")
    road.aws.client("lambda").create_alias(FunctionName=road.function, Name="live", FunctionVersion="$LATEST")
    [shown] = road.document("show", road.function)["data"]["functions"]
    assert set(shown) == {"function", "arn", "role", "dead_letter", "qualifiers"}
    assert (shown["function"], shown["role"], shown["dead_letter"]) == (road.function, road.role, None)
    assert shown["qualifiers"] == [
        {"qualifier": "$LATEST", "configured": True, "on_success": None, "on_failure": road.failed.arn,
         "maximum_retry_attempts": 2, "maximum_event_age_in_seconds": 21600},
        {"qualifier": "live", "configured": False, "on_success": None, "on_failure": None,
         "maximum_retry_attempts": 2, "maximum_event_age_in_seconds": 21600},
    ]  # fmt: skip
    assert road.run("show", f"{road.function}:nosuch").returncode == 1


def test_doctor_finds_what_was_taken_away_since(road: Road) -> None:
    road.document("configure", road.function, "--on-failure", short(road.failed), "--fix-role")
    well = road.document("doctor", road.function)
    assert well["data"]["summary"]["fail"] == 0
    road.aws.client("iam").delete_role_policy(RoleName=road.role.rpartition("/")[2], PolicyName="lds-destinations")
    ill = road.document("doctor", road.function, code=3)
    assert ill["status"] == "findings"
    [failure] = [each for each in ill["data"]["findings"] if each["state"] == "fail"]
    assert set(failure) == {
        "id", "state", "function", "qualifier", "slot", "target", "message", "hint", "evidence"
    }  # fmt: skip
    assert (failure["id"], failure["slot"], failure["target"]) == ("LDS302", "on_failure", road.failed.arn)
    assert failure["evidence"]["said_by"] == "identity policy"
    [statement] = failure["evidence"]["statement"]
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", road.failed.arn)
    road.aws.client("sqs").delete_queue(QueueUrl=road.failed.url)
    gone = road.document("doctor", road.function, code=3)["data"]["findings"]
    assert {each["id"] for each in gone if each["state"] == "fail"} == {"LDS201", "LDS302"}


def test_an_encrypted_queue_needs_its_key_and_fix_role_grants_it(road: Road) -> None:
    key = road.aws.client("kms").create_key()["KeyMetadata"]
    queue = road.aws.queue(KmsMasterKeyId=key["KeyId"])
    asked = ["configure", road.function, "--on-failure", short(queue)]
    held = road.document(*asked, code=3)["data"]["findings"]
    assert {each["id"] for each in held if each["state"] == "fail"} == {"LDS302", "LDS303"}
    road.document(*asked, "--fix-role")
    granted = {(str(each["Action"]), str(each["Resource"])) for each in road.policy()}
    assert ("['kms:Decrypt', 'kms:GenerateDataKey']", key["Arn"]) in granted


def test_tail_shows_success_failure_and_dead_letter_and_leaves_the_queues(road: Road) -> None:
    road.document(
        "configure", road.function, "--on-success", short(road.done), "--on-failure", short(road.failed),
        "--dlq", short(road.letters), "--fix-role",
    )  # fmt: skip
    road.aws.send(road.function, {"mode": "raise"})
    road.aws.send(road.function, {"n": 12345678901234567890})
    answer = road.run("tail", road.function, "--count", "3", "--timeout", "30s", "-o", "json")
    assert answer.returncode == 0, answer.stderr
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert sorted((line["slot"], line["outcome"]) for line in lines) == [
        ("dead_letter", "failure"), ("on_failure", "failure"), ("on_success", "success")
    ]  # fmt: skip
    assert "12345678901234567890" in answer.stdout
    for queue in (road.done, road.failed, road.letters):
        message = queue.message()
        assert int(message["Attributes"]["ApproximateReceiveCount"]) == 2  # lds's one, and ours
