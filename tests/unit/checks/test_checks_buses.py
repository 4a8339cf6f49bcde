"""LDS210 and LDS211: whether a bus has a rule that takes the records, and sends them somewhere."""

import json
from typing import Any

import pytest

from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.arn import Arn
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, StubbedSession
from tests.unit.checks.scene import BUS, findings, subject, told

ON_FAILURE = subject(on_failure=BUS)
ON_SUCCESS = subject(on_success=BUS)
FAILURE, SUCCESS = (f"Lambda Function Invocation Result - {each}" for each in ("Failure", "Success"))


def bus_exists(session: StubbedSession, bus: Arn = BUS) -> None:
    session.answers("events", "describe_event_bus", {"Name": "default", "Arn": str(bus)})


def rules(session: StubbedSession, *patterns: object, state: str = "ENABLED") -> None:
    found = [
        {"Name": f"rule{number}", "State": state, "EventPattern": json.dumps(each)}
        for number, each in enumerate(patterns, 1)
    ]
    session.answers("events", "list_rules", {"Rules": found}, EventBusName="default")


def judged(session: StubbedSession, result: bool) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []
    session.client("events").meta.events.register(
        "before-parameter-build.events.TestEventPattern", lambda params, **_: asked.append(params)
    )
    session.answers("events", "test_event_pattern", {"Result": result})
    return asked


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (ON_FAILURE, {"source": ["lambda"]}),
        (ON_FAILURE, {"source": ["aws.lambda", "lambda"], "detail-type": [FAILURE]}),
        (ON_SUCCESS, {"detail-type": [{"prefix": "Lambda Function Invocation Result"}]}),
        (ON_FAILURE, {"resources": [f"{FUNCTION_ARN}:$LATEST"]}),
        (ON_FAILURE, {"detail": {"requestContext": {"functionArn": [{"prefix": f"{FUNCTION_ARN}:"}]}}}),
        (ON_FAILURE, {"detail": {"requestContext": {"condition": ["RetriesExhausted"]}}}),
        (ON_FAILURE, {"detail": {"requestPayload": {"country": [{"anything-but": ["NZ"]}]}}}),
        (ON_SUCCESS, {"detail": {"responsePayload": {"statusCode": [{"numeric": ["<", 300]}]}}}),
        (ON_FAILURE, {"replay-name": [{"exists": False}]}),
        (ON_FAILURE, {"$or": [{"source": ["aws.s3"]}, {"account": [ACCOUNT]}]}),
        (ON_FAILURE, {"source": ["lambda"], "region": [REGION], "time": [{"prefix": "2026-"}]}),
    ],
)
def test_a_rule_that_takes_or_may_take_the_records_is_enough(what: Subject, pattern: object) -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": ["aws.s3"]}, pattern)
    [found] = findings("LDS210", what, session)
    assert str(found.state) == "pass"
    assert found.evidence == {"enabled_rules": 2, "matching": ["rule2"]}


@pytest.mark.parametrize(
    ("what", "pattern", "state"),
    [
        (ON_FAILURE, {"source": ["aws.s3"]}, "fail"),
        (ON_SUCCESS, {"source": ["lambda"], "detail-type": [FAILURE]}, "warn"),
        (ON_FAILURE, {"detail": {"functionName": ["orders"]}}, "fail"),
        (ON_FAILURE, {"detail": {"requestContext": {"functionArn": [f"{FUNCTION_ARN}:live"]}}}, "fail"),
        (ON_FAILURE, {"resources": [FUNCTION_ARN]}, "fail"),
        (ON_SUCCESS, {"detail": {"responseContext": {"functionError": [{"exists": True}]}}}, "warn"),
    ],
)
def test_where_no_rule_matches_the_record_is_lost(what: Subject, pattern: object, state: str) -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, pattern)
    [found] = findings("LDS210", what, session)
    assert str(found.state) == state
    assert "what is sent to events:default is lost: none of its 1 enabled rule matches it" in found.message
    assert found.hint.startswith("aws events put-rule --name orders-outcomes --event-bus-name default --event-pattern")


def test_a_disabled_rule_and_a_schedule_take_nothing() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": ["lambda"]}, state="DISABLED")
    [found] = findings("LDS210", ON_FAILURE, session)
    assert "it has no enabled rule" in found.message
    session = StubbedSession()
    bus_exists(session)
    nightly = {"Name": "nightly", "State": "ENABLED", "ScheduleExpression": "rate(1 day)"}
    session.answers("events", "list_rules", {"Rules": [nightly]})
    assert told(findings("LDS210", ON_FAILURE, session)) == [("fail", "on_failure")]


def test_a_rule_on_the_documented_source_alone_is_warned_of() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": ["aws.lambda"]})
    [found] = findings("LDS210", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "the rule rule1 of events:default asks for the source aws.lambda" in found.message
    assert '["lambda", "aws.lambda"]' in found.hint


@pytest.mark.parametrize(("result", "state"), [(True, "pass"), (False, "fail")])
def test_eventbridge_itself_is_asked_about_more_than_plain_values(result: bool, state: str) -> None:
    session = StubbedSession()
    bus_exists(session)
    pattern = {
        "source": [{"wildcard": "lam*"}],
        "detail": {"requestPayload": {"country": ["NZ"]}, "requestContext": {"functionArn": [{"suffix": ":$LATEST"}]}},
    }
    rules(session, pattern)
    asked = judged(session, result)
    judged(session, False)  # and with the source as documented
    [found] = findings("LDS210", ON_FAILURE, session)
    assert str(found.state) == state
    del pattern["detail"]["requestPayload"]  # type: ignore[attr-defined]
    assert json.loads(asked[0]["EventPattern"]) == pattern
    event = json.loads(asked[0]["Event"])
    assert (event["source"], event["detail-type"], event["account"]) == ("lambda", FAILURE, ACCOUNT)
    assert event["detail"]["requestContext"]["functionArn"] == f"{FUNCTION_ARN}:$LATEST"
    assert set(event) >= {"id", "account", "source", "time", "region", "resources", "detail-type"}


def test_a_pattern_that_may_not_be_tested_is_a_skip() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": [{"wildcard": "lam*"}]})
    session.refuses("events", "test_event_pattern", "AccessDeniedException", status=400)
    [found] = findings("LDS210", ON_FAILURE, session)
    assert told([found]) == [("skip", None)]
    assert "events:TestEventPattern" in found.message


@pytest.mark.parametrize("check_id", ["LDS210", "LDS211"])
def test_rules_that_may_not_be_read_are_a_skip(check_id: str) -> None:
    session = StubbedSession()
    bus_exists(session)
    session.refuses("events", "list_rules", "AccessDeniedException", status=400)
    [found] = findings(check_id, ON_FAILURE, session)
    assert told([found]) == [("skip", None)]
    assert "events:ListRules" in found.message


@pytest.mark.parametrize("check_id", ["LDS210", "LDS211"])
def test_another_accounts_bus_is_left_alone(check_id: str) -> None:
    theirs = Arn.parse(f"arn:aws:events:{REGION}:210987654321:event-bus/default")
    session = StubbedSession()
    bus_exists(session, theirs)
    assert findings(check_id, subject(on_failure=theirs), session) == ()
    session.assert_everything_was_asked()


def targets(session: StubbedSession, rule: str, *arns: str) -> None:
    found = [{"Id": str(number), "Arn": arn} for number, arn in enumerate(arns)]
    answer = {"Targets": found} if found else {}
    session.answers("events", "list_targets_by_rule", answer, Rule=rule, EventBusName="default")


def test_a_rule_without_a_target_takes_the_record_and_drops_it() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": ["lambda"]})
    targets(session, "rule1")
    [found] = findings("LDS211", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "rule1 takes it and has no target" in found.message
    assert found.hint.startswith("aws events put-targets --rule rule1 --event-bus-name default ")


def test_one_rule_with_a_target_is_enough() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session, {"source": ["lambda"]}, {"source": ["aws.s3"]}, {"account": [ACCOUNT]})
    targets(session, "rule1")
    targets(session, "rule3", FUNCTION_ARN)
    assert findings("LDS211", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_where_no_rule_matches_lds210_tells() -> None:
    session = StubbedSession()
    bus_exists(session)
    rules(session)
    assert findings("LDS211", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()
