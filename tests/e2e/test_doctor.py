"""``lds doctor`` from outside: what it finds, that its cures cure, and what a reader sees."""

import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import boto3
import pexpect
import pytest

LDS = str(Path(sys.executable).with_name("lds"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]

ACCOUNT = "000000000000"
KEYS: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


class Shop:
    """A function of the emulator, its role and its queues, under names of their own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.name = f"orders-{uuid4().hex[:8]}"
        self.iam = boto3.client("iam", endpoint_url=endpoint, **KEYS)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, **KEYS)
        self.kms = boto3.client("kms", endpoint_url=endpoint, **KEYS)
        self.function = boto3.client("lambda", endpoint_url=endpoint, **KEYS)
        self.sqs.create_queue(QueueName=self.failed)
        trust = json.dumps(document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}))
        role = self.iam.create_role(RoleName=self.role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.function.create_function(
            FunctionName=self.name,
            Runtime="python3.12",
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": zipped("def handler(event, context): return event\n")},
        )
        while self.function.get_function_configuration(FunctionName=self.name)["State"] == "Pending":
            sleep(0.02)

    @property
    def role(self) -> str:
        return f"{self.name}-role"

    @property
    def failed(self) -> str:
        return f"{self.name}-failed"

    def on_failure(self, arn: str, **more: Any) -> None:
        self.function.put_function_event_invoke_config(
            FunctionName=self.name, DestinationConfig={"OnFailure": {"Destination": arn}}, **more
        )

    def alias(self, name: str) -> None:
        version = self.function.publish_version(FunctionName=self.name)["Version"]
        self.function.create_alias(FunctionName=self.name, Name=name, FunctionVersion=version)

    def grant(self, action: str, resource: str) -> None:
        self.iam.put_role_policy(
            RoleName=self.role, PolicyName="grant", PolicyDocument=json.dumps(document(action, Resource=resource))
        )


def document(action: str, **where: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **where}]}


def zipped(source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", source)
    return packed.getvalue()


@pytest.fixture
def shop(emulator: str) -> Shop:
    return Shop(emulator)


@pytest.fixture
def doctor(run: Run, shop: Shop) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """Run the doctor for the shop's function and give exit code and findings."""

    def examined(*argv: str) -> tuple[int, list[dict[str, Any]]]:
        answer = run("--endpoint-url", shop.endpoint, "-o", "json", "doctor", *argv)
        found = json.loads(answer.stdout)
        assert (found["exit_code"], answer.stderr) == (answer.returncode, "")
        return answer.returncode, found["data"]["findings"]

    return examined


Doctor = Callable[..., tuple[int, list[dict[str, Any]]]]


def states(findings: list[dict[str, Any]]) -> dict[str, str]:
    return {each["id"]: each["state"] for each in findings}


def type_hint(run: Run, finding: dict[str, Any]) -> None:
    """Type the command that a finding names."""
    program, *words = shlex.split(finding["hint"].split("\n")[0])
    assert program == "lds"
    answer = run(*words)
    assert answer.returncode == 0, answer.stderr


def test_a_missing_permission_is_found_and_the_named_command_cures_it(run: Run, shop: Shop, doctor: Doctor) -> None:
    shop.on_failure(queue_arn(shop.failed))
    code, findings = doctor(shop.name)
    assert code == 3
    assert states(findings) == {
        "LDS001": "pass", "LDS101": "pass", "LDS201": "pass", "LDS301": "pass", "LDS302": "fail", "LDS401": "pass",
        "LDS409": "skip",
    }  # fmt: skip
    [missing] = [each for each in findings if each["id"] == "LDS302"]
    assert missing["evidence"]["decision"] == "implicitDeny"
    assert missing["evidence"]["needs"] == [{"action": "sqs:SendMessage", "resource": queue_arn(shop.failed)}]
    type_hint(run, missing)
    code, findings = doctor(shop.name)
    assert (code, states(findings)["LDS302"]) == (0, "pass")


def test_the_named_command_cures_a_key_and_a_dead_letter_queue_as_well(run: Run, shop: Shop, doctor: Doctor) -> None:
    key = shop.kms.create_key()["KeyMetadata"]["Arn"]
    dlq = f"{shop.name}-dlq"
    shop.sqs.create_queue(QueueName=dlq, Attributes={"KmsMasterKeyId": key})
    shop.function.update_function_configuration(FunctionName=shop.name, DeadLetterConfig={"TargetArn": queue_arn(dlq)})
    code, findings = doctor(shop.name)
    assert code == 3
    assert {each["slot"] for each in findings if each["state"] == "fail"} == {"dead_letter"}
    assert (states(findings)["LDS302"], states(findings)["LDS303"]) == ("fail", "fail")
    type_hint(run, next(each for each in findings if each["id"] == "LDS303"))
    code, findings = doctor(shop.name)
    assert (code, states(findings)["LDS302"], states(findings)["LDS303"]) == (0, "pass", "pass")


def test_a_queue_that_is_gone_is_found_though_the_role_may_send_to_it(shop: Shop, doctor: Doctor) -> None:
    shop.grant("sqs:SendMessage", "*")
    shop.on_failure(queue_arn(f"{shop.name}-gone"))
    code, findings = doctor(shop.name)
    assert (code, states(findings)["LDS201"], states(findings)["LDS302"]) == (3, "fail", "pass")


def test_a_configuration_that_aliases_do_not_use_is_warned_of_and_cured(run: Run, shop: Shop, doctor: Doctor) -> None:
    shop.grant("sqs:SendMessage", "*")
    shop.alias("live")
    shop.on_failure(queue_arn(shop.failed), MaximumRetryAttempts=1)
    code, findings = doctor(shop.name)
    [warning] = [each for each in findings if each["id"] == "LDS402"]
    assert (code, warning["state"], warning["evidence"]["aliases"]) == (0, "warn", ["live"])
    assert doctor(shop.name, "--fail-on", "fail,warn")[0] == 3
    type_hint(run, warning)
    code, findings = doctor(shop.name, "--fail-on", "fail,warn")
    assert code == 0
    assert {each["qualifier"] for each in findings} == {None, "$LATEST", "live"}
    assert "LDS402" not in states(findings)


def test_a_role_that_does_not_trust_lambda_is_found(shop: Shop, doctor: Doctor) -> None:
    trust = json.dumps(document("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"}))
    shop.iam.update_assume_role_policy(RoleName=shop.role, PolicyDocument=trust)
    code, findings = doctor(shop.name)
    assert (code, states(findings)["LDS301"]) == (3, "fail")


def test_a_function_that_loses_its_failures_is_a_warning_and_named_by_all_only(shop: Shop, doctor: Doctor) -> None:
    code, findings = doctor(shop.name)
    assert (code, states(findings)["LDS401"]) == (0, "warn")
    assert shop.name not in {each["function"] for each in doctor()[1]}
    assert shop.name in {each["function"] for each in doctor("--all")[1]}
    shop.on_failure(queue_arn(shop.failed))
    assert shop.name in {each["function"] for each in doctor()[1]}


def test_a_function_that_does_not_exist_is_1(run: Run, emulator: str) -> None:
    answer = run("--endpoint-url", emulator, "doctor", "nosuch")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "nosuch: there is no such function in us-east-1" in answer.stderr


def test_a_pipe_gets_the_words_without_colour_and_nothing_on_standard_error(run: Run, shop: Shop) -> None:
    shop.on_failure(queue_arn(shop.failed))
    answer = run("--endpoint-url", shop.endpoint, "doctor", shop.name)
    assert (answer.returncode, answer.stderr) == (3, "")
    assert "\x1b" not in answer.stdout
    lines = answer.stdout.splitlines()
    assert f"{shop.name}:$LATEST   role {shop.role}" in lines
    assert lines[-1] == "5 passed, 0 warnings, 1 failed, 1 could not be checked"
    assert any(line.startswith("  FAIL  LDS302  on-failure: ") for line in lines)


def test_a_terminal_gets_the_same_words_in_colour(run: Run, shop: Shop, environment: dict[str, str]) -> None:
    shop.on_failure(queue_arn(shop.failed))
    words = ["--endpoint-url", shop.endpoint, "doctor", shop.name]
    plain = run(*words).stdout
    child: Any = pexpect.spawn(LDS, words, env=environment | {"TERM": "xterm"}, encoding="utf-8", timeout=60)
    child.expect(pexpect.EOF)
    child.wait()
    shown = child.before.replace("\r\n", "\n")
    assert child.exitstatus == 3
    assert "\x1b[" in shown
    assert without_colour(shown).split() == plain.split()


def without_colour(text: str) -> str:
    parts = text.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])
