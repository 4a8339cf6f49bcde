"""Each dialect's file passes its tool's own judgement, and grants what delivery needs, no more."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lambda_dest_cli.commands.export import FORMATS
from lambda_dest_cli.exporters import DIALECTS
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.finding import State

HOME = "eu-west-1:123456789012"
QUEUE = Arn.parse(f"arn:aws:sqs:{HOME}:failed")
TOPIC = Arn.parse(f"arn:aws:sns:{HOME}:t")
BUS = Arn.parse(f"arn:aws:events:{HOME}:event-bus/default")
OTHER = Arn.parse(f"arn:aws:lambda:{HOME}:function:other:live")
BUCKET = Arn.parse("arn:aws:s3:::bucket")
KEY = Arn.parse(f"arn:aws:kms:{HOME}:key/abc")
ROLE = Arn.parse("arn:aws:iam::123456789012:role/path/orders-role")


def function(name: str, role: Arn | None = ROLE, **more: Any) -> Exported:
    return Exported(name, Arn.parse(f"arn:aws:lambda:{HOME}:function:{name}"), role, **more)


FUNCTIONS = [
    function(
        "orders-a", dead_letter=QUEUE, keys={QUEUE: KEY}, runtime="python3.13",
        configurations={"$LATEST": EventInvokeConfig(BUS, QUEUE, 1, 3600), "live": EventInvokeConfig(OTHER, BUCKET)},
    ),
    function("orders_a", None, dead_letter=TOPIC, configurations={"live": EventInvokeConfig(TOPIC, QUEUE, 0)}),
    function("plain", configurations={"1": EventInvokeConfig(maximum_retry_attempts=0)}),
]  # fmt: skip


def written(dialect: str) -> str:
    return DIALECTS[dialect].write(FUNCTIONS)


def test_the_command_offers_every_dialect() -> None:
    assert set(FORMATS) == set(DIALECTS)
    assert all(dialect.name == name for name, dialect in DIALECTS.items())


@pytest.mark.parametrize("dialect", ["cloudformation", "sam"])
def test_cfn_lint_finds_nothing(dialect: str, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(written(dialect))
    lint = Path(sys.executable).with_name("cfn-lint")
    answer = subprocess.run([lint, str(path)], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_cfn_lint_would_find_something(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(written("cloudformation").replace("MaximumRetryAttempts: 0", "MaximumRetryAttempts: 9"))
    lint = Path(sys.executable).with_name("cfn-lint")
    assert subprocess.run([lint, str(path)], capture_output=True, check=False).returncode != 0


def test_our_own_validation_finds_nothing(tmp_path: Path) -> None:
    from lambda_dest_cli.templates import examine, parse

    for dialect in ("cloudformation", "sam", "serverless"):
        root, twice = parse(f"{dialect}.yml", written(dialect).encode())
        assert [each.message for each in (*twice, *examine(root)) if each.state is State.FAIL] == []


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_would_not_format_it_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text(written("terraform"))
    answer = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", str(path)], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout) == (0, "")


def test_signs_stand_below_each_other_as_terraform_formats_them() -> None:
    text = written("terraform")
    assert '  name = "lds-destinations"\n  role = "orders-role"\n  policy = jsonencode({\n    Version = ' in text
    assert '        Sid      = "LdsSqsSendMessage"' in text or '        Effect   = "Allow"' in text


def test_what_may_not_be_there_yet_is_not_imported() -> None:
    config = {"live": EventInvokeConfig(on_failure=QUEUE)}
    there = DIALECTS["terraform"].write([function("f", configurations=config)])
    asked = DIALECTS["terraform"].write([function("f", configurations=config, live=False)])
    block = 'import {\n  to = aws_lambda_function_event_invoke_config.f_live\n  id = "f:live"\n}\n'
    assert block in there
    assert block not in asked
    assert "".join(f"# {line}\n" for line in block.splitlines()) in asked


def test_roles_that_are_asked_for_may_turn_out_to_be_one_and_keep_both_policies() -> None:
    config = {"live": EventInvokeConfig(on_failure=QUEUE)}
    text = DIALECTS["cloudformation"].write([function(name, None, configurations=config) for name in ("a", "b")])
    policies = [each for each in yaml.safe_load(text)["Resources"].values() if each["Type"] == "AWS::IAM::Policy"]
    assert [each["Properties"]["PolicyName"] for each in policies] == ["lds-destinations-a", "lds-destinations-b"]


@pytest.mark.parametrize("dialect", FORMATS)
def test_every_file_begins_with_where_it_belongs(dialect: str) -> None:
    lines = [line for line in written(dialect).splitlines() if not line.startswith("#!")]
    assert "in account 123456789012, eu-west-1, exported by lds." in lines[0]
    told = "A role's policy lds-destinations is replaced whole" in written(dialect)
    assert told is (dialect != "serverless")  # Serverless makes a role of its own, with the statements in it


def test_bash_takes_the_script(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_text(written("aws-cli"))
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_the_policy_grants_what_delivery_needs_and_comes_first() -> None:
    resources = yaml.safe_load(io.StringIO(written("cloudformation")))["Resources"]
    policy = resources["OrdersRoleDestinations"]["Properties"]
    assert (policy["PolicyName"], policy["Roles"]) == ("lds-destinations", ["orders-role"])
    granted = {
        (action, resource)
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _many(statement["Action"])
        for resource in _many(statement["Resource"])
    }
    assert granted == {
        ("sqs:SendMessage", str(QUEUE)), ("events:PutEvents", str(BUS)), ("lambda:InvokeFunction", str(OTHER)),
        ("s3:ListBucket", str(BUCKET)), ("s3:PutObject", f"{BUCKET}/aws/lambda/async/orders-a/*"),
        ("kms:GenerateDataKey", str(KEY)), ("kms:Decrypt", str(KEY)),
    }  # fmt: skip
    assert resources["OrdersALATESTEventInvokeConfig"]["DependsOn"] == "OrdersRoleDestinations"
    assert "DependsOn" not in resources["Plain1EventInvokeConfig"]  # it has no destination to wait for


def _many(found: "str | list[str]") -> list[str]:
    return [found] if isinstance(found, str) else found


def test_a_role_that_is_not_known_is_asked_for() -> None:
    template = yaml.safe_load(written("cloudformation"))
    assert template["Parameters"]["OrdersARoleName"]["Type"] == "String"
    assert 'variable "role_orders_a"' in written("terraform")
    assert "${ROLE_ORDERS_A:?" in written("aws-cli")


def test_what_would_begin_a_template_of_terraforms_does_not() -> None:
    odd = Arn.parse(f"arn:aws:sqs:{HOME}:${{x}}%{{y}}")
    text = DIALECTS["terraform"].write([function("f", configurations={"live": EventInvokeConfig(on_failure=odd)})])
    assert "$${x}%%{y}" in text


def test_a_word_with_a_dash_before_it_is_no_option(tmp_path: Path) -> None:
    text = DIALECTS["aws-cli"].write([function("-f", configurations={"-q": EventInvokeConfig(on_failure=QUEUE)})])
    assert " --function-name=-f " in text
    assert " --qualifier=-q " in text


def test_the_scripts_words_are_data_and_no_commands(tmp_path: Path) -> None:
    odd = Arn.parse(f"arn:aws:sqs:{HOME}:$(touch${{IFS}}{tmp_path}/gone);'`id`")
    text = DIALECTS["aws-cli"].write([function("f", configurations={"live": EventInvokeConfig(on_failure=odd)})])
    told = tmp_path / "aws"
    told.write_text('#!/usr/bin/env bash\nprintf "%s\\0" "$@" >> "$0.log"\n')
    told.chmod(0o755)
    script = tmp_path / "script"
    script.write_text(text)
    ran = subprocess.run(["bash", str(script)], env={"AWS": str(told), "PATH": "/usr/bin:/bin"}, check=False)
    assert ran.returncode == 0
    assert not (tmp_path / "gone").exists()
    words = (tmp_path / "aws.log").read_text().split("\0")
    assert json.loads(words[words.index("--destination-config") + 1])["OnFailure"]["Destination"] == str(odd)
