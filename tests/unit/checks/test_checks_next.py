"""LDS212 to LDS216: destination functions and buckets."""

from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from tests.support import ACCOUNT, REGION, ROLE_ARN, StubbedSession, queue_arn
from tests.unit.checks.scene import BUCKET, findings, subject, told

NEXT = Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender")
LIVE = Arn.parse(f"{NEXT}:live")
ON_SUCCESS, THROUGH_ALIAS = subject(on_success=NEXT), subject(on_success=LIVE)
ON_FAILURE = subject(on_failure=BUCKET)


def configuration(arn: Arn = NEXT, **more: Any) -> dict[str, Any]:
    return {"FunctionName": "mender", "FunctionArn": str(arn), "Role": ROLE_ARN, "State": "Active", **more}


def exists(session: StubbedSession, arn: Arn = NEXT) -> None:
    session.answers("lambda", "get_function_configuration", configuration(arn), FunctionName=str(arn))


def function_is(session: StubbedSession, concurrency: int | None = None, **more: Any) -> None:
    reserved = {} if concurrency is None else {"Concurrency": {"ReservedConcurrentExecutions": concurrency}}
    session.answers("lambda", "get_function", {"Configuration": configuration(**more), **reserved})


def configured(session: StubbedSession, qualifier: str = "$LATEST", **destinations: str) -> None:
    slots = {slot: {"Destination": arn} for slot, arn in destinations.items()}
    entry = {"FunctionArn": f"{NEXT}:{qualifier}", "DestinationConfig": slots}
    session.answers("lambda", "list_function_event_invoke_configs", {"FunctionEventInvokeConfigs": [entry]})


@pytest.mark.parametrize(
    ("state", "reason", "found_state", "said"),
    [
        ("Failed", "", "fail", "the destination function mender cannot run"),
        ("Inactive", "The function is idle", "warn", "mender is inactive"),
        ("Pending", "", "skip", "mender is still being set up"),
    ],
)
def test_a_destination_function_that_is_not_active(state: str, reason: str, found_state: str, said: str) -> None:
    session = StubbedSession()
    exists(session)
    function_is(session, State=state, StateReason=reason)
    [found] = findings("LDS212", ON_SUCCESS, session)
    assert told([found]) == [(found_state, "on_success")]
    assert said in found.message
    assert reason in found.message


@pytest.mark.parametrize("check_id", ["LDS212", "LDS213"])
def test_a_destination_function_as_it_should_be_is_nothing_to_speak_of(check_id: str) -> None:
    session = StubbedSession()
    exists(session)
    function_is(session, concurrency=5)
    assert findings(check_id, ON_SUCCESS, session) == ()
    session.assert_everything_was_asked()


def test_an_on_failure_destination_is_a_failure_path() -> None:
    session = StubbedSession()
    exists(session)
    configured(session, OnFailure=queue_arn("mender-failed"))
    assert findings("LDS214", ON_SUCCESS, session) == ()
    session.assert_everything_was_asked()


def test_a_destination_function_that_is_switched_off() -> None:
    session = StubbedSession()
    exists(session)
    function_is(session, concurrency=0)
    [found] = findings("LDS213", ON_SUCCESS, session)
    assert told([found]) == [("fail", "on_success")]
    assert found.hint == "aws lambda delete-function-concurrency --function-name mender"


def test_a_destination_function_without_a_failure_path_is_warned_of() -> None:
    session = StubbedSession()
    exists(session)
    configured(session, OnSuccess=queue_arn("done"))
    function_is(session)
    [found] = findings("LDS214", ON_SUCCESS, session)
    assert told([found]) == [("warn", "on_success")]
    assert "the destination function mender has no failure path of its own" in found.message
    assert found.hint == "lds configure mender --on-failure sqs:mender-failed"


def test_a_dead_letter_queue_is_a_failure_path() -> None:
    session = StubbedSession()
    exists(session)
    configured(session)
    function_is(session, DeadLetterConfig={"TargetArn": queue_arn("mender-dlq")})
    assert findings("LDS214", ON_SUCCESS, session) == ()
    session.assert_everything_was_asked()


def test_the_failure_path_is_that_of_the_qualifier_which_the_destination_names() -> None:
    session = StubbedSession()
    exists(session, LIVE)
    configured(session, OnFailure=queue_arn("mender-failed"))
    session.answers("lambda", "get_function_configuration", configuration(LIVE))
    [found] = findings("LDS214", THROUGH_ALIAS, session)
    assert "mender:live has no failure path" in found.message
    assert found.hint == "lds configure mender:live --on-failure sqs:mender-failed"
    session = StubbedSession()
    exists(session, LIVE)
    configured(session, "live", OnFailure=queue_arn("mender-failed"))
    assert findings("LDS214", THROUGH_ALIAS, session) == ()
    session.assert_everything_was_asked()


@pytest.mark.parametrize("check_id", ["LDS212", "LDS213", "LDS214"])
def test_another_accounts_function_is_left_alone(check_id: str) -> None:
    theirs = Arn.parse(f"arn:aws:lambda:{REGION}:210987654321:function:mender")
    session = StubbedSession()
    session.answers("lambda", "get_function_configuration", configuration(theirs))
    assert findings(check_id, subject(on_success=theirs), session) == ()
    session.assert_everything_was_asked()


def bucket_exists(session: StubbedSession, region: str = REGION) -> None:
    session.answers("s3", "head_bucket", {"BucketRegion": region}, Bucket=BUCKET.resource)
    session.refuses("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", status=404)


def lifecycle(session: StubbedSession, *rules: dict[str, Any]) -> None:
    answer = {"Rules": list(rules)}
    named = {"Bucket": BUCKET.resource, "ExpectedBucketOwner": ACCOUNT}
    session.answers("s3", "get_bucket_lifecycle_configuration", answer, **named)


def no_lifecycle(session: StubbedSession) -> None:
    session.refuses("s3", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", status=404)


def rule(days: int, *, status: str = "Enabled", **more: Any) -> dict[str, Any]:
    return {"ID": "old", "Status": status, "Expiration": {"Days": days}, **more}


@pytest.mark.parametrize("check_id", ["LDS215", "LDS216"])
def test_a_bucket_as_it_should_be_is_nothing_to_speak_of(check_id: str) -> None:
    session = StubbedSession()
    bucket_exists(session)
    no_lifecycle(session)
    assert findings(check_id, ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_a_bucket_of_another_region_is_warned_of() -> None:
    session = StubbedSession()
    bucket_exists(session, "us-east-1")
    no_lifecycle(session)
    [found] = findings("LDS215", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "s3:orders-failures is in us-east-1, the function in eu-west-1" in found.message


def test_a_bucket_of_another_account_is_warned_of() -> None:
    session = StubbedSession()
    bucket_exists(session)
    session.refuses("s3", "get_bucket_lifecycle_configuration", "AccessDenied", status=403)
    session.refuses("s3", "head_bucket", "403", status=403)
    [found] = findings("LDS215", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert "belongs to another account than the function's" in found.message


def test_whose_a_bucket_is_shows_also_to_who_may_not_read_its_lifecycle() -> None:
    session = StubbedSession()
    bucket_exists(session)
    session.refuses("s3", "get_bucket_lifecycle_configuration", "AccessDenied", status=403)
    session.answers("s3", "head_bucket", {}, Bucket=BUCKET.resource, ExpectedBucketOwner=ACCOUNT)
    assert findings("LDS215", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


@pytest.mark.parametrize(
    ("chosen", "prefix"),
    [
        (rule(3, Filter={}), "/"),
        (rule(1, Filter={"Prefix": "aws/"}), "aws/"),
        (rule(1, Prefix="aws/lambda/"), "aws/lambda/"),
        (rule(1, Filter={"And": {"Prefix": "aws/lambda/async/orders/"}}), "aws/lambda/async/orders/"),
        (rule(1, Filter={"Prefix": "aws/lambda/async/orders/2026"}), "aws/lambda/async/orders/2026"),
    ],
)
def test_a_lifecycle_rule_that_deletes_records_early_is_warned_of(chosen: dict[str, Any], prefix: str) -> None:
    session = StubbedSession()
    bucket_exists(session)
    lifecycle(session, rule(30, Filter={"Prefix": "aws/"}), chosen)
    [found] = findings("LDS216", ON_FAILURE, session)
    assert told([found]) == [("warn", "on_failure")]
    assert f"deletes what is below {prefix} after {chosen['Expiration']['Days']} day" in found.message
    assert "(old)" in found.message


@pytest.mark.parametrize(
    "chosen",
    [
        rule(4, Filter={}),
        rule(1, status="Disabled", Filter={}),
        rule(1, Filter={"Prefix": "uploads/"}),
        rule(1, Filter={"Prefix": "aws/lambda/async/billing/"}),
        rule(1, Filter={"Tag": {"Key": "temporary", "Value": "yes"}}),
        rule(1, Filter={"And": {"Prefix": "aws/", "ObjectSizeGreaterThan": 5_000}}),
        {"ID": "x", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
    ],
)
def test_other_lifecycle_rules_are_left_alone(chosen: dict[str, Any]) -> None:
    session = StubbedSession()
    bucket_exists(session)
    lifecycle(session, chosen)
    assert findings("LDS216", ON_FAILURE, session) == ()
    session.assert_everything_was_asked()


def test_a_lifecycle_that_may_not_be_read_is_a_skip() -> None:
    session = StubbedSession()
    bucket_exists(session)
    session.refuses("s3", "get_bucket_lifecycle_configuration", "AccessDenied", status=403)
    session.answers("s3", "head_bucket", {})
    [found] = findings("LDS216", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "s3:GetLifecycleConfiguration" in found.message
