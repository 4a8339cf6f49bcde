"""The checks ahead of a write."""

import pytest

from lambda_dest_cli import planner
from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.preflight import blocking, exit_code, preflight
from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import ConfigPatch, FunctionState, Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.plan import Plan
from tests.support import StubbedSession, queue_arn
from tests.unit.checks.scene import DLQ, DONE, FACTS, FAILED, role_answer, subject

FIFO = Arn.parse(queue_arn("orders.fifo"))


def plan_of(state: FunctionState, patch: ConfigPatch) -> Plan:
    return planner.plan(planner.desired(state, LATEST, patch), planner.settings_of(state))


def test_what_is_proposed_is_checked_and_not_what_is_there() -> None:
    state = subject(on_failure=FAILED).state
    plan = plan_of(state, ConfigPatch(on_failure=FIFO))
    session = StubbedSession()
    session.answers("iam", "get_role", role_answer())
    found = preflight(state, FunctionRef("orders"), plan, Aws(session, lambda _: None))
    assert {each.target for each in found if each.slot} == {str(FIFO)}
    assert [each.id for each in found if each.state is State.FAIL] == ["LDS102"]
    assert exit_code(blocking(found, plan)) is ExitCode.USAGE


def test_a_failure_of_a_slot_that_is_not_written_does_not_hold_the_write_back() -> None:
    plan = plan_of(FunctionState(FACTS), ConfigPatch(on_success=DONE))
    there = [Finding("LDS201", State.FAIL, "gone", slot=slot) for slot in Slot]
    whole = Finding("LDS301", State.FAIL, "no role")
    softer = [Finding("LDS302", state, "", slot=Slot.ON_SUCCESS) for state in (State.WARN, State.SKIP, State.PASS)]
    assert blocking([*there, whole, *softer], plan) == [there[0], whole]


def test_clearing_is_never_held_back() -> None:
    state = subject(on_failure=FAILED, dead_letter=DLQ).state
    plan = plan_of(state, ConfigPatch(on_failure=None, dead_letter=None))
    findings = [Finding("LDS301", State.FAIL, "no role"), Finding("LDS201", State.FAIL, "gone", slot=Slot.ON_FAILURE)]
    assert blocking(findings, plan) == []


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        (["LDS302"], ExitCode.FINDINGS),
        (["LDS201", "LDS302"], ExitCode.ERROR),
        (["LDS201", "LDS104"], ExitCode.USAGE),
    ],
)
def test_the_exit_code_says_whose_fault_it_is(ids: list[str], code: ExitCode) -> None:
    assert exit_code([Finding(each, State.FAIL, "") for each in ids]) is code
