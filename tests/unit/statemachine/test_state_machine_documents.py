"""The documents of a replay by Step Functions: sound in themselves, and no more allowed than they need."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.state_machine import Machine
from lambda_dest_cli.statemachine import definition, role_policy, template, trust_policy

FUNCTION = Arn.parse("arn:aws:lambda:eu-west-1:123456789012:function:orders")
LISTED = Machine(FUNCTION, "failures", drained=False, max_concurrency=7, tolerated_failure_percentage=3)
DRAINED = replace(LISTED, drained=True)
BOTH = pytest.mark.parametrize("machine", [LISTED, DRAINED])


def child(machine: Machine) -> dict[str, Any]:
    processor: dict[str, Any] = definition(machine)["States"]["Replay"]["ItemProcessor"]
    return processor


def actions(machine: Machine) -> set[str]:
    return {action for statement in role_policy(machine)["Statement"] for action in statement["Action"]}


@BOTH
def test_every_state_leads_to_one_that_is_there_and_all_are_reached(machine: Machine) -> None:
    processor = child(machine)
    states = processor["States"]
    led_to = {processor["StartAt"]}
    for state in states.values():
        led_to |= {state[key] for key in ("Next", "Default") if key in state}
        led_to |= {choice["Next"] for choice in state.get("Choices", ())}
    assert led_to == set(states)


@BOTH
def test_an_event_is_invoked_once_but_for_a_sure_refusal(machine: Machine) -> None:
    invoke = child(machine)["States"]["Invoke"]
    assert invoke["Arguments"]["InvocationType"] == "Event"
    assert [retry["ErrorEquals"] for retry in invoke["Retry"]] == [["Lambda.TooManyRequestsException"]]
    assert child(machine)["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


@BOTH
def test_the_limits_are_the_map_s(machine: Machine) -> None:
    replay = definition(machine)["States"]["Replay"]
    assert (replay["MaxConcurrency"], replay["ToleratedFailurePercentage"]) == (7, 3)


@BOTH
def test_the_role_is_for_one_function_one_bucket_and_one_machine(machine: Machine) -> None:
    for statement in role_policy(machine)["Statement"]:
        for resource in statement["Resource"]:
            assert any(word in resource for word in (":function:orders", ":::failures", machine.name)), statement
        assert not any("*" in action for action in statement["Action"])
    (trust,) = trust_policy(machine)["Statement"]
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": machine.arn}


def test_only_what_lists_may_list() -> None:
    actions = [
        {action for one in role_policy(each)["Statement"] for action in one["Action"]} for each in (LISTED, DRAINED)
    ]
    assert actions[0] - actions[1] == {"s3:ListBucket"}


def test_what_a_machine_writes_is_not_what_one_reads() -> None:
    for machine in (LISTED, DRAINED):
        assert not any(machine.results_prefix.startswith(other.read_prefix) for other in (LISTED, DRAINED))


def test_a_long_name_still_fits() -> None:
    long = replace(DRAINED, function=replace(FUNCTION, resource="function:" + "f" * 64))
    assert len(long.name) <= 64
    assert long.name != replace(long, drained=False).name


def test_cfn_lint_finds_nothing_in_the_template(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template(LISTED, DRAINED)))
    lint = Path(sys.executable).with_name("cfn-lint")
    answer = subprocess.run([lint, file], capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.returncode) == ("", 0)
