"""LDS304, and LDS302 where it reads them: the own policies of destinations, which no simulator sees."""

import json
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, ROLE_ARN, StubbedSession
from tests.unit.checks.scene import BUCKET, BUS, FAILED, TOPIC, findings, simulated, subject, told, verdict

OTHERS = "210987654321"
SEND = "sqs:SendMessage"
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
DENIED = {**EVERYONE, "Effect": "Deny", "Sid": "KeepOut"}
TO_ROLE = {"Effect": "Allow", "Principal": {"AWS": ROLE_ARN}, "Action": SEND, "Resource": str(FAILED)}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def queue(session: StubbedSession, *statements: dict[str, Any], arn: Arn = FAILED) -> Arn:
    own = {"Policy": policy(*statements)} if statements else {}
    session.answers("sqs", "get_queue_attributes", {"Attributes": {"QueueArn": str(arn), **own}})
    return arn


def of_queue(*statements: dict[str, Any], arn: Arn = FAILED) -> tuple[Finding, ...]:
    session = StubbedSession()
    queue(session, *statements, arn=arn)
    return findings("LDS304", subject(on_failure=arn), session)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [EVERYONE],
        [{**EVERYONE, "Principal": {"Service": "sns.amazonaws.com"}}],
        [{**DENIED, "Action": "sqs:DeleteMessage"}],
        [{**DENIED, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}],
        [{**DENIED, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}}],
        [{**DENIED, "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/service/*"}}}],
        [{**DENIED, "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:other"}}}],
    ],
)
def test_at_home_a_policy_that_does_not_deny_is_nothing_to_speak_of(statements: list[dict[str, Any]]) -> None:
    assert of_queue(*statements) == ()


def test_a_denial_is_named_by_its_statement_and_nothing_useless_is_offered() -> None:
    [found] = of_queue(EVERYONE, DENIED)
    assert told([found]) == [("fail", "on_failure")]
    assert found.message == (
        "the role orders-role may not deliver to sqs:failed: the destination's own policy denies sqs:SendMessage "
        "(explicitDeny by 'sqs:failed' (statement 2, KeepOut))"
    )
    assert (found.evidence["said_by"], found.evidence["decision"]) == ("resource policy", "explicitDeny")
    assert "statement 2, KeepOut" in found.hint
    assert "--fix-role" not in found.hint


@pytest.mark.parametrize(
    ("condition", "key"),
    [
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, "aws:SourceVpce"),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "aws:SourceIp"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, "aws:PrincipalOrgID"),
        ({"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:*:*:x"}, "Null": {"aws:SourceArn": "false"}}, "aws:SourceArn"),
    ],
)
def test_a_condition_on_what_cannot_be_told_is_a_skip_that_names_the_key(condition: dict[str, Any], key: str) -> None:
    [found] = of_queue({**DENIED, "Condition": condition})
    assert told([found]) == [("skip", "on_failure")]
    assert key in found.message


THEIRS = Arn.parse(f"arn:aws:sqs:{REGION}:{OTHERS}:failed")


def test_across_accounts_the_destinations_own_policy_must_allow_it_too() -> None:
    [found] = of_queue(arn=THEIRS)
    assert told([found]) == [("fail", "on_failure")]
    assert "the destination's own policy does not allow sqs:SendMessage (implicitDeny)" in found.message
    statement = {**TO_ROLE, "Sid": "LdsDelivery", "Resource": str(THEIRS)}
    assert found.evidence["statement"] == [statement]
    assert found.hint.startswith(
        f"aws sqs set-queue-attributes --queue-url https://sqs.{REGION}.amazonaws.com/{OTHERS}/"
    )


@pytest.mark.parametrize("principal", [ROLE_ARN, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, "*"])
def test_across_accounts_the_role_or_its_account_may_be_let_in(principal: str) -> None:
    [found] = of_queue({**TO_ROLE, "Principal": {"AWS": principal}, "Resource": str(THEIRS)}, arn=THEIRS)
    assert told([found]) == [("pass", "on_failure")]
    assert "the role orders-role may deliver to" in found.message


def test_the_policies_of_topics_and_buses_come_with_the_look_at_them() -> None:
    session = StubbedSession()
    session.answers("sns", "get_topic_attributes", {"Attributes": {"Policy": policy(DENIED)}})
    assert told(findings("LDS304", subject(on_failure=TOPIC), session)) == [("fail", "on_failure")]
    session.answers("events", "describe_event_bus", {"Name": "default", "Arn": str(BUS), "Policy": policy(DENIED)})
    assert told(findings("LDS304", subject(on_failure=BUS), session)) == [("fail", "on_failure")]


def bucket(session: StubbedSession, own: str | None, owned: bool = True) -> None:
    session.answers("s3", "head_bucket", {"BucketRegion": REGION})
    session.refuses("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", status=404)
    if owned:
        session.refuses("s3", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", status=404)
    else:
        session.refuses("s3", "get_bucket_lifecycle_configuration", "AccessDenied", status=403)
        session.refuses("s3", "head_bucket", "403", status=403)
    if own is None:
        session.refuses("s3", "get_bucket_policy", "NoSuchBucketPolicy", status=404)
    else:
        session.answers("s3", "get_bucket_policy", {"Policy": own}, Bucket=BUCKET.resource)


@pytest.mark.parametrize(
    ("own", "state"),
    [
        (None, None),
        (policy({**DENIED, "Condition": {"Bool": {"aws:SecureTransport": False}}}), None),
        (policy({**DENIED, "Action": "s3:PutObject", "Resource": f"{BUCKET}/aws/*"}), "fail"),
        (policy({**DENIED, "Condition": {"Null": {"s3:x-amz-server-side-encryption": "true"}}}), "skip"),
    ],
)
def test_a_buckets_policy(own: str | None, state: str | None) -> None:
    session = StubbedSession()
    bucket(session, own)
    found = findings("LDS304", subject(on_failure=BUCKET), session)
    assert [str(each.state) for each in found] == ([state] if state else [])
    session.assert_everything_was_asked()


def test_a_bucket_of_another_account_must_let_the_role_in() -> None:
    session = StubbedSession()
    bucket(session, None, owned=False)
    [found] = findings("LDS304", subject(on_failure=BUCKET), session)
    assert told([found]) == [("fail", "on_failure")]
    assert "s3:ListBucket and s3:PutObject" in found.message
    assert found.hint.startswith("aws s3api put-bucket-policy --bucket orders-failures --policy file://policy.json\n")


def test_a_policy_that_may_not_be_read_is_a_skip() -> None:
    session = StubbedSession()
    bucket(session, policy())
    session = StubbedSession()
    session.answers("s3", "head_bucket", {"BucketRegion": REGION})
    session.refuses("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", status=404)
    session.refuses("s3", "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", status=404)
    session.refuses("s3", "get_bucket_policy", "AccessDenied", status=403)
    [found] = findings("LDS304", subject(on_failure=BUCKET), session)
    assert told([found]) == [("skip", "on_failure")]
    assert "s3:GetBucketPolicy" in found.message


def test_a_policy_that_is_none_is_a_skip() -> None:
    session = StubbedSession()
    session.answers("sqs", "get_queue_attributes", {"Attributes": {"Policy": "{"}})
    assert told(findings("LDS304", subject(on_failure=FAILED), session)) == [("skip", "on_failure")]


def function_exists(session: StubbedSession, arn: Arn) -> None:
    session.answers("lambda", "get_function_configuration", {"FunctionName": "mender"}, FunctionName=str(arn))


def test_a_function_at_home_is_not_asked_for_its_policy_which_never_denies() -> None:
    mender = Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender")
    session = StubbedSession()
    function_exists(session, mender)
    assert findings("LDS304", subject(on_success=mender), session) == ()
    session.assert_everything_was_asked()


@pytest.mark.parametrize(("on", "state"), [(":live", "pass"), ("", "fail")])
def test_across_accounts_the_very_qualifier_of_a_function_must_be_let_in(on: str, state: str) -> None:
    unqualified = f"arn:aws:lambda:{REGION}:{OTHERS}:function:mender"
    mender = Arn.parse(f"{unqualified}:live")
    session = StubbedSession()
    function_exists(session, mender)
    allowed = {"Effect": "Allow", "Principal": {"AWS": ROLE_ARN}, "Action": "lambda:InvokeFunction"}
    own = policy({**allowed, "Resource": f"{unqualified}{on}"})
    named = {"FunctionName": f"{OTHERS}:function:mender", "Qualifier": "live"}
    session.answers("lambda", "get_policy", {"Policy": own}, **named)
    [found] = findings("LDS304", subject(on_success=mender), session)
    assert str(found.state) == state
    if state == "fail":
        assert found.hint.startswith("aws lambda add-permission --function-name mender --qualifier live ")
        assert f"--principal {ROLE_ARN}" in found.hint


# LDS302 where the role's own policies say nothing


def delivered(*statements: dict[str, Any], decision: str = "implicitDeny", **more: Any) -> Finding:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), decision, **more))
    queue(session, *statements)
    [found] = findings("LDS302", subject(on_failure=FAILED), session)
    return found


BOUNDED: dict[str, Any] = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
ORGANIZED: dict[str, Any] = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:other"}}
OWNER = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
FUNCTION = {"ArnLike": {"aws:SourceArn": FUNCTION_ARN}}


def test_at_home_the_destinations_own_policy_may_let_the_role_in_by_itself() -> None:
    found = delivered(TO_ROLE)
    assert told([found]) == [("pass", "on_failure")]
    assert "the role orders-role may deliver to sqs:failed: the destination's own policy allows it" in found.message


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ({**TO_ROLE, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, "fail"),
        ({**TO_ROLE, "Resource": f"{FAILED}-2"}, "fail"),
        ({**EVERYONE, "Condition": FROM_TOPIC}, "fail"),
        ({**EVERYONE, "Condition": OWNER}, "fail"),
        ({**EVERYONE, "Condition": FUNCTION}, "skip"),
        ({**EVERYONE, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, "skip"),
    ],
)
def test_what_does_not_let_it_in_for_certain_is_no_pass(statement: dict[str, Any], state: str) -> None:
    assert str(delivered(statement).state) == state


def test_a_boundary_stops_a_role_that_is_named_and_the_organization_everybody() -> None:
    assert delivered(TO_ROLE, **BOUNDED).evidence["said_by"] == "permissions boundary"
    assert delivered(EVERYONE, **ORGANIZED).evidence["said_by"] == "organization"
    assert str(delivered(TO_ROLE, decision="explicitDeny").state) == "fail"


def test_a_key_that_the_simulator_missed_does_not_matter_where_the_destination_lets_the_role_in() -> None:
    assert str(delivered(TO_ROLE, MissingContextValues=["aws:SourceVpce"]).state) == "pass"
    assert str(delivered(MissingContextValues=["aws:SourceVpce"]).state) == "skip"
