"""Who says no, as the embedded AWS's simulator answers: it evaluates boundaries, denials and conditions."""

import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

LDS = str(Path(sys.executable).with_name("lds"))
ACCOUNT = "000000000000"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:failed"
BUCKET = "arn:aws:s3:::failures"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}

Lds = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def lds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lds]:
    """Run lds with an embedded AWS of its own, which ends with the tests of this file."""
    home = tmp_path_factory.mktemp("home")
    environment = {"PATH": str(Path(LDS).parent) + ":/usr/bin:/bin", "HOME": str(home), "XDG_STATE_HOME": str(home)}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [LDS, *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    started = run("local", "start")
    assert started.returncode == 0, started.stderr
    yield run
    assert run("local", "stop").returncode == 0


class Account:
    """What the embedded AWS holds."""

    def __init__(self, endpoint: str) -> None:
        keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        self.iam = boto3.client("iam", endpoint_url=endpoint, **keys)
        self.function = boto3.client("lambda", endpoint_url=endpoint, **keys)
        boto3.client("sqs", endpoint_url=endpoint, **keys).create_queue(QueueName="failed")
        boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="failures")

    def make(self, name: str, target: str, *statements: Mapping[str, object], boundary: str = "") -> None:
        """Make a function that could deliver when it was configured, and whose role has these statements now."""
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(EVERYTHING))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", "def handler(event, context): return event\n")
        self.function.create_function(
            FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=role,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        self.function.get_waiter("function_active_v2").wait(FunctionName=name)
        self.function.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnFailure": {"Destination": target}}
        )
        self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        if boundary:
            self.iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)


def policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def account(lds: Lds) -> Account:
    return Account(json.loads(lds("local", "status", "-o", "json").stdout)["data"]["endpoint"])


def delivery(lds: Lds, name: str) -> tuple[int, dict[str, Any]]:
    """Give the doctor's exit code and its finding about the permission to deliver."""
    answer = lds("--local", "-o", "json", "doctor", name)
    [found] = [each for each in json.loads(answer.stdout)["data"]["findings"] if each["id"] == "LDS302"]
    return answer.returncode, found


def test_a_boundary_says_no_although_the_role_may_everything(lds: Lds, account: Account) -> None:
    edge = account.iam.create_policy(
        PolicyName="edge", PolicyDocument=policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    )["Policy"]["Arn"]
    account.make("bounded", QUEUE, EVERYTHING, boundary=edge)
    code, found = delivery(lds, "bounded")
    assert (code, found["state"], found["evidence"]["said_by"]) == (3, "fail", "permissions boundary")


def test_an_explicit_deny_is_named_with_its_policy(lds: Lds, account: Account) -> None:
    account.make("denied", QUEUE, EVERYTHING, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
    code, found = delivery(lds, "denied")
    assert (code, found["state"], found["evidence"]["decision"]) == (3, "fail", "explicitDeny")
    assert found["evidence"]["matched"] == ["'own' (statement 2)"]


def test_a_condition_that_cannot_be_known_is_a_skip(lds: Lds, account: Account) -> None:
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    account.make("conditional", QUEUE, {**EVERYTHING, "Condition": condition})
    code, found = delivery(lds, "conditional")
    assert (code, found["state"], found["evidence"]["missing_context"]) == (0, "skip", ["aws:SourceVpce"])


def test_a_condition_on_the_source_function_never_holds(lds: Lds, account: Account) -> None:
    condition = {"ArnLike": {"lambda:SourceFunctionArn": "arn:aws:lambda:us-east-1:*:function:*"}}
    account.make("sourced", QUEUE, {**EVERYTHING, "Condition": condition})
    code, found = delivery(lds, "sourced")
    assert (code, found["state"], found["evidence"]["decision"]) == (3, "fail", "implicitDeny")


def test_of_a_bucket_only_what_is_missing_is_granted_and_then_it_passes(lds: Lds, account: Account) -> None:
    condition = {"StringEquals": {"s3:ResourceAccount": ACCOUNT}}
    put = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{BUCKET}/*", "Condition": condition}
    account.make("bucket", BUCKET, put)
    code, found = delivery(lds, "bucket")
    assert (code, found["state"]) == (0, "warn")
    assert found["evidence"]["needs"] == [{"action": "s3:ListBucket", "resource": BUCKET}]
    command = shlex.split(found["hint"].split("\n")[0])
    assert command[:3] == ["lds", "--local", "configure"]
    assert lds(*command[1:]).returncode == 0
    assert delivery(lds, "bucket")[1]["state"] == "pass"
