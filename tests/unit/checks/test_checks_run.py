"""Running the checks: order, choice, and what becomes of errors."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import CHECKS, FLEET, ONCE, TOPICS, run, run_once, run_over_all
from lambda_dest_cli.checks.subject import Reporter
from lambda_dest_cli.errors import CredentialsProblem
from lambda_dest_cli.model.finding import Finding, State
from tests.support import ACCOUNT, REGION, StubbedSession
from tests.unit.checks.scene import DONE, FAILED, queue_exists, simulated, subject, verdict


def nothing_stubbed() -> Aws:
    return Aws(StubbedSession(), lambda _: None)


def test_the_tables_name_each_check_by_its_own_id() -> None:
    assert all(check.id == name for table in (CHECKS, ONCE, FLEET, TOPICS) for name, check in table.items())
    assert list(CHECKS) == sorted(CHECKS)


def test_findings_come_in_the_order_of_subjects_then_of_the_table_then_of_slots() -> None:
    subjects = [subject(qualifier=each, on_success=DONE, on_failure=FAILED) for each in ("live", "beta")]
    found = run(subjects, nothing_stubbed(), ["LDS401", "LDS101"])
    assert [(each.qualifier, each.id, each.slot) for each in found] == [
        (qualifier, *rest)
        for qualifier in ("live", "beta")
        for rest in (("LDS101", "on_success"), ("LDS101", "on_failure"), ("LDS401", None))
    ]


def test_ignored_checks_are_not_made() -> None:
    offline = [check.id for check in CHECKS.values() if check.offline]
    found = run([subject(on_success=DONE)], nothing_stubbed(), offline, ignore={"LDS101"})
    assert [each.id for each in found] == ["LDS401"]
    assert run([subject(on_success=DONE)], nothing_stubbed(), ids=[]) == ()


def test_a_function_that_is_well() -> None:
    session = StubbedSession()
    queue_exists(session)
    simulated(session, verdict("sqs:SendMessage", str(FAILED), "allowed"))
    session.answers("lambda", "list_event_source_mappings", {"EventSourceMappings": []})
    ahead = [check.id for check in CHECKS.values() if check.ahead]
    found = run([subject(on_failure=FAILED)], Aws(session, lambda _: None), ahead, ignore=["LDS301"])
    assert [each.id for each in found] == ["LDS101", "LDS201", "LDS302", "LDS401"]
    assert {each.state for each in found} == {State.PASS}


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDenied", 403, "you may not call iam:SimulatePrincipalPolicy"),
        ("Throttling", 400, "for the rate of calls"),
        ("ServiceFailure", 500, "AWS failed at iam:SimulatePrincipalPolicy"),
        ("PolicyEvaluation", 400, "said IAM"),
    ],
)
def test_whatever_keeps_a_check_from_being_made_is_a_skip_with_the_reason(code: str, status: int, said: str) -> None:
    session = StubbedSession()
    session.refuses("iam", "simulate_principal_policy", code, "said IAM", status)
    [found] = run([subject(on_failure=FAILED)], Aws(session, lambda _: None), ["LDS302"])
    assert found.state is State.SKIP
    assert found.message.startswith("The execution role may deliver to each destination? It could not be checked: ")
    assert said in found.message


def broken(*_: object) -> list[Finding]:
    raise RuntimeError("no such thing")


def broken_halfway(_subject: object, _aws: object, report: Reporter) -> Iterator[Finding]:
    yield report.passed("so far")
    raise RuntimeError("no such thing")


@pytest.mark.parametrize("fault", [broken, broken_halfway])
def test_a_check_that_fails_is_a_skip_with_the_error_and_hides_no_other(fault: Any) -> None:
    checks = {"LDS101": replace(CHECKS["LDS101"], run=fault), "LDS401": CHECKS["LDS401"]}
    first, other = run([subject(on_failure=FAILED)], nothing_stubbed(), checks=checks)
    assert (first.id, first.state, first.function) == ("LDS101", State.SKIP, "orders")
    assert first.message.endswith("? The check itself failed: RuntimeError: no such thing")
    assert "fault of lds" in first.hint
    assert first.evidence["error"] == "RuntimeError"
    assert str(first.evidence["at"]).startswith("test_checks_run.py:")
    assert (other.id, other.state) == ("LDS401", State.PASS)


def test_a_check_of_all_functions_that_fails_is_a_skip_too() -> None:
    checks = {"LDS902": replace(FLEET["LDS902"], run=broken)}
    [found] = run_over_all([], nothing_stubbed(), checks=checks)
    assert (found.id, found.state, found.evidence["error"]) == ("LDS902", State.SKIP, "RuntimeError")


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_credentials_that_end_in_the_middle_end_the_run(code: str) -> None:
    session = StubbedSession()
    session.refuses("iam", "get_role", code, status=403)
    with pytest.raises(CredentialsProblem):
        run([subject(on_failure=FAILED)], Aws(session, lambda _: None), ["LDS301"])


def test_the_account_and_region_are_said_once_a_run() -> None:
    session = StubbedSession()
    session.answers("sts", "get_caller_identity", {"Account": ACCOUNT})
    [found] = run_once(Aws(session, lambda _: None))
    assert (found.id, found.state, found.function) == ("LDS001", State.PASS, "")
    assert found.evidence == {"account": ACCOUNT, "region": REGION}
    assert run_once(nothing_stubbed(), ignore=["LDS001"]) == ()


def test_without_credentials_nothing_is_said_but_that() -> None:
    session = StubbedSession()
    session.refuses("sts", "get_caller_identity", "InvalidClientTokenId", status=403)
    with pytest.raises(CredentialsProblem):
        run_once(Aws(session, lambda _: None))
