"""LDS202 to LDS206: what a queue does with the records that it gets."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from tests.support import ACCOUNT, REGION, StubbedSession, queue_arn
from tests.unit.checks.scene import DLQ, FAILED, findings, subject, told

ON_FAILURE = subject(on_failure=FAILED)
QUEUE_CHECKS = ["LDS202", "LDS203", "LDS204", "LDS205", "LDS206"]
MAXIMUM = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/failed --attributes"
HOUR, DAY = 3_600.0, 86_400.0


def queue_is(session: StubbedSession, queue: Arn = FAILED, **attributes: str) -> None:
    healthy = {
        "QueueArn": str(queue),
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ApproximateNumberOfMessages": "0",
    }
    session.answers("sqs", "get_queue_attributes", {"Attributes": healthy | attributes})


def read_by(session: StubbedSession, *functions: str) -> None:
    found = [{"UUID": "1" * 36, "FunctionArn": each, "State": "Enabled"} for each in functions]
    session.answers("lambda", "list_event_source_mappings", {"EventSourceMappings": found})


def oldest(session: StubbedSession, *ages: float) -> None:
    times = [datetime(2026, 11, 20, 12, minute, tzinfo=UTC) for minute in range(0, 5 * len(ages), 5)]
    result = {"Id": "age", "Label": "x", "StatusCode": "Complete", "Timestamps": times, "Values": list(ages)}
    session.answers("cloudwatch", "get_metric_data", {"MetricDataResults": [result]})


def redrive(receives: int = 3) -> str:
    return json.dumps({"deadLetterTargetArn": queue_arn("later"), "maxReceiveCount": receives})


@pytest.mark.parametrize("check_id", QUEUE_CHECKS)
def test_a_queue_as_it_should_be_is_nothing_to_speak_of(check_id: str) -> None:
    session = StubbedSession()
    queue_is(session)
    if check_id == "LDS205":
        read_by(session)
    assert findings(check_id, ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


@pytest.mark.parametrize("check_id", QUEUE_CHECKS)
def test_of_a_queue_that_cannot_be_looked_up_lds201_tells_and_nobody_else(check_id: str) -> None:
    session = StubbedSession()
    session.refuses("sqs", "get_queue_attributes", "AccessDenied", status=403)
    assert findings(check_id, ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_a_queue_with_the_old_size_limit_is_warned_of_in_every_slot() -> None:
    session = StubbedSession()
    queue_is(session, MaximumMessageSize="262144")
    found = findings("LDS202", subject(on_success=FAILED, dead_letter=FAILED), session)
    assert told(found) == [("warn", "on_success"), ("warn", "dead_letter")]
    assert "sqs:failed takes messages of 256 KiB at most; a record holds the event and the response" in found[0].message
    assert "an event alone can be longer" in found[1].message
    assert found[0].hint == f"aws sqs set-queue-attributes --queue-url {MAXIMUM} MaximumMessageSize=1048576"
    assert found[0].evidence == {"maximum_message_size": 262_144}


@pytest.mark.parametrize(("kept", "words"), [("345599", "3 days"), ("86400", "1 day"), ("60", "1 minute")])
def test_a_failure_queue_that_forgets_within_four_days_is_warned_of(kept: str, words: str) -> None:
    session = StubbedSession()
    queue_is(session, MessageRetentionPeriod=kept)
    [found] = findings("LDS203", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert f"sqs:failed deletes what nobody has taken after {words}" in found.message
    assert found.hint.endswith(f"{MAXIMUM} MessageRetentionPeriod=1209600")


def test_successes_may_be_forgotten_sooner() -> None:
    session = StubbedSession()
    queue_is(session, MessageRetentionPeriod="60")
    assert findings("LDS203", subject(on_success=FAILED), session) == ()
    session.assert_everything_was_asked()


def test_a_redrive_policy_moves_the_records_of_whoever_looks() -> None:
    session = StubbedSession()
    queue_is(session, RedrivePolicy=redrive(1))
    read_by(session)
    [found] = findings("LDS204", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "after 1 receive a record moves to later" in found.message
    assert found.evidence == {"dead_letter_target": queue_arn("later"), "max_receive_count": 1}


def test_a_redrive_policy_of_a_queue_that_a_function_reads_is_good_practice() -> None:
    session = StubbedSession()
    queue_is(session, RedrivePolicy=redrive())
    read_by(session, f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender")
    assert findings("LDS204", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_a_redrive_policy_of_a_queue_of_successes_is_its_readers_business() -> None:
    session = StubbedSession()
    queue_is(session, RedrivePolicy=redrive())
    assert findings("LDS204", subject(on_success=FAILED), session) == ()
    session.assert_everything_was_asked()


def test_who_reads_a_queue_is_told_and_is_no_warning() -> None:
    session = StubbedSession()
    queue_is(session)
    read_by(session, f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender:live")
    [found] = findings("LDS205", ON_FAILURE, session)
    assert told([found]) == [("pass", "on_failure")]
    assert "sqs:failed is read by mender (event source mapping)" in found.message


@pytest.mark.parametrize("check_id", ["LDS204", "LDS205", "LDS206"])
def test_readers_that_cannot_be_listed_are_a_skip(check_id: str) -> None:
    session = StubbedSession()
    queue_is(session, RedrivePolicy=redrive(), ApproximateNumberOfMessages="5")
    session.refuses("lambda", "list_event_source_mappings", "AccessDeniedException", status=403)
    [found] = findings(check_id, ON_FAILURE, session)
    assert told([found]) == [("skip", None)]
    assert "lambda:ListEventSourceMappings" in found.message


def test_another_accounts_queue_is_not_asked_who_reads_it() -> None:
    theirs = Arn.parse(f"arn:aws:sqs:{REGION}:210987654321:failed")
    session = StubbedSession()
    queue_is(session, theirs, ApproximateNumberOfMessages="5", RedrivePolicy=redrive())
    for check_id, states in (("LDS204", ["warn"]), ("LDS205", []), ("LDS206", [])):
        queue_is(session, theirs, ApproximateNumberOfMessages="5", RedrivePolicy=redrive())
        assert [str(each.state) for each in findings(check_id, subject(on_failure=theirs), session)] == states


@pytest.mark.parametrize(
    ("retention", "ages", "said"),
    [
        ("345600", [2 * DAY], "the oldest for 2 days, and SQS deletes it in 2 days"),
        ("345600", [2 * DAY, 3 * DAY], "the oldest for 3 days, and SQS deletes it in 1 day"),
        ("7200", [1.5 * HOUR], "the oldest for 1 hour, and SQS deletes it in 30 minutes"),
        ("7200", [2 * HOUR], "SQS is deleting it"),
    ],
)
def test_messages_that_grow_old_unread_are_warned_of(retention: str, ages: list[float], said: str) -> None:
    session = StubbedSession()
    queue_is(session, ApproximateNumberOfMessages="5", MessageRetentionPeriod=retention)
    read_by(session)
    oldest(session, *ages)
    [found] = findings("LDS206", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "5 messages wait in sqs:failed and no function reads them" in found.message
    assert said in found.message
    assert found.hint == "lds tail sqs:failed --no-follow"


@pytest.mark.parametrize("ages", [[], [DAY - 1], [3 * DAY, HOUR]])
def test_what_came_today_may_wait_and_the_newest_measurement_counts(ages: list[float]) -> None:
    session = StubbedSession()
    queue_is(session, ApproximateNumberOfMessages="1")
    read_by(session)
    oldest(session, *ages)
    assert findings("LDS206", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_messages_that_a_function_will_read_are_not_even_asked_about() -> None:
    session = StubbedSession()
    queue_is(session, ApproximateNumberOfMessages="5")
    read_by(session, f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender")
    assert findings("LDS206", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_an_age_that_may_not_be_read_is_a_skip_that_says_how_many_wait() -> None:
    session = StubbedSession()
    queue_is(session, ApproximateNumberOfMessages="1")
    read_by(session)
    session.refuses("cloudwatch", "get_metric_data", "AccessDenied", status=403)
    [found] = findings("LDS206", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "1 message waits in sqs:failed" in found.message
    assert "cloudwatch:GetMetricData" in found.message


def test_what_is_asked_of_cloudwatch_is_the_age_in_that_queue() -> None:
    session = StubbedSession()
    asked: list[Any] = []
    session.client("cloudwatch").meta.events.register(
        "before-parameter-build.cloudwatch.GetMetricData", lambda params, **_: asked.append(params)
    )
    queue_is(session, DLQ, ApproximateNumberOfMessages="1")
    read_by(session)
    oldest(session)
    findings("LDS206", subject(EventInvokeConfig(), dead_letter=DLQ), session)
    metric = asked[0]["MetricDataQueries"][0]["MetricStat"]["Metric"]
    assert metric == {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": "dlq"}],
    }
