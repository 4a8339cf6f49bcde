"""How trials look: text, JSON that keeps a record as it was written, JUnit."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.result import Problem, Result
from lambda_dest_cli.model.trial import FleetTrialReport, Hop, Trial, TrialReport, TrialWait, Verdict
from lambda_dest_cli.render.json_format import dumps, envelope
from lambda_dest_cli.render.reports import trial, trial_fleet, trial_junit, trial_wait

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FAILED = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed")
RECORD = RawJson('{"n":12345678901234567890.50,"n":1,"text":"raw:0"}')
PASSED = Trial(
    "orders",
    Verdict.PASSED,
    "the failure arrived at sqs:failed (on-failure)",
    request_id="8ea123e4",
    outcome=InvocationOutcome.FAILURE,
    hops=(Hop("accepted", NOON, 0, "request 8ea123e4"), Hop("on_failure sqs:failed", NOON, 180.25)),
    line=OutcomeLine(NOON, FAILED, RECORD),
    seconds=180.25,
)
LOST = Trial(
    "bill:live",
    Verdict.FAILED,
    "no failure \x1b[31m arrived",
    expected=InvocationOutcome.FAILURE,
    hint="its log shows 1 run",
    request_id="9ea123e4",
    missing={Slot.ON_FAILURE: FAILED},
    findings=(Finding("LDS302", State.FAIL, "the role may not", slot=Slot.ON_FAILURE, hint="let it <now>\nso"),),
    more=("lds --local doctor bill:live", "lds --local tail bill:live"),
    seconds=2,
)
BROKEN = Trial("gone", Verdict.ERROR, "no such function", hint="look", problem=Problem("NotFound", "no such function"))
BARE = Trial("bare", Verdict.SKIPPED, "bare has no destination")


def lines(report: TrialReport) -> list[str]:
    return [line.plain for line in trial.as_text(report)]


def test_what_arrived_is_shown_with_its_hops_and_its_record() -> None:
    assert lines(TrialReport(PASSED)) == [
        "PASSED  orders  in 180.2 s: the failure arrived at sqs:failed (on-failure)",
        "       0.0 s  accepted   request 8ea123e4",
        "     180.2 s  on-failure sqs:failed",
        "  record",
        "    {",
        '      "n": 12345678901234567890.50,',
        '      "n": 1,',
        '      "text": "raw:0"',
        "    }",
    ]


def test_what_did_not_arrive_is_shown_with_its_cause() -> None:
    assert lines(TrialReport(LOST)) == [
        "FAILED  bill:live  no failure \\x1b[31m arrived",
        "         -    on-failure sqs:failed   nothing came",
        "  its log shows 1 run",
        "  likely cause",
        "    FAIL  LDS302  on-failure: the role may not",
        "          fix: let it <now>",
        "               so",
        "  see more with: lds --local doctor bill:live; lds --local tail bill:live",
    ]


def test_json_has_the_contracts_members_and_keeps_the_record() -> None:
    text = dumps(envelope(Result(TrialReport(PASSED)), "test"), indent=2)
    assert f'"record": {RECORD.text}' in text
    data = json.loads(text)["data"]
    assert {"request_id", "expected", "outcome", "hops", "record"} <= set(data)
    assert data["hops"][1] == {"name": "on_failure sqs:failed", "at": "2026-11-23T12:00:00.000Z", "seconds": 180.25}


def test_json_of_a_large_fleet_keeps_every_record() -> None:
    text = dumps(envelope(Result(FleetTrialReport((PASSED,) * 150 + (LOST, BROKEN, BARE))), "test"), indent=2)
    assert text.count(RECORD.text) == 150
    summary = json.loads(text)["data"]["summary"]
    assert summary == {"passed": 150, "failed": 1, "skipped": 1, "error": 1}


def test_a_fleet_in_text() -> None:
    shown = [line.plain for line in trial_fleet.as_text(FleetTrialReport((PASSED, LOST, BROKEN, BARE)))]
    assert shown[0].startswith("PASSED  orders")
    assert "ERROR   gone  no such function" in shown
    assert "        next: look" in shown
    assert shown[-1] == "1 passed, 1 failed, 1 skipped, 1 error"
    assert [line.plain for line in trial_fleet.as_text(FleetTrialReport(()))][-1] == "nothing to test"


def test_junit() -> None:
    root = ElementTree.fromstring(trial_junit.as_document(FleetTrialReport((PASSED, LOST, BROKEN, BARE))))
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == (
        "4",
        "1",
        "1",
        "1",
    )
    assert [case.get("name") for case in suite] == ["orders any outcome", "bill:live failure", "gone any outcome",
                                                    "bare any outcome"]  # fmt: skip
    failure, error = suite[1].find("failure"), suite[2].find("error")
    assert failure is not None
    assert error is not None
    assert (failure.get("type"), error.get("type")) == ("NotDelivered", "NotFound")
    assert "LDS302 the role may not\nfix: let it <now>\nso" in (failure.text or "")
    assert "180.250 s on_failure sqs:failed" in (suite[0].findtext("system-out") or "")


def test_the_line_that_says_what_is_waited_for() -> None:
    def shown(wait: TrialWait) -> str:
        (line,) = trial_wait.as_text(wait)
        return line.plain

    assert shown(TrialWait(())) == "getting ready to listen at the destinations"
    assert shown(TrialWait(("orders",), 12.9, 237.2, 1, 3, 168.4)) == (
        "waiting for orders · 12s · attempt 1 of 3 · if it fails, the record is due in 2m48s · giving up in 3m57s"
    )
    assert shown(TrialWait(("a", "b", "c", "d"), 1, 9.5, done=2, total=8)) == (
        "2 of 8 done · waiting for a, b, c and 1 more · giving up in 9s"
    )
