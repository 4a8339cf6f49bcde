"""Topics and buses: what is made, whether it works, and what is said when it cannot be removed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.aws.feeds import FeedSettings
from lambda_dest_cli.aws.feeds.events import PATIENCE_SECONDS, PROBE_SOURCE, bus_and_name, bus_feed, event_pattern
from lambda_dest_cli.aws.feeds.sns import sns_feed
from lambda_dest_cli.aws.feeds.sweep import expired
from lambda_dest_cli.aws.feeds.tap import TapFeed
from lambda_dest_cli.aws.feeds.tap_queue import LIFE_SECONDS, owner_of, policy, source_in
from lambda_dest_cli.errors import AccessDenied, NotFound, Rejected
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Watch
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, StubbedSession, queue_arn

TOPIC = Arn.parse(f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts")
BUS = Arn.parse(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders")
URL = "https://sqs/lds-tap-1"
SUBSCRIPTION = f"{TOPIC}:1"


class Stage:
    """An account played by Stubbers, a clock that is turned by hand, and what was noted."""

    def __init__(self) -> None:
        self.session = StubbedSession()
        self.notes: list[str] = []
        self.slept: list[float] = []
        self.now = 1_000.0
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/me"
        self.session.answers("sts", "get_caller_identity", {"Account": ACCOUNT, "Arn": arn, "UserId": "u"})

    def feed(self, arn: Arn) -> TapFeed:
        settings = FeedSettings(self.notes.append, lambda: self.now, self.slept.append)
        make = sns_feed if arn.service == "sns" else bus_feed
        return make(Watch(arn), self.session, settings)

    def makes_queue(self) -> None:
        self.session.answers("sqs", "create_queue", {"QueueUrl": URL})

    def opened(self, arn: Arn) -> TapFeed:
        self.makes_queue()
        if arn.service == "sns":
            self.session.answers("sns", "subscribe", {"SubscriptionArn": SUBSCRIPTION})
        else:
            self.session.answers("events", "put_rule", {"RuleArn": "arn"})
            self.session.answers("events", "put_targets", {"FailedEntryCount": 0, "FailedEntries": []})
        feed = self.feed(arn)
        feed.open()
        return feed

    def receives(self, *bodies: str) -> None:
        messages = [{"MessageId": body, "ReceiptHandle": "r", "Body": body} for body in bodies]
        self.session.answers("sqs", "receive_message", {"Messages": messages} if messages else {})
        if messages:
            self.session.answers("sqs", "delete_message_batch", {"Successful": [], "Failed": []})


@pytest.fixture
def stage() -> Iterator[Stage]:
    scene = Stage()
    yield scene
    scene.session.assert_everything_was_asked()


def test_a_topic_is_ready_once_the_subscription_is_confirmed(stage: Stage) -> None:
    feed = stage.opened(TOPIC)
    for pending in ("true", "false"):
        answer = {"Attributes": {"PendingConfirmation": pending}}
        stage.session.answers("sns", "get_subscription_attributes", answer, SubscriptionArn=SUBSCRIPTION)
    stage.receives()
    assert feed.ready(1) is False
    assert feed.ready(1) is True


def test_who_may_not_ask_for_the_subscription_takes_its_word_for_it(stage: Stage) -> None:
    feed = stage.opened(TOPIC)
    stage.session.refuses("sns", "get_subscription_attributes", "AuthorizationError", status=403)
    assert feed.ready(1) is True


def test_a_topic_that_cannot_be_subscribed_leaves_no_queue(stage: Stage) -> None:
    stage.makes_queue()
    stage.session.refuses("sns", "subscribe", "AuthorizationError", status=403)
    # The answer may have got lost on its way, so SNS is asked.
    other = {"SubscriptionArn": f"{TOPIC}:2", "Endpoint": queue_arn("somebody-elses")}
    answer = {"Subscriptions": [other]}
    stage.session.answers("sns", "list_subscriptions_by_topic", answer, TopicArn=str(TOPIC))
    stage.session.answers("sqs", "delete_queue", {}, QueueUrl=URL)
    with pytest.raises(AccessDenied, match="sns:Subscribe"):
        stage.feed(TOPIC).open()
    assert stage.notes == []


def test_a_rule_whose_target_is_refused_leaves_nothing(stage: Stage) -> None:
    stage.makes_queue()
    stage.session.answers("events", "put_rule", {"RuleArn": "arn"})
    failed = {"FailedEntryCount": 1, "FailedEntries": [{"ErrorCode": "LimitExceeded", "ErrorMessage": "too many"}]}
    stage.session.answers("events", "put_targets", failed)
    stage.session.answers("events", "remove_targets", {"FailedEntryCount": 0, "FailedEntries": []})
    stage.session.answers("events", "delete_rule", {})
    stage.session.answers("sqs", "delete_queue", {}, QueueUrl=URL)
    with pytest.raises(Rejected, match="too many"):
        stage.feed(BUS).open()


def test_a_bus_at_its_limit_of_rules_leaves_no_queue(stage: Stage) -> None:
    stage.makes_queue()
    stage.session.refuses("events", "put_rule", "LimitExceededException", "The requested resource exceeds the maximum")
    stage.session.answers("sqs", "delete_queue", {}, QueueUrl=URL)
    with pytest.raises(Rejected, match="exceeds the maximum"):
        stage.feed(BUS).open()


def test_what_is_gone_already_is_no_error(stage: Stage) -> None:
    feed = stage.opened(BUS)
    stage.session.refuses("events", "remove_targets", "ResourceNotFoundException")
    stage.session.refuses("sqs", "delete_queue", "AWS.SimpleQueueService.NonExistentQueue")
    feed.close()
    feed.close()
    assert stage.notes == []


def test_what_cannot_be_removed_is_said(stage: Stage) -> None:
    feed = stage.opened(TOPIC)
    stage.session.refuses("sns", "unsubscribe", "ExpiredToken", status=403)
    feed.close()
    assert "could not be removed" in stage.notes[0]
    assert "lds tail --sweep" in stage.notes[0]


def probes(stage: Stage) -> None:
    stage.session.answers("events", "put_events", {"FailedEntryCount": 0, "Entries": []})


def test_a_bus_is_ready_once_a_probe_comes_through_and_probes_are_not_outcomes(stage: Stage) -> None:
    feed = stage.opened(BUS)
    probes(stage)
    stage.receives()
    assert feed.ready(1) is False
    stage.now += 1
    stage.receives()
    assert feed.ready(1) is False  # no second probe yet
    stage.now += 5
    probes(stage)
    probe = json.dumps({"source": PROBE_SOURCE, "detail-type": "lds tail: is this rule in effect?", "detail": {}})
    stage.receives(probe, "an early outcome")
    assert feed.ready(1) is True
    assert [message.body for message in feed.poll(1)] == ["an early outcome"]
    stage.receives(probe)
    assert feed.poll(1) == []


def test_a_bus_whose_probes_never_come_is_watched_all_the_same(stage: Stage) -> None:
    feed = stage.opened(BUS)
    probes(stage)
    stage.receives()
    assert feed.ready(1) is False
    stage.now += PATIENCE_SECONDS + 1
    assert feed.ready(1) is True
    assert "is not known" in stage.notes[0]


def test_who_may_not_put_events_is_told(stage: Stage) -> None:
    feed = stage.opened(BUS)
    stage.session.refuses("events", "put_events", "AccessDeniedException")
    assert feed.ready(1) is True
    assert "events:PutEvents" in stage.notes[0]


def test_an_outcome_that_tells_of_a_probe_is_an_outcome(stage: Stage) -> None:
    feed = stage.opened(BUS)
    body = json.dumps({"source": "lambda", "detail": {"requestPayload": "lds tail: is this rule in effect?"}})
    stage.receives(body)
    assert len(feed.poll(1)) == 1


def test_a_queue_in_use_says_so_when_half_its_life_is_over(stage: Stage) -> None:
    feed = stage.opened(TOPIC)
    feed.heartbeat()
    stage.now += LIFE_SECONDS / 2
    tags = {"lds:expires": "1970-01-01T00:31:40Z"}
    stage.session.answers("sqs", "tag_queue", {}, QueueUrl=URL, Tags=tags)
    feed.heartbeat()
    feed.heartbeat()


def test_a_queue_that_was_swept_from_under_it_is_an_error(stage: Stage) -> None:
    feed = stage.opened(TOPIC)
    stage.session.refuses("sqs", "receive_message", "AWS.SimpleQueueService.NonExistentQueue")
    with pytest.raises(NotFound):
        feed.poll(1)


def test_the_tags_say_whose_it_is_and_until_when(stage: Stage) -> None:
    queue, subscription = stage.feed(TOPIC).tap().parts
    tags: Any = queue.settings["tags"]
    assert tags["lds:owner"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin"
    assert tags["lds:expires"] == "1970-01-01T00:26:40Z"
    assert subscription.settings["endpoint"] == queue_arn(queue.name)


# -- the pure parts ---------------------------------------------------------------------------------------------------


def test_functions_are_named_in_the_pattern_unless_they_are_too_many() -> None:
    assert "detail" not in event_pattern(())
    detail = event_pattern((f"{FUNCTION_ARN}:",))["detail"]
    assert detail == {"requestContext": {"functionArn": [{"prefix": f"{FUNCTION_ARN}:"}]}}
    many = event_pattern(tuple(f"{FUNCTION_ARN}-{number}:" for number in range(100)))
    assert "detail" not in many
    assert len(json.dumps(many)) <= 2_048


@pytest.mark.parametrize(
    ("resource", "expected"),
    [("rule/r", ("default", "r")), ("rule/orders/r", ("orders", "r")), ("rule/a/b/r", ("a/b", "r"))],
)
def test_a_rules_arn_tells_its_bus(resource: str, expected: tuple[str, str]) -> None:
    assert bus_and_name(Arn("aws", "events", REGION, ACCOUNT, resource)) == expected


@pytest.mark.parametrize(
    ("caller", "owner"),
    [
        ("arn:aws:iam::1:user/me", "arn:aws:iam::1:user/me"),
        ("arn:aws:iam::1:root", "arn:aws:iam::1:root"),
        ("arn:aws:sts::1:assumed-role/Admin/botocore-session-1", "arn:aws:sts::1:assumed-role/Admin"),
    ],
)
def test_two_sessions_of_a_role_are_one_owner(caller: str, owner: str) -> None:
    assert owner_of(caller) == owner


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("1970-01-01T00:00:09Z", True),
        ("1970-01-01T00:00:11Z", False),
        ("1970-01-01T00:00:09", True),
        ("", False),
        ("soon", False),
    ],
)
def test_only_a_time_that_is_over_is_over(text: str, over: bool) -> None:
    assert expired(text, 10.0) is over


def test_the_policy_tells_what_feeds_the_queue() -> None:
    assert source_in(json.dumps(policy(Arn.parse(queue_arn("q")), TOPIC))) == TOPIC


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_somebody_elses_policy_tells_nothing(text: str) -> None:
    assert source_in(text) is None
