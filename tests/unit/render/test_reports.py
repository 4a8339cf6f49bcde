"""How plans, what came of them, grants and functions look, in text and in JSON."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import (
    DeadLetterConfig,
    EventInvokeConfig,
    FunctionFacts,
    FunctionState,
    Setting,
    Slot,
)
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.plan import Action, Address, Change, Kind, Outcome, Plan, StepResult
from lambda_dest_cli.model.report import ConfigureReport, ShowReport
from lambda_dest_cli.render.json_format import dumps
from lambda_dest_cli.render.reports import REPORTS, report_form
from tests.support import FUNCTION_ARN, ROLE_ARN, queue_arn

DONE, FAILED, DLQ = (Arn.parse(queue_arn(name)) for name in ("done", "failed", "dlq"))
FAR = Arn.parse(queue_arn("failed").replace("eu-west-1", "eu-north-1"))
EVIL = "\x1b]0;owned\x07\u202e\r\n[red]"
ACTIVE = {"\x1b", "\x07", "\u202e", "\r"}


def lines(report: object) -> list[str]:
    return [line.plain for line in report_form(report).text(report)]


def data(report: object) -> Any:
    return json.loads(dumps(report_form(report).json(report)))


def change(before: Setting | None, after: Setting | None, function: str = "orders", qualifier: str = "live") -> Change:
    action = Action.CREATE if before is None else Action.DELETE if after is None else Action.UPDATE
    kind = Kind.DEAD_LETTER if isinstance(before or after, DeadLetterConfig) else Kind.INVOKE_CONFIG
    return Change(action, Address(function, qualifier, kind), before, after)


def plan(*changes: Change, unchanged: int = 0) -> Plan:
    return Plan(changes, "0123456789abcdef", unchanged)


CREATE = change(None, EventInvokeConfig(None, FAILED))
UPDATE = change(EventInvokeConfig(DONE, FAILED, 2, 3_600), EventInvokeConfig(FAILED, FAILED, 0, 3_600))
DELETE = change(DeadLetterConfig(DLQ), None, qualifier="$LATEST")


# Plan


def test_a_creation_lists_what_is_new() -> None:
    assert lines(plan(CREATE)) == [
        "+ orders:live  asynchronous configuration",
        "    on-success   none",
        f"  + on-failure   {FAILED}",
        "  + retries      2",
        "  + max age      6h",
        "Plan: 1 to add, 0 to change, 0 to remove, 0 unchanged.",
    ]


def test_an_update_shows_both_values_and_what_stays() -> None:
    assert lines(plan(UPDATE, unchanged=2)) == [
        "~ orders:live  asynchronous configuration",
        f"  ~ on-success   {DONE} -> {FAILED}",
        f"    on-failure   {FAILED}",
        "  ~ retries      2 -> 0",
        "    max age      1h",
        "Plan: 0 to add, 1 to change, 0 to remove, 2 unchanged.",
    ]


def test_within_an_update_a_slot_can_be_added_or_taken_away() -> None:
    text = lines(plan(change(EventInvokeConfig(DONE), EventInvokeConfig(None, FAILED))))
    assert f"  - on-success   {DONE}" in text
    assert f"  + on-failure   {FAILED}" in text


def test_a_deletion_names_what_goes() -> None:
    assert lines(plan(DELETE)) == [
        "- orders:$LATEST  dead-letter queue",
        f"  - target       {DLQ}",
        "Plan: 0 to add, 0 to change, 1 to remove, 0 unchanged.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (EventInvokeConfig(None, FAR), EventInvokeConfig(None, FAILED), "on-failure"),
        (DeadLetterConfig(FAR), DeadLetterConfig(FAILED), "target"),
    ],
)
def test_two_queues_of_one_name_are_told_apart(before: Setting, after: Setting, name: str) -> None:
    assert f"  ~ {name:<12} {FAR} -> {FAILED}" in lines(plan(change(before, after)))


def test_an_empty_plan_says_that_nothing_is_to_do() -> None:
    assert lines(plan(unchanged=1)) == ["No changes: it is as asked already."]


def test_a_plan_in_json() -> None:
    assert data(plan(CREATE, UPDATE, DELETE, unchanged=4)) == {
        "digest": "0123456789abcdef",
        "changes": [
            {
                "action": "create",
                "kind": "invoke_config",
                "function": "orders",
                "qualifier": "live",
                "before": None,
                "after": {
                    "on_success": None,
                    "on_failure": str(FAILED),
                    "maximum_retry_attempts": 2,
                    "maximum_event_age_in_seconds": 21_600,
                },
            },
            {
                "action": "update",
                "kind": "invoke_config",
                "function": "orders",
                "qualifier": "live",
                "before": {
                    "on_success": str(DONE),
                    "on_failure": str(FAILED),
                    "maximum_retry_attempts": 2,
                    "maximum_event_age_in_seconds": 3_600,
                },
                "after": {
                    "on_success": str(FAILED),
                    "on_failure": str(FAILED),
                    "maximum_retry_attempts": 0,
                    "maximum_event_age_in_seconds": 3_600,
                },
            },
            {
                "action": "delete",
                "kind": "dead_letter",
                "function": "orders",
                "qualifier": "$LATEST",
                "before": {"target_arn": str(DLQ)},
                "after": None,
            },
        ],
        "summary": {"create": 1, "update": 1, "delete": 1, "unchanged": 4},
    }


# Configure


def steps(*outcomes: tuple[Change, Outcome, str]) -> tuple[StepResult, ...]:
    return tuple(StepResult(*each) for each in outcomes)


FINDINGS = (
    Finding("LDS201", State.PASS, "sqs:failed exists", "orders", "live", Slot.ON_FAILURE, str(FAILED)),
    Finding("LDS401", State.WARN, "failed events are dropped", "orders", "live", hint="lds configure"),
)
GRANT = Grant(Arn.parse(ROLE_ARN), "lds-destinations", "", '{"Statement": [1]}', ('{"Sid": "A"}',))


def test_what_was_done_and_what_was_not() -> None:
    report = ConfigureReport(
        plan(CREATE, UPDATE, DELETE),
        steps=steps(
            (CREATE, Outcome.APPLIED, ""),
            (UPDATE, Outcome.FAILED, "AWS said no"),
            (DELETE, Outcome.SKIPPED, "an earlier change of this function failed"),
        ),
    )
    assert lines(report) == [
        "DONE    orders:live  asynchronous configuration set",
        f"        on-failure        -> {FAILED}",
        "FAILED  orders:live  asynchronous configuration not written",
        "SKIPPED orders:$LATEST  dead-letter queue not written",
        "        an earlier change of this function failed",
    ]


@pytest.mark.parametrize(("made", "verb"), [(CREATE, "set"), (UPDATE, "changed"), (DELETE, "removed")])
def test_each_action_has_its_word(made: Change, verb: str) -> None:
    first, *_ = lines(ConfigureReport(plan(made), steps=steps((made, Outcome.APPLIED, ""))))
    assert first.endswith(verb)


def test_without_steps_the_plan_is_shown_and_passes_are_not() -> None:
    text = lines(ConfigureReport(plan(CREATE), FINDINGS))
    assert text[:3] == ["orders:live", "  WARN  LDS401  failed events are dropped", "        fix: lds configure"]
    assert text[3] == "+ orders:live  asynchronous configuration"
    assert not any("LDS201" in line for line in text)


def test_without_steps_the_policy_stands_above_the_plan() -> None:
    assert lines(ConfigureReport(plan(), grant=GRANT)) == [
        f"+ role {ROLE_ARN}",
        "    inline policy lds-destinations, new:",
        '    {"Sid": "A"}',
        "No changes: it is as asked already.",
    ]


def test_a_policy_that_was_written_is_a_line_and_not_proposed_again() -> None:
    assert lines(ConfigureReport(plan(), grant=GRANT, granted=True)) == [
        "DONE    role orders-role  inline policy lds-destinations written",
        "No changes: it is as asked already.",
    ]


def test_configure_in_json() -> None:
    made = steps((CREATE, Outcome.APPLIED, ""), (DELETE, Outcome.FAILED, "no"))
    found = data(ConfigureReport(plan(CREATE, DELETE), FINDINGS, made, GRANT))
    assert set(found) == {"plan", "findings", "steps", "grant"}
    assert found["plan"] == data(plan(CREATE, DELETE))
    assert found["steps"] == [
        {
            "function": "orders",
            "qualifier": "live",
            "kind": "invoke_config",
            "action": "create",
            "outcome": "applied",
            "error": None,
        },
        {
            "function": "orders",
            "qualifier": "$LATEST",
            "kind": "dead_letter",
            "action": "delete",
            "outcome": "failed",
            "error": "no",
        },
    ]
    assert found["findings"][0] == {
        "id": "LDS201",
        "state": "pass",
        "function": "orders",
        "qualifier": "live",
        "slot": "on_failure",
        "target": str(FAILED),
        "message": "sqs:failed exists",
        "hint": None,
        "evidence": {},
    }
    assert found["grant"] == {"role": ROLE_ARN, "policy_name": "lds-destinations", "document": {"Statement": [1]}}
    assert data(ConfigureReport(plan()))["grant"] is None


# Show

FACTS = FunctionFacts("orders", Arn.parse(FUNCTION_ARN), Arn.parse(ROLE_ARN), DLQ)


def test_latest_comes_first_then_what_is_configured_then_the_other_aliases() -> None:
    configured = {each: EventInvokeConfig(None, FAILED) for each in ("live", "7")}
    state = FunctionState(FACTS, configured, {"beta": "8", "live": "7"})
    [found] = data(ShowReport((state,)))["functions"]
    assert [(each["qualifier"], each["configured"]) for each in found["qualifiers"]] == [
        ("$LATEST", False),
        ("7", True),
        ("live", True),
        ("beta", False),
    ]


def test_a_qualifier_without_a_configuration_shows_what_aws_does() -> None:
    [found] = data(ShowReport((FunctionState(FACTS),)))["functions"]
    assert found == {
        "function": "orders",
        "arn": FUNCTION_ARN,
        "role": ROLE_ARN,
        "dead_letter": str(DLQ),
        "qualifiers": [
            {
                "qualifier": "$LATEST",
                "configured": False,
                "on_success": None,
                "on_failure": None,
                "maximum_retry_attempts": 2,
                "maximum_event_age_in_seconds": 21_600,
            }
        ],
    }


def test_a_configuration_equal_to_the_defaults_is_still_one() -> None:
    text = lines(ShowReport((FunctionState(FACTS, {"$LATEST": EventInvokeConfig()}),)))
    assert text[1:] == ["  dead-letter queue  sqs:dlq", "  $LATEST            retries 2, max age 6h"]


# All of them


def reports_with_evil_texts() -> Iterable[object]:
    evil = change(None, EventInvokeConfig(None, FAILED), EVIL, EVIL)
    arn = Arn("aws", "sqs", "eu-west-1", "123456789012", EVIL)
    yield plan(evil, change(DeadLetterConfig(arn), DeadLetterConfig(DLQ)))
    yield ConfigureReport(plan(evil), (Finding(EVIL, State.FAIL, EVIL, EVIL, EVIL, hint=EVIL),))
    yield ConfigureReport(plan(evil), steps=steps((evil, Outcome.SKIPPED, EVIL), (evil, Outcome.APPLIED, "")))
    yield Grant(arn, EVIL, "", "{}", (EVIL,))
    facts = FunctionFacts(EVIL, arn, arn, arn)
    yield ShowReport((FunctionState(facts, {EVIL: EventInvokeConfig(arn, arn)}, {EVIL: "1"}),))


@pytest.mark.parametrize("report", [*reports_with_evil_texts()], ids=lambda report: type(report).__name__)
def test_texts_of_others_are_inert(report: object) -> None:
    text = lines(report)
    assert not ACTIVE & set("".join(text))
    assert not any("\n" in line for line in text)
    assert "[red]" in "".join(text)
    assert not ACTIVE & set(dumps(report_form(report).json(report)))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_both_looks(name: str) -> None:
    form = report_form(type(name, (), {})())
    assert callable(form.json)
    assert callable(form.text)
