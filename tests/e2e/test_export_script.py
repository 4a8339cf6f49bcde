"""The script that export writes, run: with a stand-in for the aws CLI that calls the same API through boto3."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_spec_road import ACCOUNT, ANYTHING, REGION, Fleet, arn

STAND_IN = """#!{python}
# Takes the words of the aws CLI for the few calls that the script makes.
import json, os, sys
import boto3
service, operation, *words = sys.argv[1:]
waiting = operation == "wait"
if waiting:
    operation, *words = words
words = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
options = dict(zip(words[::2], words[1::2]))
region = options.pop("--region", "us-east-1")
client = boto3.client(service, endpoint_url=os.environ["ENDPOINT"], region_name=region,
                      aws_access_key_id="test", aws_secret_access_key="test")
if waiting:
    client.get_waiter(operation.replace("-", "_")).wait(FunctionName=options["--function-name"])
    sys.exit()
method = getattr(client, operation.replace("-", "_"))
shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method.__name__]).input_shape
arguments = {{}}
for option, value in options.items():
    name = "".join(part.capitalize() for part in option.strip("-").split("-"))
    kind = shape.members[name].type_name
    if kind == "structure" and not value.startswith("{{"):
        value = json.dumps(dict([value.split("=", 1)]))
    arguments[name] = int(value) if kind == "integer" else json.loads(value) if kind == "structure" else value
try:
    method(**arguments)
except client.exceptions.ClientError as error:
    sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    found = Fleet(tmp_path_factory.mktemp("export"))
    yield found
    assert found.lds("local", "stop").returncode == 0


def aws(fleet: Fleet) -> dict[str, str]:
    """Give the environment in which the script finds its aws."""
    path = fleet.folder / "aws"
    path.write_text(STAND_IN.format(python=sys.executable))
    path.chmod(0o755)
    return {"AWS": str(path), "ENDPOINT": fleet.endpoint, "PATH": os.environ["PATH"], "HOME": str(fleet.folder)}


def run(script: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", str(script)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_script_sets_again_what_was_exported_and_may_be_run_twice(fleet: Fleet) -> None:
    fleet.role("exporting", ANYTHING)
    client = fleet.function("carried", "exporting", DeadLetterConfig={"TargetArn": arn("dlq")})
    client.publish_version(FunctionName="carried")
    client.create_alias(FunctionName="carried", Name="live", FunctionVersion="1")
    for qualifier in ("$LATEST", "live"):
        client.put_function_event_invoke_config(
            FunctionName="carried", Qualifier=qualifier, MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": arn("failed")}},
        )  # fmt: skip
    before = fleet.show("carried")
    script = fleet.folder / "carried.sh"
    exported = fleet.lds("--local", "export", "carried", "--format", "aws-cli", "--out", str(script))
    assert exported.returncode == 0, exported.stderr
    client.update_function_configuration(FunctionName="carried", DeadLetterConfig={"TargetArn": ""})
    for qualifier in ("$LATEST", "live"):
        client.delete_function_event_invoke_config(FunctionName="carried", Qualifier=qualifier)
    fleet.client("iam").delete_role_policy(RoleName="exporting", PolicyName="p")
    for _ in range(2):
        ran = run(script, aws(fleet))
        assert ran.returncode == 0, ran.stderr
    assert fleet.show("carried") == before
    found = fleet.client("iam").get_role_policy(RoleName="exporting", PolicyName="lds-destinations")
    assert [each["Action"] for each in found["PolicyDocument"]["Statement"]] == ["sqs:SendMessage"]


def test_the_script_of_a_spec_asks_for_the_role_and_ends_at_a_refusal(fleet: Fleet) -> None:
    fleet.function("asked")
    spec = fleet.spec(
        f'version: 1\naccount: "{ACCOUNT}"\nregion: {REGION}\nfunctions: {{asked: {{on_failure: sqs:failed}}}}\n'
    )
    script = fleet.folder / "asked.sh"
    assert fleet.lds("export", "-f", spec, "--format", "aws-cli", "--out", str(script)).returncode == 0
    refused = run(script, aws(fleet))
    assert refused.returncode != 0
    assert "set ROLE_ASKED to the name of the execution role of asked" in refused.stderr
    ran = run(script, {**aws(fleet), "ROLE_ASKED": "good"})
    assert ran.returncode == 0, ran.stderr
    assert fleet.show("asked")["qualifiers"][0]["on_failure"] == arn("failed")
    missing = fleet.folder / "missing.sh"
    missing.write_text(script.read_text().replace("--function-name asked", "--function-name nobody"))
    gone = run(missing, {**aws(fleet), "ROLE_ASKED": "good"})
    assert gone.returncode != 0
    assert "The function doesn't exist." in gone.stderr


def test_the_same_functions_live_and_by_their_spec_are_one_template(fleet: Fleet) -> None:
    fleet.function("same").put_function_event_invoke_config(
        FunctionName="same", DestinationConfig={"OnFailure": {"Destination": arn("failed")}}
    )
    live = fleet.lds("--local", "export", "same", "--format", "terraform").stdout
    (fleet.folder / "same.yaml").write_text(fleet.lds("--local", "import", "same").stdout)
    by_spec = fleet.lds("export", "-f", "same.yaml", "--format", "terraform").stdout
    block = '  destination_config {\n    on_failure {\n      destination = "' + arn("failed")
    assert block in live
    assert block in by_spec
    assert 'role = "good"' in live
    assert "\nimport {" in live
    assert "\n# import {" in by_spec
    assert "var.role_same" in by_spec


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["export", "--format", "sam"], 2, "name functions, or --all, or a spec with -f"),
        (["export", "nobody", "--format", "sam"], 1, "there is no such function"),
        (["export", "idle", "--format", "sam"], 1, "there is nothing to export"),
        (["export", "--all", "--format", "pulumi"], 2, "'pulumi' is not one of"),
    ],
)
def test_what_cannot_be_exported(fleet: Fleet, words: list[str], code: int, said: str) -> None:
    if "idle" in words:
        fleet.function("idle")
    answer = fleet.lds("--local", *words, "-o", "json")
    assert answer.returncode == code
    assert said in json.loads(answer.stdout)["errors"][0]["message"]


def test_a_name_that_no_spec_has_is_refused(fleet: Fleet) -> None:
    spec = fleet.spec(
        f'version: 1\naccount: "{ACCOUNT}"\nregion: {REGION}\nfunctions: {{f: {{on_failure: sqs:failed}}}}\n'
    )
    answer = fleet.lds("export", "g", "-f", spec, "--format", "sam")
    assert answer.returncode == 2
    assert "g" in answer.stderr


def test_a_key_that_cannot_be_known_is_said_and_a_function_is_exported_once(fleet: Fleet) -> None:
    client = fleet.function("keyless")
    client.publish_version(FunctionName="keyless")
    queue = fleet.client("sqs").create_queue(QueueName="goes-away")["QueueUrl"]
    for qualifier in ("$LATEST", "1"):
        client.put_function_event_invoke_config(
            FunctionName="keyless", Qualifier=qualifier,
            DestinationConfig={"OnFailure": {"Destination": arn("goes-away")}},
        )  # fmt: skip
    fleet.client("sqs").delete_queue(QueueUrl=queue)
    answer = fleet.lds("--local", "export", "keyless", "keyless:1", "--format", "terraform")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count('\nresource "aws_lambda_function_event_invoke_config"') == 2
    assert "sqs:goes-away: its key is not known, so nothing grants its use" in answer.stderr


def test_a_spec_without_an_account_has_no_arns(fleet: Fleet) -> None:
    spec = fleet.spec("version: 1\nfunctions: {f: {on_failure: sqs:failed}}\n")
    answer = fleet.lds("export", "-f", spec, "--format", "sam")
    assert answer.returncode == 2
    assert "does not name both account and region" in answer.stderr


def test_a_file_is_written_whole_or_stays_as_it_was(fleet: Fleet) -> None:
    target = fleet.folder / "kept.tf"
    target.write_text("kept\n")
    assert fleet.lds("--local", "export", "nobody", "--format", "terraform", "--out", str(target)).returncode == 1
    assert target.read_text() == "kept\n"
    nowhere = fleet.lds("schema")
    assert nowhere.returncode == 0
    gone = fleet.lds("--local", "import", "--all", "--out", str(fleet.folder / "no" / "such" / "lds.yaml"))
    assert gone.returncode == 1
    assert "cannot be written: No such file or directory" in gone.stderr
