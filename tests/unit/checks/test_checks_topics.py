"""LDS207 to LDS209: whether what is sent to a topic reaches anybody."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.metrics import History
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Counted, Metric, Past, Window
from tests.support import FUNCTION_ARN, StubbedSession
from tests.unit.checks.scene import TOPIC, findings, subject, told

ON_FAILURE = subject(on_failure=TOPIC)
ON_SUCCESS = subject(on_success=TOPIC)
DEAD_LETTER = subject(EventInvokeConfig(), dead_letter=TOPIC)


def topic_has(session: StubbedSession, confirmed: int = 1, pending: int = 0) -> None:
    attributes = {
        "TopicArn": str(TOPIC),
        "SubscriptionsConfirmed": str(confirmed),
        "SubscriptionsPending": str(pending),
    }
    session.answers("sns", "get_topic_attributes", {"Attributes": attributes})


def subscribed(session: StubbedSession, *arns: str) -> None:
    found = [
        {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": f"ops{n}@example.com"} for n, arn in enumerate(arns)
    ]
    session.answers("sns", "list_subscriptions_by_topic", {"Subscriptions": found})


def filtered(session: StubbedSession, policy: object = None, scope: str = "MessageAttributes") -> None:
    attributes = {} if policy is None else {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope}
    session.answers("sns", "get_subscription_attributes", {"Attributes": attributes})


ONE, TWO = f"{TOPIC}:1a2b", f"{TOPIC}:3c4d"


@pytest.mark.parametrize(("what", "state"), [(ON_FAILURE, "fail"), (ON_SUCCESS, "warn"), (DEAD_LETTER, "fail")])
def test_what_is_sent_to_a_topic_that_nobody_is_subscribed_to_is_lost(what: Subject, state: str) -> None:
    session = StubbedSession()
    topic_has(session, confirmed=0)
    [found] = findings("LDS207", what, session)
    assert str(found.state) == state
    assert "nobody is subscribed to sns:alerts: what is sent there is lost" in found.message
    assert found.hint.startswith(f"aws sns subscribe --topic-arn {TOPIC} ")


def test_a_subscription_that_nobody_has_confirmed_takes_nothing_yet() -> None:
    session = StubbedSession()
    topic_has(session, confirmed=0, pending=1)
    [found] = findings("LDS207", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "nobody has confirmed a subscription of sns:alerts, 1 subscription waits for it" in found.message
    assert found.evidence == {"subscriptions_confirmed": 0, "subscriptions_pending": 1}


@pytest.mark.parametrize("check_id", ["LDS207", "LDS208"])
def test_a_topic_with_a_subscriber_is_nothing_to_speak_of(check_id: str) -> None:
    session = StubbedSession()
    topic_has(session)
    if check_id == "LDS208":
        subscribed(session, ONE)
        filtered(session)
    assert findings(check_id, ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_counts_that_sns_does_not_tell_are_not_taken_for_none() -> None:
    session = StubbedSession()
    session.answers("sns", "get_topic_attributes", {"Attributes": {"TopicArn": str(TOPIC)}})
    assert findings("LDS207", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


@pytest.mark.parametrize(
    ("what", "policy", "scope"),
    [
        (ON_FAILURE, {"store": ["example_corp"]}, "MessageAttributes"),
        (ON_FAILURE, {"store": [{"prefix": "e"}]}, "MessageAttributes"),
        (ON_FAILURE, {"store": [{"exists": True}]}, "MessageAttributes"),
        (DEAD_LETTER, {"store": ["example_corp"]}, "MessageAttributes"),
        (DEAD_LETTER, {"ErrorCode": [{"exists": False}], "store": ["x"]}, "MessageAttributes"),
        (ON_SUCCESS, {"requestContext": {"condition": ["RetriesExhausted"]}}, "MessageBody"),
        (ON_FAILURE, {"requestContext": {"functionArn": [{"prefix": f"{FUNCTION_ARN}:live"}]}}, "MessageBody"),
        (ON_FAILURE, {"detail": {"requestContext": {"condition": ["RetriesExhausted"]}}}, "MessageBody"),
    ],
)
def test_a_filter_that_cannot_match_lets_nothing_through(what: Subject, policy: object, scope: str) -> None:
    session = StubbedSession()
    topic_has(session)
    subscribed(session, ONE)
    filtered(session, policy, scope)
    [found] = findings("LDS208", what, session)
    assert str(found.state) == ("warn" if what is ON_SUCCESS else "fail")
    assert "the filter policy of email ops0@example.com cannot match" in found.message
    assert found.hint.startswith(f"aws sns set-subscription-attributes --subscription-arn {ONE} ")


@pytest.mark.parametrize(
    ("what", "policy", "scope"),
    [
        (ON_FAILURE, {"store": [{"exists": False}]}, "MessageAttributes"),
        (ON_FAILURE, {"store": [{"anything-but": ["x"]}]}, "MessageAttributes"),
        (DEAD_LETTER, {"ErrorCode": [200]}, "MessageAttributes"),
        (DEAD_LETTER, {"anything": ["x"]}, "MessageBody"),
        (ON_SUCCESS, {"requestContext": {"condition": ["Success"]}}, "MessageBody"),
        (ON_FAILURE, {"requestContext": {"condition": ["RetriesExhausted"]}}, "MessageBody"),
        (ON_FAILURE, {"requestPayload": {"order": [{"numeric": [">", 5]}]}}, "MessageBody"),
    ],
)
def test_a_filter_that_may_match_is_left_alone(what: Subject, policy: object, scope: str) -> None:
    session = StubbedSession()
    topic_has(session)
    subscribed(session, ONE)
    filtered(session, policy, scope)
    assert findings("LDS208", what, session) == ()
    session.assert_everything_was_asked()


def test_one_subscription_that_takes_it_is_enough_and_no_more_filters_are_read() -> None:
    session = StubbedSession()
    topic_has(session, confirmed=3)
    subscribed(session, "PendingConfirmation", ONE, TWO, f"{TOPIC}:5e6f")
    filtered(session, {"store": ["x"]})
    filtered(session)
    assert findings("LDS208", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_where_all_subscriptions_are_pending_lds207_tells() -> None:
    session = StubbedSession()
    topic_has(session, confirmed=1)
    subscribed(session, "PendingConfirmation")
    assert findings("LDS208", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_a_filter_that_may_not_be_read_is_a_skip() -> None:
    session = StubbedSession()
    topic_has(session)
    subscribed(session, ONE)
    session.refuses("sns", "get_subscription_attributes", "AuthorizationError", status=403)
    [found] = findings("LDS208", ON_FAILURE, session)
    assert told([found]) == [("skip", None)]
    assert "sns:GetSubscriptionAttributes" in found.message


NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Counts(History):
    """What CloudWatch counted."""

    def __init__(self, session: Any, past: Past) -> None:
        super().__init__(session, [], Window(NOW - timedelta(days=1), NOW))
        self._past = past

    def of(self, function: str) -> Past:
        return self._past


def sized(what: Subject, past: Past) -> tuple[Finding, ...]:
    session = StubbedSession()
    topic_has(session)
    aws = Aws(session, lambda _: None)
    aws.history = Counts(session, past)
    return run([what], aws, ["LDS209"])


def test_deliveries_that_failed_may_have_been_too_large_for_a_topic() -> None:
    [found] = sized(ON_FAILURE, {Metric.UNDELIVERED: Counted(2, NOW)})
    assert told([found]) == [("warn", "on_failure")]
    assert "2 deliveries failed in the last 24 h, and sns:alerts takes 256 KB at most" in found.message


def test_without_a_failed_delivery_nothing_is_said_of_sizes() -> None:
    assert sized(ON_FAILURE, {Metric.DEAD_LETTER_ERRORS: Counted(2, NOW)}) == ()
    assert told(sized(DEAD_LETTER, {Metric.DEAD_LETTER_ERRORS: Counted(1, NOW)})) == [("warn", "dead_letter")]
    session = StubbedSession()
    topic_has(session)
    assert findings("LDS209", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()
