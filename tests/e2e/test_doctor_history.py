"""``lds doctor`` on the embedded AWS: what has happened there, what would, and policies that are enough."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.contract.conftest import LocalAws
from tests.contract.world import World, allow, document

LDS = str(Path(sys.executable).with_name("lds"))
ANYTHING = allow("*", "*")
FAILS = "def handler(event, context): raise ValueError('boom')"
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
    endpoint = json.loads(lds("local", "status", "-o", "json").stdout)["data"]["endpoint"]
    return LocalAws(endpoint)


def doctor(lds: Lds, *argv: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """Give the findings by id; of several with one id, the last."""
    answer = lds("--local", "-o", "json", "doctor", *argv)
    assert (answer.returncode, answer.stderr) == (code, "")
    return {each["id"]: each for each in json.loads(answer.stdout)["data"]["findings"]}


def troubles(findings: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: each["state"] for name, each in findings.items() if each["state"] != "pass"}


def test_a_function_that_works_gives_no_alarm_before_and_after_its_events(lds: Lds, world: World) -> None:
    function, done, failed = world.function(), world.queue(), world.queue()
    world.put(function, on_success=done.arn, on_failure=failed.arn)
    assert troubles(doctor(lds, function)) == {"LDS409": "skip"}
    world.send(function)
    done.record()
    world.counted("AsyncEventsReceived", function, 1)
    findings = doctor(lds, function)
    assert troubles(findings) == {}
    assert findings["LDS409"]["evidence"] == {"functions": [function], "received": 1.0}


def test_records_that_were_lost_are_counted_though_the_cause_is_over(lds: Lds, world: World) -> None:
    role = world.role(ANYTHING)
    function, failed = world.function(role, source=FAILS), world.queue()
    world.put(function, on_failure=failed.arn, MaximumRetryAttempts=0)
    name = role.rpartition("/")[2]
    world.client("iam").delete_role_policy(RoleName=name, PolicyName="test")
    world.send(function)
    world.counted("DestinationDeliveryFailures", function, 1)
    world.client("iam").put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=document(ANYTHING))
    findings = doctor(lds, function, code=3)
    assert troubles(findings) == {"LDS501": "fail"}
    assert findings["LDS501"]["evidence"]["value"] == 1.0
    assert doctor(lds, function, "--ignore", "LDS501")


def test_events_that_went_nowhere_are_lost(lds: Lds, world: World) -> None:
    function = world.function(source=FAILS)
    world.put(function, MaximumRetryAttempts=0)
    world.send(function)
    world.counted("AsyncEventsDropped", function, 1)
    assert troubles(doctor(lds, function, code=3)) == {"LDS401": "warn", "LDS503": "fail"}


def test_concurrency_0_two_functions_in_a_circle_and_an_older_dead_letter_queue(lds: Lds, world: World) -> None:
    role = world.role(ANYTHING)
    one, two = (world.function(role) for _ in range(2))
    failed, old = world.queue(), world.queue()
    arns = {name: world.arn(name) for name in (one, two)}
    world.put(one, on_success=arns[two], on_failure=failed.arn)
    world.put(two, on_success=arns[one], on_failure=failed.arn)
    world.api.put_function_concurrency(FunctionName=two, ReservedConcurrentExecutions=0)
    assert troubles(doctor(lds, one, code=3)) == {"LDS107": "fail", "LDS213": "fail", "LDS409": "skip"}
    assert troubles(doctor(lds, two, code=3)) == {"LDS107": "fail", "LDS408": "fail", "LDS409": "skip"}

    world.api.update_function_configuration(FunctionName=one, DeadLetterConfig={"TargetArn": old.arn})
    version = world.api.publish_version(FunctionName=one)["Version"]
    world.api.create_alias(FunctionName=one, Name="live", FunctionVersion=version)
    world.api.update_function_configuration(FunctionName=one, DeadLetterConfig={"TargetArn": failed.arn})
    world.put(one, on_failure=failed.arn)
    world.put(one, qualifier="live", on_failure=failed.arn)
    found = doctor(lds, f"{one}:$LATEST")["LDS407"]
    assert found["evidence"] == {"version": version, "aliases": ["live"], "dead_letter": old.arn}


def test_a_rule_that_invokes_an_alias_without_configuration_is_found_and_cured(lds: Lds, world: World) -> None:
    function, failed = world.function(), world.queue()
    version = world.api.publish_version(FunctionName=function)["Version"]
    alias = world.api.create_alias(FunctionName=function, Name="live", FunctionVersion=version)["AliasArn"]
    world.put(function, on_failure=failed.arn)
    events, rule = world.client("events"), world.name("nightly")
    events.put_rule(Name=rule, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": alias}])
    findings = doctor(lds, function, code=3)
    assert troubles(findings) == {"LDS402": "warn", "LDS406": "fail", "LDS409": "skip"}
    assert findings["LDS406"]["evidence"]["invokers"] == [f"the rule {rule}"]
    command = findings["LDS406"]["hint"].split()
    assert command[:3] == ["lds", "--local", "configure"]
    assert lds(*command[1:]).returncode == 0
    assert troubles(doctor(lds, function)) == {"LDS409": "skip"}


def test_a_topic_and_a_bucket_that_invoke_are_read_out_of_the_resource_policy(lds: Lds, world: World) -> None:
    function, failed = world.function(), world.queue()
    version = world.api.publish_version(FunctionName=function)["Version"]
    alias = world.api.create_alias(FunctionName=function, Name="live", FunctionVersion=version)["AliasArn"]
    world.put(function, on_failure=failed.arn)
    sns, s3, bucket = world.client("sns"), world.client("s3"), world.name("uploads")
    topic = sns.create_topic(Name=world.name("alerts"))["TopicArn"]
    s3.create_bucket(Bucket=bucket)
    for service, source in (("sns", topic), ("s3", f"arn:aws:s3:::{bucket}")):
        world.api.add_permission(
            FunctionName=function, Qualifier="live", StatementId=service, Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com", SourceArn=source,
        )  # fmt: skip
    assert "LDS406" not in doctor(lds, function)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=alias)
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": alias, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    found = doctor(lds, function, code=3)["LDS406"]
    assert sorted(found["evidence"]["invokers"]) == [
        f"the bucket {bucket}", f"the topic {topic.rpartition(':')[2]}",
    ]  # fmt: skip


def test_the_policy_of_a_role_is_enough_for_everything_to_arrive(lds: Lds, world: World) -> None:
    role = world.role(ANYTHING)
    key = world.client("kms").create_key()["KeyMetadata"]["Arn"]
    failed, dlq = world.queue(KmsMasterKeyId=key), world.queue()
    function = world.function(role, source=FAILS, DeadLetterConfig={"TargetArn": dlq.arn})
    world.put(function, on_failure=failed.arn, MaximumRetryAttempts=0)
    answer = lds("--local", "policy", "--for", "role", function)
    assert (answer.returncode, answer.stderr) == (0, "")
    name = role.rpartition("/")[2]
    world.client("iam").put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=answer.stdout)
    world.send(function)
    assert failed.record()["requestContext"]["condition"] == "RetriesExhausted"
    assert dlq.message()["Body"] == "{}"
    world.counted("AsyncEventsReceived", function, 1)
    assert troubles(doctor(lds, function)) == {}


def test_the_formats_for_other_programs_say_what_the_json_says(lds: Lds, world: World) -> None:
    function = world.function(source=FAILS)
    world.put(function, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60)
    sarif = lds("--local", "doctor", function, "-o", "sarif")
    assert (sarif.returncode, sarif.stderr) == (0, "")
    [run] = json.loads(sarif.stdout)["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["LDS401"]
    junit = lds("--local", "doctor", function, "-o", "junit")
    suites = ElementTree.fromstring(junit.stdout.encode())
    assert (suites.get("failures"), [suite.get("name") for suite in suites]) == (
        "0",
        ["lds doctor", f"{function}:$LATEST"],
    )
    markdown = lds("--local", "-o", "markdown", "doctor", function)
    assert markdown.stdout.startswith("### lds doctor: ")
    assert "- **WARN** LDS401 " in markdown.stdout
