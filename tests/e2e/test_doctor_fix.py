"""doctor --fix on the embedded AWS, which drops what a role may not deliver: what is cured arrives."""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

LDS = str(Path(sys.executable).with_name("lds"))
REGION, ACCOUNT = "us-east-1", "000000000000"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
SOMEBODY = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
SEND = "sqs:SendMessage"

Lds = Callable[..., "subprocess.CompletedProcess[str]"]


def queue(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def lds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lds]:
    """Run lds with an embedded AWS of its own, which ends with the tests of this file."""
    home = tmp_path_factory.mktemp("home")
    environment = {"PATH": str(Path(LDS).parent) + ":/usr/bin:/bin", "HOME": str(home), "XDG_STATE_HOME": str(home)}

    def run(*words: str, cwd: Path = home) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [LDS, *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            check=False, cwd=cwd,
        )  # fmt: skip

    started = run("local", "start")
    assert started.returncode == 0, started.stderr
    yield run
    assert run("local", "stop").returncode == 0


class Account:
    """What the embedded AWS holds."""

    def __init__(self, endpoint: str) -> None:
        keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        self.iam = boto3.client("iam", endpoint_url=endpoint, **keys)
        self.function = boto3.client("lambda", endpoint_url=endpoint, **keys)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, **keys)

    def make_role(self, name: str, tags: Mapping[str, str] | None = None) -> str:
        tagged: Any = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(LAMBDA), Tags=tagged)
        self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(EVERYTHING))
        role: str = made["Role"]["Arn"]
        return role

    def make(self, name: str, role: str) -> None:
        """Make a function that always fails, and could deliver when it was configured."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", "def handler(event, context): raise KeyError('sku')\n")
        self.sqs.create_queue(QueueName=name)
        self.function.create_function(
            FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=role,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        self.function.get_waiter("function_active_v2").wait(FunctionName=name)
        self.function.put_function_event_invoke_config(
            FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": queue(name)}}
        )

    def revoke(self, role: str) -> None:
        self.iam.delete_role_policy(RoleName=role, PolicyName="own")

    def granted(self, role: str) -> list[dict[str, Any]]:
        answer = self.iam.get_role_policy(RoleName=role, PolicyName="lds-destinations")
        document: Any = answer["PolicyDocument"]
        return list(document["Statement"])

    def arrives(self, name: str) -> bool:
        """Invoke a function and see whether a record comes; nothing else is sent to its queue."""
        self.function.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
        url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"):
                return True
        return False


@pytest.fixture(scope="module")
def account(lds: Lds) -> Account:
    return Account(json.loads(lds("local", "status", "-o", "json").stdout)["data"]["endpoint"])


def report(answer: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    data: dict[str, Any] = json.loads(answer.stdout)["data"]
    return data


def test_what_is_missing_is_granted_and_what_was_dropped_before_arrives(lds: Lds, account: Account) -> None:
    account.make("orders", account.make_role("orders"))
    account.revoke("orders")

    cured = lds("--local", "-o", "json", "doctor", "--fix", "orders", "--yes")

    [fix] = report(cured)["fixes"]
    assert (cured.returncode, fix["kind"], fix["outcome"], fix["functions"]) == (
        0,
        "permissions",
        "applied",
        ["orders"],
    )
    granted = [{"Sid": "LdsSqs", "Effect": "Allow", "Action": SEND, "Resource": queue("orders")}]
    assert account.granted("orders") == granted
    assert [each["state"] for each in report(cured)["findings"] if each["id"] == "LDS302"] == ["pass"]
    assert account.arrives("orders")
    again = lds("--local", "doctor", "orders", "--fix", "--yes")
    assert "Nothing here that --fix was asked for can cure." in again.stdout


def test_it_asks_and_without_a_terminal_and_yes_changes_nothing(lds: Lds, account: Account) -> None:
    account.make("asked", account.make_role("asked"))
    account.revoke("asked")

    answer = lds("--local", "doctor", "asked", "--fix")

    assert answer.returncode == 2
    assert "inline policy lds-destinations" in answer.stderr
    assert "--yes" in answer.stderr
    assert account.iam.list_role_policies(RoleName="asked")["PolicyNames"] == []
    dry = lds("--local", "-o", "json", "doctor", "asked", "--fix", "--dry-run")
    assert (dry.returncode, [each["outcome"] for each in report(dry)["fixes"]]) == (3, [None])
    assert account.iam.list_role_policies(RoleName="asked")["PolicyNames"] == []


def test_statements_of_destinations_that_are_gone_are_removed_and_others_stay(lds: Lds, account: Account) -> None:
    role = account.make_role("shared")
    account.make("shared-a", role)
    account.make("shared-b", role)
    elsewhere = "arn:aws:sqs:eu-west-1:000000000000:of-another-region"
    edited = {"Effect": "Deny", "Action": "sqs:PurgeQueue", "Resource": queue("gone")}
    account.iam.put_role_policy(
        RoleName="shared", PolicyName="lds-destinations",
        PolicyDocument=policy(
            {"Sid": "LdsSqs", "Effect": "Allow", "Action": SEND,
             "Resource": [queue("gone"), queue("shared-b"), elsewhere]},
            {"Sid": "LdsEvents", "Effect": "Allow", "Action": "events:PutEvents",
             "Resource": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/gone"},
            edited,
        ),
    )  # fmt: skip
    account.revoke("shared")

    cured = lds("--local", "-o", "json", "doctor", "shared-a", "--fix", "-y")

    [fix] = report(cured)["fixes"]
    assert (cured.returncode, fix["outcome"]) == (0, "applied"), cured.stdout
    assert fix["functions"] == ["shared-a", "shared-b"]
    assert "2 functions run as this role, and all of them get what it gets" in fix["notes"]
    assert account.granted("shared") == [
        {"Sid": "LdsSqs", "Effect": "Allow", "Action": SEND, "Resource": [queue("shared-b"), elsewhere]},
        edited,
        {"Sid": "LdsSqs2", "Effect": "Allow", "Action": SEND, "Resource": queue("shared-a")},
    ]


def test_a_role_that_a_tool_made_is_pointed_out_with_what_to_write_there(lds: Lds, account: Account) -> None:
    stack = {"aws:cloudformation:stack-name": "shop", "aws:cloudformation:logical-id": "StackRole"}
    account.make("stack", account.make_role("stack", stack))
    account.revoke("stack")

    text = lds("--local", "doctor", "--fix", "--yes", "stack")

    assert text.returncode == 0, text.stderr
    assert "CloudFormation (stack shop) made this role" in text.stdout
    assert "Ref: StackRole" in text.stdout
    assert f"Resource: {queue('stack')}" in text.stdout


def test_trust_and_retention_are_changed_only_when_they_are_named(lds: Lds, account: Account) -> None:
    account.make("both", account.make_role("both"))
    account.iam.update_assume_role_policy(RoleName="both", PolicyDocument=policy(SOMEBODY))
    url = account.sqs.get_queue_url(QueueName="both")["QueueUrl"]
    account.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "3600"})

    plain = lds("--local", "-o", "json", "doctor", "both", "--fix", "--yes")
    cured = lds("--local", "-o", "json", "doctor", "--fix", "trust", "--fix", "retention", "both", "--yes")

    assert (plain.returncode, report(plain)["fixes"]) == (3, [])
    assert (cured.returncode, [each["kind"] for each in report(cured)["fixes"]]) == (0, ["trust", "retention"])
    trusted: Any = account.iam.get_role(RoleName="both")["Role"]["AssumeRolePolicyDocument"]
    assert trusted["Statement"] == [SOMEBODY, LAMBDA]
    kept = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["MessageRetentionPeriod"])["Attributes"]
    assert kept == {"MessageRetentionPeriod": "1209600"}


def test_a_spec_names_the_functions_and_what_is_ignored_of_them(lds: Lds, account: Account, tmp_path: Path) -> None:
    account.make("listed", account.make_role("listed"))
    account.revoke("listed")
    spec = tmp_path / "lds.yaml"
    head = f'version: 1\naccount: "{ACCOUNT}"\nregion: {REGION}\nfunctions:\n'
    destinations = "    on_failure: sqs:listed\n"
    spec.write_text(f"{head}  listed:\n{destinations}  missing:\n{destinations}")

    found = lds("--local", "-o", "json", "doctor", "-f", str(spec))
    spec.write_text(f"{head}  listed:\n{destinations}    ignore: [LDS302]\n")
    ignored = lds("--local", "-o", "json", "doctor", "-f", str(spec))
    unknown = lds("--local", "doctor", "-f", str(spec), "nobody")

    told = {(each["id"], each["function"], each["state"]) for each in report(found)["findings"]}
    assert {("LDS302", "listed", "fail"), ("LDS002", "missing", "skip")} <= told
    assert (found.returncode, ignored.returncode, unknown.returncode) == (3, 0, 2)
    assert "LDS302" not in {each["id"] for each in report(ignored)["findings"]}
