"""A fleet and its spec, by the installed lds on the embedded AWS: import, plan, configure, and what gets in the way."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pexpect
import pytest

from tests.contract.conftest import document, packed
from tests.e2e.test_process import environment

LDS = str(Path(sys.executable).with_name("lds"))
ACCOUNT, OTHER = "000000000000", "111111111111"
REGION = "us-east-1"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Fleet:
    """An embedded AWS for the whole file; each test has functions of its own, and a folder that lds runs in."""

    def __init__(self, home: Path) -> None:
        self.env = environment(home, XDG_STATE_HOME=str(home / "state"))
        self.folder = home
        self.endpoint = json.loads(self.lds("local", "start", "-o", "json").stdout)["data"]["endpoint"]
        self.code = packed("index.py", "def handler(event, context): return event\n")
        for account in (ACCOUNT, OTHER):
            self.role("good", ANYTHING, account=account)
            for name in ("failed", "done", "dlq"):
                self.client("sqs", account).create_queue(QueueName=name)
        self.role("bad")

    def client(self, service: str, account: str = ACCOUNT, region: str = REGION) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint, region_name=region, aws_access_key_id=account, aws_secret_access_key="test",
        )  # fmt: skip

    def role(self, name: str, *statements: dict[str, Any], account: str = ACCOUNT) -> None:
        iam = self.client("iam", account)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))

    def function(self, name: str, role: str = "good", account: str = ACCOUNT, region: str = REGION, **more: Any) -> Any:
        client = self.client("lambda", account, region)
        client.create_function(
            FunctionName=name, Runtime="python3.12", Handler="index.handler", Code={"ZipFile": self.code},
            Role=f"arn:aws:iam::{account}:role/{role}", **more,
        )  # fmt: skip
        return client

    def spec(self, text: str, name: str = "lds.yaml") -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def lds(self, *argv: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LDS, *argv], env={**self.env, **more}, cwd=self.folder, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=120, check=False,
        )  # fmt: skip

    def data(self, *argv: str, code: int = 0) -> Any:
        answer = self.lds("--local", *argv, "-o", "json")
        assert answer.returncode == code, answer.stderr + answer.stdout
        return json.loads(answer.stdout)["data"]

    def show(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data("show", name)["functions"][0]
        return found


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    found = Fleet(tmp_path_factory.mktemp("fleet"))
    yield found
    assert found.lds("local", "stop").returncode == 0


@pytest.fixture(autouse=True)
def clean(fleet: Fleet) -> Iterator[None]:
    yield
    for path in fleet.folder.glob("*.yaml"):
        path.unlink()


def arn(queue: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:sqs:{region}:{account}:{queue}"


def outcomes(steps: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(step["function"], step["kind"], step["outcome"]) for step in steps]


def test_planned_applied_and_planned_again(fleet: Fleet) -> None:
    fleet.function("orders")
    fleet.spec("version: 1\nfunctions: {orders: {on_failure: sqs:failed, dead_letter: sqs:dlq}}\n")
    plan = fleet.data("plan")
    assert plan["summary"] == {"create": 2, "update": 0, "delete": 0, "unchanged": 0}
    assert {(each["action"], each["kind"], each["account"], each["region"]) for each in plan["changes"]} == {
        ("create", "invoke_config", ACCOUNT, REGION), ("create", "dead_letter", ACCOUNT, REGION)
    }  # fmt: skip
    assert fleet.data("plan", "--exit-code", code=3)["digest"] == plan["digest"]
    done = fleet.data("configure", "--expect", plan["digest"])
    assert {step["outcome"] for step in done["steps"]} == {"applied"}
    shown = fleet.show("orders")
    assert shown["dead_letter"] == arn("dlq")
    assert shown["qualifiers"][0]["on_failure"] == arn("failed")
    again = fleet.data("plan", "--exit-code")
    assert (again["changes"], again["summary"]["unchanged"]) == ([], 2)


def test_text_and_markdown_show_the_same_plan(fleet: Fleet) -> None:
    fleet.function("told")
    fleet.spec("version: 1\nfunctions: {told: {on_failure: sqs:failed, maximum_event_age: 60}}\n")
    text = fleet.lds("--local", "plan").stdout
    assert f"+ on-failure   {arn('failed')}" in text
    assert "WARN  LDS105" in text
    assert "Plan: 1 to add, 0 to change, 0 to remove, 0 unchanged." in text
    markdown = fleet.lds("--local", "plan", "-o", "markdown").stdout
    assert markdown.startswith("### lds: Plan: 1 to add, 0 to change, 0 to remove, 0 unchanged.\n")
    assert f"\n+   on-failure   {arn('failed')}\n" in markdown
    assert "| WARN | LDS105 |" in markdown
    digest = fleet.data("plan")["digest"]
    assert digest in text
    assert digest in markdown


def test_what_replaces_something_is_asked_for(fleet: Fleet) -> None:
    client = fleet.function("asked")
    client.put_function_event_invoke_config(
        FunctionName="asked", DestinationConfig={"OnFailure": {"Destination": arn("failed")}}
    )
    fleet.spec("version: 1\nfunctions: {asked: {on_failure: sqs:done}}\n")
    refused = fleet.lds("--local", "configure")
    assert refused.returncode == 2
    assert f"~ on-failure   {arn('failed')} -> {arn('done')}" in refused.stderr
    assert "--yes" in refused.stderr
    terminal = pexpect.spawn(
        LDS, ["--local", "configure"], env=fleet.env, cwd=str(fleet.folder), timeout=60, encoding="utf-8"
    )
    terminal.expect_exact("[y/N]")
    terminal.sendline("n")
    terminal.expect_exact("nothing was written")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1
    assert fleet.show("asked")["qualifiers"][0]["on_failure"] == arn("failed")
    assert fleet.lds("--local", "configure", "--yes").returncode == 0
    assert fleet.show("asked")["qualifiers"][0]["on_failure"] == arn("done")


def test_another_plan_than_the_reviewed_one_is_refused(fleet: Fleet) -> None:
    fleet.function("reviewed")
    fleet.spec("version: 1\nfunctions: {reviewed: {on_failure: sqs:failed}}\n")
    digest = fleet.data("plan")["digest"]
    fleet.spec("version: 1\nfunctions: {reviewed: {on_failure: sqs:done}}\n")
    refused = fleet.lds("--local", "configure", "--expect", digest)
    assert refused.returncode == 2
    assert "review it again" in refused.stderr
    assert not fleet.show("reviewed")["qualifiers"][0]["configured"]


def test_one_function_in_trouble_does_not_stop_the_others(fleet: Fleet) -> None:
    fleet.function("fine")
    fleet.function("poor", "bad")
    fleet.spec(
        "version: 1\nfunctions:\n  fine: {on_failure: sqs:failed}\n  poor: {on_failure: sqs:failed}\n"
        "  fien: {on_failure: sqs:failed}\n  poor2: {dead_letter: none}\n"
    )
    answer = fleet.lds("--local", "configure", "-o", "json")
    found = json.loads(answer.stdout)
    assert (answer.returncode, found["status"]) == (5, "partial")
    assert sorted(outcomes(found["data"]["steps"])) == [
        ("fine", "invoke_config", "applied"), ("poor", "invoke_config", "skipped")
    ]  # fmt: skip
    errors = {each["code"]: each for each in found["errors"]}
    assert errors["HeldBack"]["message"].startswith("poor:$LATEST: held back: the role bad may not deliver")
    missing = next(each for each in found["errors"] if "fien" in each["message"])
    assert missing["message"].startswith("lds.yaml:5:3: fien: there is no such function")
    assert missing["hint"] == "did you mean fine?"
    cured = fleet.data("configure", "-f", "lds.yaml", "--fix-role", "fine", "poor")
    assert outcomes(cured["steps"]) == [("poor", "invoke_config", "applied")]
    assert [grant["policy_name"] for grant in cured["grants"]] == ["lds-destinations"]


def test_a_qualifier_that_is_not_there_is_found_before_anything_is_written(fleet: Fleet) -> None:
    fleet.function("alias").publish_version(FunctionName="alias")
    fleet.spec("version: 1\nfunctions: {alias: {qualifiers: {1: {on_failure: sqs:failed}, live: {}}}}\n")
    assert fleet.data("configure")["steps"][0]["outcome"] == "applied"  # wanting the defaults is wanting nothing
    fleet.spec("version: 1\nfunctions: {alias: {qualifiers: {live: {on_failure: sqs:failed}}}}\n")
    refused = fleet.lds("--local", "configure")
    assert refused.returncode == 5
    assert "alias has no alias or version 'live'" in refused.stderr


def test_only_the_functions_of_the_spec_that_were_named(fleet: Fleet) -> None:
    fleet.function("three")
    fleet.function("four")
    path = fleet.spec("version: 1\nfunctions: {three: {on_failure: sqs:failed}, four: {on_failure: sqs:failed}}\n")
    assert outcomes(fleet.data("configure", "-f", path, "four")["steps"]) == [("four", "invoke_config", "applied")]
    unknown = fleet.lds("--local", "plan", "thre")
    assert unknown.returncode == 2
    assert "did you mean three?" in unknown.stderr


def test_one_file_an_account_and_region(fleet: Fleet) -> None:
    fleet.function("multi")
    fleet.function("multi", account=OTHER)
    fleet.client("sqs", OTHER, "eu-west-1").create_queue(QueueName="failed")
    fleet.function("multi", account=OTHER, region="eu-west-1")
    folder = fleet.folder / "specs"
    folder.mkdir()
    for name, account, region in (("a", ACCOUNT, REGION), ("b", OTHER, REGION), ("c", OTHER, "eu-west-1")):
        head = f'version: 1\naccount: "{account}"\nregion: {region}\n'
        (folder / f"{name}.yaml").write_text(f"{head}functions: {{multi: {{on_failure: sqs:failed}}}}\n")
    plan = fleet.data("plan", "-f", str(folder))
    assert [(each["account"], each["region"]) for each in plan["changes"]] == [
        (ACCOUNT, REGION), (OTHER, REGION), (OTHER, "eu-west-1")
    ]  # fmt: skip
    done = fleet.data("configure", "-f", str(folder), "--expect", plan["digest"])
    assert [step["outcome"] for step in done["steps"]] == ["applied"] * 3
    found = fleet.client("lambda", OTHER, "eu-west-1").get_function_event_invoke_config(FunctionName="multi")
    assert found["DestinationConfig"]["OnFailure"]["Destination"] == arn("failed", "eu-west-1", OTHER)
    shutil.rmtree(folder)


def test_the_wrong_account_is_refused_before_anything_is_read(fleet: Fleet) -> None:
    path = fleet.spec('version: 1\naccount: "999999999999"\nregion: us-east-1\nfunctions: {orders: {}}\n')
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}
    refused = fleet.lds("--endpoint-url", fleet.endpoint, "plan", "-f", path, **keys)
    assert refused.returncode == 2
    assert "is for account 999999999999, and your credentials are of 000000000000" in refused.stderr


def test_a_role_is_assumed(fleet: Fleet) -> None:
    fleet.function("assumed")
    path = fleet.spec(
        f"version: 1\nregion: us-east-1\nrole_arn: arn:aws:iam::{ACCOUNT}:role/good\n"
        "functions: {assumed: {on_failure: sqs:failed}}\n"
    )
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}
    planned = fleet.lds("--endpoint-url", fleet.endpoint, "plan", "-f", path, **keys)
    assert planned.returncode == 0, planned.stderr
    assert "Plan: 1 to add" in planned.stdout
    nobody = fleet.lds("--endpoint-url", fleet.endpoint, "plan", "-f", path)
    assert nobody.returncode == 4
    assert "there are no credentials to assume" in nobody.stderr


def test_the_options_and_the_spec_may_not_say_different_things(fleet: Fleet) -> None:
    path = fleet.spec("version: 1\nregion: us-east-1\nfunctions: {orders: {}}\n")
    refused = fleet.lds("--local", "--region", "eu-west-1", "plan", "-f", path)
    assert refused.returncode == 2
    assert "is for region us-east-1, and --region says eu-west-1" in refused.stderr


def test_a_bad_spec_is_told_whole_and_nothing_is_asked(fleet: Fleet) -> None:
    path = fleet.spec("version: 1\nfunctions:\n  a: {on_sucess: sqs:q}\n  b: {on_failure: sqs:q.fifo}\n")
    refused = fleet.lds("--endpoint-url", "http://127.0.0.1:9", "plan", "-f", path)
    assert refused.returncode == 2
    assert f"{path}:3:7: 'on_sucess' is no key here (did you mean on_success?)" in refused.stderr


def test_import_writes_what_plan_finds_nothing_to_do_about(fleet: Fleet) -> None:
    """Two hundred functions with every mixture of qualifiers, destinations, numbers and dead-letter queues."""
    chosen = random.Random(4)
    destinations = [arn("failed"), arn("done"), f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", None]
    for number in range(200):
        name = f"mix-{number}"
        more: Any = {"DeadLetterConfig": {"TargetArn": arn("dlq")}} if chosen.random() < 0.3 else {}
        client = fleet.function(name, **more)
        qualifiers = ["$LATEST"]
        if chosen.random() < 0.4:
            client.publish_version(FunctionName=name)
            client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
            qualifiers += ["1", "live"]
        for qualifier in qualifiers:
            slots = {"OnSuccess": chosen.choice(destinations), "OnFailure": chosen.choice(destinations)}
            numbers = {
                "MaximumRetryAttempts": chosen.randint(0, 2),
                "MaximumEventAgeInSeconds": chosen.choice([60, 900]),
            }
            config = {
                "DestinationConfig": {slot: {"Destination": each} for slot, each in slots.items() if each},
                **{key: value for key, value in numbers.items() if chosen.random() < 0.5},
            }
            if any(config.values()):
                client.put_function_event_invoke_config(FunctionName=name, Qualifier=qualifier, **config)
    written = fleet.lds("--local", "import", "--all", "--out", "all.yaml")
    assert written.returncode == 0, written.stderr
    assert (fleet.folder / "all.yaml").read_text().count("\n  mix-") > 150
    planned = fleet.data("plan", "-f", "all.yaml", "--exit-code")
    assert planned["changes"] == []
    assert planned["summary"]["unchanged"] > 150


def test_import_takes_functions_or_all(fleet: Fleet) -> None:
    fleet.function("named").put_function_event_invoke_config(FunctionName="named", MaximumRetryAttempts=0)
    printed = fleet.lds("--local", "import", "named").stdout
    assert printed.splitlines()[-2:] == ["  named:", "    maximum_retry_attempts: 0"]
    assert fleet.lds("--local", "import").returncode == 2
    assert fleet.lds("--local", "import", "nobody").returncode == 1


def test_the_schema_is_printed_for_editors(fleet: Fleet) -> None:
    schema = json.loads(fleet.lds("schema").stdout)
    assert schema["properties"]["version"]["const"] == 1
