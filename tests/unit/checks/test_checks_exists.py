"""LDS201: whether each destination exists, with answers as the services give them."""

from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from tests.support import ACCOUNT, REGION, StubbedSession
from tests.unit.checks.scene import BUCKET, BUS, FAILED, TOPIC, findings, queue_exists, subject, told


def test_a_queue_that_exists() -> None:
    session = StubbedSession()
    queue_exists(session)
    assert told(findings("LDS201", subject(on_failure=FAILED), session)) == [("pass", "on_failure")]
    session.assert_everything_was_asked()


def test_a_queue_that_is_gone_and_the_command_that_makes_it() -> None:
    session = StubbedSession()
    session.refuses("sqs", "get_queue_attributes", "AWS.SimpleQueueService.NonExistentQueue")
    [found] = findings("LDS201", subject(on_failure=FAILED), session)
    assert told([found]) == [("fail", "on_failure")]
    assert "sqs:failed does not exist" in found.message
    assert found.hint.split("\n")[0] == "aws sqs create-queue --queue-name failed"
    assert found.hint.split("\n")[-1] == "lds configure orders --on-failure DEST"


def test_a_bucket_that_is_gone() -> None:
    session = StubbedSession()
    session.refuses("s3", "head_bucket", "404", status=404)
    [found] = findings("LDS201", subject(on_failure=BUCKET), session)
    assert found.hint.split("\n")[0] == "aws s3 mb s3://orders-failures"


def test_a_function_that_is_gone_is_made_by_no_one_command() -> None:
    session = StubbedSession()
    session.refuses("lambda", "get_function_configuration", "ResourceNotFoundException", status=404)
    [found] = findings(
        "LDS201", subject(on_success=Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:next:live")), session
    )
    assert (found.state, found.hint) == ("fail", "lds configure orders --on-success DEST")


Calls = list[tuple[str, str, dict[str, Any] | None]]
NEXT = Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:next")


@pytest.mark.parametrize(
    ("arn", "calls", "action"),
    [
        (FAILED, [("sqs", "get_queue_attributes", None)], "sqs:GetQueueAttributes"),
        (TOPIC, [("sns", "get_topic_attributes", None)], "sns:GetTopicAttributes"),
        (BUS, [("events", "describe_event_bus", None)], "events:DescribeEventBus"),
        (NEXT, [("lambda", "get_function_configuration", None)], "lambda:GetFunctionConfiguration"),
        (BUCKET, [("s3", "head_bucket", None)], "s3:ListBucket"),
        (BUCKET, [("s3", "head_bucket", {}), ("s3", "get_bucket_encryption", None)], "s3:GetEncryptionConfiguration"),
    ],
)
def test_a_look_up_that_is_refused_is_a_skip_that_names_the_call(arn: Arn, calls: Calls, action: str) -> None:
    session = StubbedSession()
    for service, operation, answer in calls:
        if answer is None:
            session.refuses(service, operation, "AccessDenied", "User: x is not authorized", 403)
        else:
            session.answers(service, operation, answer)
    [found] = findings("LDS201", subject(on_failure=arn), session)
    assert told([found]) == [("skip", "on_failure")]
    assert f"you may not call {action}: User: x is not authorized" in found.message
    session.assert_everything_was_asked()


def test_a_destination_that_its_slot_does_not_take_is_not_looked_up() -> None:
    assert findings("LDS201", subject(on_success=BUCKET)) == ()
