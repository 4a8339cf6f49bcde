"""The policies that are printed: of a role, and of whoever runs a command."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_dest_cli.commands import policy
from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.iam.caller_needs import CALLER_NEEDS, COMMANDS, NEEDS_NOTHING, Scope, needs_of
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.permission import Decision
from tests.support import ACCOUNT, REGION, Run
from tests.unit.commands.stage import DLQ, DONE, FAILED, OLD, ORDERS, Stage

AWS = Path(__file__).parents[2] / "lambda_dest_cli" / "aws"
KEY = Arn.parse(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b3c4d-0000-0000-0000-000000000000")
BUCKET = Arn.parse("arn:aws:s3:::orders-failures")
BILL = Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bill:live")


def printed(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run.stdout.getvalue())
    return document


def allows(document: dict[str, Any], action: str, resource: str) -> bool:
    policies = Policies([read(json.dumps(document), "policy")])
    return evaluate(Request(action, resource), policies).decision is Decision.ALLOWED


def test_of_a_role_it_is_what_every_destination_of_every_qualifier_needs_and_no_more() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(BILL, BUCKET))
    stage.has(EventInvokeConfig(DONE, FAILED), "live")
    stage.has_dead_letter(DLQ)
    stage.account.keys = {FAILED: KEY}
    assert stage.lds("policy", "--for", "role", "orders") == ExitCode.OK
    assert printed(stage)["Statement"] == [
        {
            "Sid": "LdsKms",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": str(KEY),
        },
        {"Sid": "LdsLambda", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": str(BILL)},
        {"Sid": "LdsS3", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": str(BUCKET)},
        {
            "Sid": "LdsS32",
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": f"{BUCKET}/aws/lambda/async/orders/*",
        },
        {
            "Sid": "LdsSqs",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": [str(arn) for arn in (DLQ, DONE, FAILED)],
        },
    ]
    assert stage.stderr.getvalue() == ""


def test_one_qualifier_is_that_one_with_the_dead_letter_queue_its_version_kept() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE))
    stage.has(EventInvokeConfig(on_failure=FAILED), "live")
    stage.account.functions["orders:7"] = replace(ORDERS, dead_letter=OLD)
    stage.account.aliases = {"orders": {"live": "7"}}
    assert stage.lds("policy", "--for", "role", "orders", "-q", "live", "--why") == ExitCode.OK
    assert stage.stdout.getvalue().splitlines() == [
        f"sqs:SendMessage  {FAILED}  # on-failure of live: sqs:failed",
        f"sqs:SendMessage  {OLD}  # dead-letter queue of live: sqs:old",
    ]


def test_a_key_that_could_not_be_read_and_another_role_of_a_version_are_said_beside_the_policy() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(on_failure=FAILED))
    stage.account.aliases = {"orders": {"live": "7"}}
    other = Arn.parse(f"arn:aws:iam::{ACCOUNT}:role/old-role")
    stage.account.functions["orders:7"] = replace(ORDERS, role=other)
    stage.account.unreadable_keys = {FAILED: "you may not call kms:DescribeKey"}
    assert stage.lds("policy", "--for", "role", "orders") == ExitCode.OK
    said = stage.stderr.getvalue()
    assert "add kms:GenerateDataKey and kms:Decrypt on that key (you may not call kms:DescribeKey)" in said
    assert "live runs as the role old-role, $LATEST as orders-role" in said
    assert allows(printed(stage), "sqs:SendMessage", str(FAILED))


def test_a_function_without_destinations_needs_nothing_and_says_so() -> None:
    stage = Stage()
    assert stage.lds("policy", "--for", "role", "orders") == ExitCode.ERROR
    assert "its role needs nothing" in stage.stderr.getvalue()
    assert stage.stdout.getvalue() == ""


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--for", "role"], "whose role?"),
        (["--for", "doctor", "orders", "-q", "live"], "--qualifier goes with --for role"),
        (["--for", "validate"], "is not one of 'role', 'configure'"),
        ([], "Missing option '--for'"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(argv: list[str], said: str) -> None:
    run = Run()
    assert run.lds("policy", *argv) == ExitCode.USAGE
    assert said in run.stderr.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_of_a_command_it_is_printed_without_credentials(command: str) -> None:
    run = Run()
    assert run.lds("policy", "--for", command) == ExitCode.OK
    assert run.session.stubbers == {}
    document = printed(run)
    for need in needs_of(command):
        examples = {
            Scope.FUNCTION: f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders:live",
            Scope.ROLE: f"arn:aws:iam::{ACCOUNT}:role/service/orders-role",
            Scope.KEY: str(KEY),
            Scope.POLICY: "arn:aws:iam::aws:policy/AWSLambdaExecute",
            Scope.QUEUE: str(FAILED),
            Scope.BUCKET: str(BUCKET),
            Scope.TAP: f"arn:aws:sqs:{REGION}:{ACCOUNT}:lds-tap-1",
            Scope.RULE: f"arn:aws:events:{REGION}:{ACCOUNT}:rule/orders/lds-tap-1",
            Scope.LOG_GROUP: f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/orders",
            Scope.STAGE: f"{BUCKET}/lds-replay/1/1.json",
            Scope.MACHINE: f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:lds-replay-orders",
            Scope.MACHINE_ROLE: f"arn:aws:iam::{ACCOUNT}:role/lds-replay-orders",
            Scope.OBJECT: f"{BUCKET}/aws/lambda/async/orders/2026/11/23/2026-11-23T12.00.00-8ea123e4",
        }
        assert allows(document, need.action, examples.get(need.scope, "arn:aws:sns:r:1:t")) or need.scope in (
            Scope.TOPIC, Scope.BUS,
        )  # fmt: skip
    assert command == "test" or not allows(document, "lambda:InvokeFunction", "*")
    assert not allows(document, "lambda:DeleteFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders")


def test_only_what_writes_may_write() -> None:
    writing = re.compile(r":(Put|Update|Delete|Create|Change)")
    writers = {command for need in CALLER_NEEDS if writing.search(need.action) for command in need.commands}
    assert writers == {"configure", "fix", "remove", "replay", "step-functions", "tail", "test"}


def test_a_function_that_is_named_narrows_it_and_its_arn_tells_account_and_region() -> None:
    run, china = Run(), Run()
    assert run.lds("policy", "--for", "remove", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders") == ExitCode.OK
    mine = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
    assert [each["Resource"] for each in printed(run)["Statement"]] == [[f"{mine}:orders", f"{mine}:orders:*"]]
    assert china.lds("policy", "--region", "cn-north-1", "--for", "show") == ExitCode.OK
    assert "arn:aws-cn:lambda:cn-north-1:*:function:*" in china.stdout.getvalue()


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    run, out = Run(), tmp_path / "policy.json"
    assert run.lds("policy", "--for", "show", "--out", str(out)) == ExitCode.OK
    assert json.loads(out.read_text())["Version"] == "2012-10-17"
    assert run.stdout.getvalue() == ""


def test_every_call_that_lds_makes_has_its_row_and_every_row_its_call() -> None:
    calls = {
        action
        for path in AWS.rglob("*.py")
        for action in re.findall(r"""calling\(\s*f?["'](\w+:\w+)["']""", path.read_text())
    }
    rows = [need.action for need in CALLER_NEEDS]
    assert calls - NEEDS_NOTHING <= set(rows)
    # AWS asks for them when it decrypts a message, tags what is made with tags, and hands a role on.
    beside = {"kms:Decrypt", "events:TagResource", "states:TagResource", "iam:TagRole", "iam:PassRole"}
    assert set(rows) - calls == beside
    assert len(rows) == len(set(rows))


def test_the_command_names_every_command_of_the_table() -> None:
    assert policy.COMMANDS == COMMANDS
    assert all(need.commands and need.why for need in CALLER_NEEDS)
