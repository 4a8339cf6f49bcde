"""``lds doctor`` of a whole account: every check at once, and what its findings come to."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, ExitCode
from lambda_dest_cli.main import run
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.past import Metric
from tests.support import ACCOUNT, REGION, ROLE_ARN
from tests.unit.commands.stage import DLQ, DONE, FAILED, ORDERS, Stage

KEY = Arn.parse(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b3c4d-0000-0000-0000-000000000000")
KEYS_OF_A_FINDING = ["id", "state", "function", "qualifier", "slot", "target", "message", "hint", "evidence"]


@dataclass
class Doctor(Stage):
    """A function with all three slots set, in an account where everything is well."""

    def __post_init__(self) -> None:
        self.has(EventInvokeConfig(DONE, FAILED))
        self.has_dead_letter(DLQ)
        self.session.answers("sts", "get_caller_identity", {"Account": ACCOUNT})

    def findings(self, *argv: str, code: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data("doctor", *argv, code=code)["findings"]
        return found


def test_a_function_that_is_well_passes_every_check_that_has_something_to_say() -> None:
    stage = Doctor()
    found = stage.findings("orders")
    slots = ["on_success", "on_failure", "dead_letter"]
    assert [(each["id"], each["slot"]) for each in found] == [
        ("LDS001", None),
        ("LDS409", None),
        *(("LDS101", slot) for slot in slots),
        *(("LDS201", slot) for slot in slots),
        ("LDS301", None),
        *(("LDS302", slot) for slot in slots),
        ("LDS401", None),
        ("LDS405", "dead_letter"),
    ]
    assert {each["state"] for each in found} == {"pass"}
    assert all(list(each) == KEYS_OF_A_FINDING for each in found)
    document = stage.document()
    assert (document["status"], document["errors"]) == ("ok", [])
    assert document["data"]["summary"] == {"pass": 14, "warn": 0, "fail": 0, "skip": 0}


def test_a_missing_permission_is_3_with_who_said_no_and_what_cures_it() -> None:
    stage = Doctor()
    stage.account.denied = {str(FAILED): "identity policy"}
    [failed] = [each for each in stage.findings("orders", code=3) if each["state"] == "fail"]
    assert stage.document()["status"] == "findings"
    assert stage.document()["errors"] == []
    assert {name: failed[name] for name in KEYS_OF_A_FINDING if name not in ("message", "hint")} == {
        "id": "LDS302",
        "state": "fail",
        "function": "orders",
        "qualifier": "$LATEST",
        "slot": "on_failure",
        "target": str(FAILED),
        "evidence": {
            "role": ROLE_ARN,
            "decision": "implicitDeny",
            "said_by": "identity policy",
            "matched": [],
            "missing_context": [],
            "needs": [{"action": "sqs:SendMessage", "resource": str(FAILED)}],
            "statement": [{"Sid": "LdsSqs", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": str(FAILED)}],
        },
    }
    assert failed["hint"].startswith("lds configure orders --on-failure sqs:failed --fix-role\n")


@pytest.mark.parametrize("said_by", ["permissions boundary", "organization"])
def test_whom_no_policy_of_the_role_can_overrule_is_named(said_by: str) -> None:
    stage = Doctor()
    stage.account.denied = {str(FAILED): said_by}
    [failed] = [each for each in stage.findings("orders", code=3) if each["state"] == "fail"]
    assert failed["evidence"]["said_by"] == said_by
    assert "no policy of the role alone can" in failed["hint"]
    assert "--fix-role" not in failed["hint"]


def test_simulation_that_is_not_allowed_is_a_skip_of_both_permission_checks_and_never_a_pass() -> None:
    stage = Doctor()
    stage.account.keys = {FAILED: KEY}
    stage.account.simulation = AccessDenied(
        "orders-role: you may not call iam:SimulatePrincipalPolicy: no", "ask for iam:SimulatePrincipalPolicy"
    )
    found = stage.findings("orders")
    skipped = {each["id"]: each for each in found if each["state"] == "skip"}
    assert set(skipped) == {"LDS302", "LDS303"}
    assert not {"LDS302", "LDS303"} & {each["id"] for each in found if each["state"] == "pass"}
    assert all("iam:SimulatePrincipalPolicy" in each["message"] for each in skipped.values())
    assert stage.document()["data"]["summary"]["skip"] == 2


def test_a_customers_key_that_the_role_may_not_use_fails() -> None:
    stage = Doctor()
    stage.account.keys = {FAILED: KEY}
    stage.account.denied = {str(KEY): "identity policy"}
    [failed] = [each for each in stage.findings("orders", code=3) if each["state"] == "fail"]
    assert (failed["id"], failed["slot"]) == ("LDS303", "on_failure")
    assert {each["action"] for each in failed["evidence"]["needs"]} == {"kms:GenerateDataKey", "kms:Decrypt"}


def test_credentials_that_end_in_the_middle_are_4_and_no_findings() -> None:
    stage = Doctor()
    stage.account.simulation = CredentialsProblem("the credentials have expired")
    assert stage.data("doctor", "orders", code=4) is None
    assert stage.document()["status"] == "error"
    assert [each["code"] for each in stage.document()["errors"]] == ["Credentials"]


def test_each_function_of_the_region_is_looked_at_in_the_order_of_names() -> None:
    stage = Doctor()
    other = replace(ORDERS, name="alpha", arn=replace(ORDERS.arn, resource="function:alpha"))
    stage.account.functions |= {"alpha": other}
    stage.has(EventInvokeConfig(DONE), "live", "alpha")
    stage.account.unreadable = {}
    found = stage.findings("--fail-on", "warn", code=3)
    assert list(dict.fromkeys((each["function"], each["qualifier"]) for each in found)) == [
        (None, None),
        ("alpha", "live"),
        ("orders", "$LATEST"),
    ]
    assert [(each["id"], each["function"]) for each in found if each["state"] == "warn"] == [("LDS401", "alpha")]


def test_without_all_a_function_with_nothing_is_passed_over_and_with_it_warned_of() -> None:
    quiet, thorough = Doctor(), Doctor()
    for each in (quiet, thorough):
        each.account.configurations, each.account.functions = {}, {"orders": ORDERS}
    assert [each["id"] for each in quiet.findings()] == ["LDS001"]
    assert [each["state"] for each in thorough.findings("--all") if each["id"] == "LDS401"] == ["warn"]


def test_text_for_a_person() -> None:
    stage = Doctor()
    stage.account.denied = {str(FAILED): "identity policy"}
    stage.account.missing = {DONE}
    assert stage.lds("doctor", "orders") == ExitCode.FINDINGS
    text = stage.stdout.getvalue().splitlines()
    assert text[0] == f"  PASS  LDS001  credentials of the account {ACCOUNT}, region {REGION}"
    assert "orders:$LATEST   role orders-role" in text
    gone = text.index("  FAIL  LDS201  on-success: sqs:done does not exist: what is sent there is lost")
    assert text[gone + 1 : gone + 4] == [
        "        fix: aws sqs create-queue --queue-name done",
        "             or choose another destination",
        "             lds configure orders --on-success DEST",
    ]
    assert text[-1] == "12 passed, 0 warnings, 2 failed, 0 could not be checked"
    assert stage.stderr.getvalue() == ""


def test_it_writes_nothing_whatever_it_finds() -> None:
    stage = Doctor()
    stage.account.denied = {str(FAILED): "identity policy"}
    assert stage.lds("doctor", "--all") == ExitCode.FINDINGS
    assert stage.account.log == []
    assert set(stage.session.stubbers) == {"sts"}


def test_metrics_that_may_not_be_read_are_one_skip_and_no_alarm() -> None:
    stage = Doctor()
    stage.account.past = AccessDenied("eu-west-1: you may not call cloudwatch:GetMetricData: no", "ask for it")
    skipped = [each for each in stage.findings("orders") if each["state"] == "skip"]
    assert [(each["id"], each["function"]) for each in skipped] == [("LDS500", None)]


def test_what_happened_is_told_beside_what_would() -> None:
    stage = Doctor()
    stage.account.past = {Metric.RECEIVED: 5.0, Metric.UNDELIVERED: 2.0}
    stage.account.reserved_concurrency = 0
    failed = {each["id"]: each for each in stage.findings("orders", "--since", "2h", code=3) if each["state"] == "fail"}
    assert set(failed) == {"LDS408", "LDS501"}
    assert "2 records were lost in the last 2 h" in failed["LDS501"]["message"]


@pytest.mark.parametrize(
    ("argv", "start"),
    [
        ([], "2026-11-22T12:00"),
        (["--since", "90m"], "2026-11-23T10:30"),
        (["--since", "2026-11-01T00:00Z"], "2026-11-01T00:00"),
    ],
)
def test_since_is_how_far_back_cloudwatch_is_asked(argv: list[str], start: str) -> None:
    stage = Doctor()
    context = stage.context()
    context.clock = lambda: datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
    assert run(["doctor", "orders", *argv], context) == ExitCode.OK
    [window] = stage.windows
    assert window.start.isoformat().startswith(start)
    assert window.end.isoformat() == "2026-11-23T12:00:00+00:00"


@pytest.mark.parametrize("output", ["markdown", "sarif", "junit"])
def test_each_format_has_the_failure_and_the_exit_code_of_the_text(output: str) -> None:
    stage = Doctor()
    stage.account.missing = {FAILED}
    assert stage.lds("doctor", "orders", "-o", output) == ExitCode.FINDINGS
    assert "sqs:failed does not exist" in stage.stdout.getvalue().replace("&#58;", ":")
    assert stage.stderr.getvalue() == ""


@pytest.mark.parametrize("output", ["sarif", "junit"])
def test_a_command_whose_report_has_no_such_format_says_so_before_it_does_anything(output: str) -> None:
    stage = Doctor()
    assert stage.lds("-o", output, "show") == ExitCode.USAGE
    assert f"no format '{output}'" in stage.stderr.getvalue()
    assert stage.account.log == []
