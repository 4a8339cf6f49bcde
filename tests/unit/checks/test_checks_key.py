"""LDS303: keys that destinations are encrypted with."""

import json
from typing import Any

import pytest

from lambda_dest_cli.granter import curable
from lambda_dest_cli.model.arn import Arn
from tests.support import ACCOUNT, REGION, ROLE_ARN, StubbedSession
from tests.unit.checks.scene import (
    BUCKET,
    BUS,
    FAILED,
    KEY,
    context,
    findings,
    key_described,
    queue_exists,
    simulated,
    subject,
    told,
    verdict,
)

ON_FAILURE = subject(on_failure=FAILED)


OWNER = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
TO_ACCOUNT = {"Sid": "Account", "Effect": "Allow", "Principal": OWNER, "Action": "kms:*", "Resource": "*"}
TO_ROLE = {
    **TO_ACCOUNT,
    "Sid": "Role",
    "Principal": {"AWS": ROLE_ARN},
    "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
}
ADMIN = {**TO_ACCOUNT, "Sid": "Admin", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}}
THROUGH_SQS = {"StringEquals": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com", "kms:CallerAccount": ACCOUNT}}
BOUNDARY: dict[str, Any] = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}


def policy_of_key(session: StubbedSession, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": statements}
    session.answers("kms", "get_key_policy", {"Policy": json.dumps(document)}, KeyId=KEY, PolicyName="default")


def role_may(session: StubbedSession, generate: str = "allowed", decrypt: str = "allowed", **more: Any) -> None:
    simulated(
        session, verdict("kms:GenerateDataKey", KEY, generate, **more), verdict("kms:Decrypt", KEY, decrypt, **more)
    )


def granted(session: StubbedSession, *grants: dict[str, Any]) -> None:
    session.answers("kms", "list_grants", {"Grants": list(grants), "Truncated": False}, KeyId=KEY)


def encrypted(session: StubbedSession, state: str = "Enabled") -> None:
    queue_exists(session, key=KEY)
    metadata = {"KeyId": "1", "Arn": KEY, "KeyManager": "CUSTOMER", "KeyState": state}
    session.answers("kms", "describe_key", {"KeyMetadata": metadata})


def test_a_producer_needs_both_actions_through_the_service() -> None:
    session = StubbedSession()
    encrypted(session)
    simulated(
        session,
        verdict("kms:GenerateDataKey", KEY, "allowed"),
        verdict("kms:Decrypt", KEY, "implicitDeny"),
        PolicySourceArn=ROLE_ARN,
        ActionNames=["kms:Decrypt", "kms:GenerateDataKey"],
        ResourceArns=[KEY],
        ContextEntries=context(via="sqs"),
    )
    policy_of_key(session, TO_ACCOUNT)
    granted(session)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "none of its policies allows kms:Decrypt (implicitDeny)" in found.message
    assert found.evidence["needs"] == [{"action": "kms:Decrypt", "resource": KEY}]
    assert found.hint.startswith("lds configure orders --on-failure sqs:failed --fix-role\n")
    assert [need.action for need in curable([found])] == ["kms:Decrypt"]
    session.assert_everything_was_asked()


@pytest.mark.parametrize("statement", [TO_ACCOUNT, {**TO_ACCOUNT, "Condition": THROUGH_SQS}])
def test_a_role_that_may_use_the_key_passes(statement: dict[str, Any]) -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    policy_of_key(session, statement)
    assert told(findings("LDS303", ON_FAILURE, session)) == [("pass", "on_failure")]


def test_a_key_policy_that_does_not_leave_it_to_the_account_makes_the_roles_policies_count_for_nothing() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    policy_of_key(session, ADMIN)
    granted(session)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "the key's own policy does not allow kms:GenerateDataKey and kms:Decrypt (implicitDeny)" in found.message
    assert (found.evidence["said_by"], curable([found])) == ("key policy", ())
    assert found.hint.startswith(f"aws kms put-key-policy --key-id {KEY} --policy-name default --policy file://")
    assert found.evidence["statement"] == [
        {
            "Sid": "LdsDelivery",
            "Effect": "Allow",
            "Principal": {"AWS": ROLE_ARN},
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": "*",
        }
    ]


def test_a_key_policy_may_let_the_role_in_by_itself() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session, "implicitDeny", "implicitDeny")
    policy_of_key(session, ADMIN, TO_ROLE)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("pass", "on_failure")]
    assert "the key's own policy allows it" in found.message


def test_a_denial_in_the_key_policy_is_named_by_its_statement() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    policy_of_key(session, TO_ACCOUNT, {**TO_ROLE, "Sid": "KeepOut", "Effect": "Deny", "Action": "kms:Decrypt"})
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "the key's own policy denies kms:Decrypt (explicitDeny by 'the key policy' (statement 2, KeepOut))" in (
        found.message
    )
    assert "statement 2, KeepOut" in found.hint


def test_a_key_policy_for_another_service_only_does_not_let_sqs_in() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    condition = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    policy_of_key(session, {**TO_ACCOUNT, "Condition": condition})
    granted(session)
    assert told(findings("LDS303", ON_FAILURE, session)) == [("fail", "on_failure")]


def test_a_condition_that_cannot_be_told_leaves_it_open_and_is_named() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    policy_of_key(session, {**TO_ACCOUNT, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}})
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "the key's own policy decides, and lds cannot tell the value of aws:PrincipalOrgID" in found.message


@pytest.mark.parametrize("role_says", ["allowed", "implicitDeny"])
def test_a_key_policy_that_may_not_be_read_is_no_pass_and_no_refusal(role_says: str) -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session, role_says, role_says)
    session.refuses("kms", "get_key_policy", "AccessDeniedException")
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "kms:GetKeyPolicy" in found.message


def test_what_the_role_is_denied_no_key_policy_gives_back() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session, "explicitDeny", "explicitDeny")
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    session.assert_everything_was_asked()


def test_a_boundary_limits_what_the_key_policy_leaves_to_the_account() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session, "implicitDeny", "implicitDeny", **BOUNDARY)
    policy_of_key(session, TO_ACCOUNT)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert found.evidence["said_by"] == "permissions boundary"


@pytest.mark.parametrize(
    ("grant", "state"),
    [
        ({"GranteePrincipal": ROLE_ARN, "Operations": ["Decrypt", "GenerateDataKey"]}, "pass"),
        ({"GranteePrincipal": ROLE_ARN, "Operations": ["Decrypt"]}, "fail"),
        ({"GranteePrincipal": f"{ROLE_ARN}s", "Operations": ["Decrypt", "GenerateDataKey"]}, "fail"),
        (
            {
                "GranteePrincipal": ROLE_ARN,
                "Operations": ["Decrypt", "GenerateDataKey"],
                "Constraints": {"EncryptionContextEquals": {"a": "b"}},
            },
            "skip",
        ),
    ],
)
def test_a_grant_counts_where_the_policy_says_nothing(grant: dict[str, Any], state: str) -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session, "implicitDeny", "implicitDeny")
    policy_of_key(session, ADMIN)
    granted(session, {"KeyId": KEY, "GrantId": "1", **grant})
    [found] = findings("LDS303", ON_FAILURE, session)
    assert str(found.state) == state


def test_grants_that_may_not_be_listed_leave_the_refusal() -> None:
    session = StubbedSession()
    encrypted(session)
    role_may(session)
    policy_of_key(session, ADMIN)
    session.refuses("kms", "list_grants", "AccessDeniedException")
    assert told(findings("LDS303", ON_FAILURE, session)) == [("fail", "on_failure")]


@pytest.mark.parametrize(("state", "first"), [("Disabled", "enable-key"), ("PendingDeletion", "cancel-key-deletion")])
def test_a_key_that_is_not_enabled_takes_every_record_with_it(state: str, first: str) -> None:
    session = StubbedSession()
    encrypted(session, state)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert f"the key of sqs:failed is {state}" in found.message
    assert found.hint.startswith(f"aws kms {first} --key-id {KEY}")


def test_another_accounts_queue_with_a_key_that_aws_manages_cannot_be_sent_to() -> None:
    theirs = Arn.parse(f"arn:aws:sqs:{REGION}:210987654321:failed")
    session = StubbedSession()
    session.answers("sqs", "get_queue_attributes", {"Attributes": {"KmsMasterKeyId": "alias/aws/sqs"}})
    [found] = findings("LDS303", subject(on_failure=theirs), session)
    assert told([found]) == [("fail", "on_failure")]
    assert "a key that AWS manages for its account" in found.message


def test_across_accounts_both_the_key_policy_and_the_roles_policies_must_allow_it() -> None:
    foreign = KEY.replace(ACCOUNT, "210987654321")
    theirs = Arn.parse(f"arn:aws:sqs:{REGION}:210987654321:failed")
    for statement, state in ((TO_ACCOUNT, "pass"), (ADMIN, "fail")):
        session = StubbedSession()
        session.answers("sqs", "get_queue_attributes", {"Attributes": {"KmsMasterKeyId": foreign}})
        metadata = {"KeyId": "1", "Arn": foreign, "KeyManager": "CUSTOMER", "KeyState": "Enabled"}
        session.answers("kms", "describe_key", {"KeyMetadata": metadata})
        simulated(session, *(verdict(f"kms:{each}", foreign, "allowed") for each in ("GenerateDataKey", "Decrypt")))
        session.answers("kms", "get_key_policy", {"Policy": json.dumps({"Statement": [statement]})})
        session.answers("kms", "list_grants", {"Grants": []})
        [found] = findings("LDS303", subject(on_failure=theirs), session)
        assert str(found.state) == state


def test_a_bucket_needs_one_action_and_is_asked_through_s3_of_the_functions_region() -> None:
    session = StubbedSession()
    session.answers("s3", "head_bucket", {})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    session.answers("s3", "get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
    key_described(session)
    simulated(
        session,
        verdict("kms:GenerateDataKey", KEY, "allowed"),
        PolicySourceArn=ROLE_ARN,
        ActionNames=["kms:GenerateDataKey"],
        ResourceArns=[KEY],
        ContextEntries=context(via="s3"),
    )
    policy_of_key(session, TO_ACCOUNT)
    assert told(findings("LDS303", subject(on_failure=BUCKET), session)) == [("pass", "on_failure")]
    session.assert_everything_was_asked()


@pytest.mark.parametrize("key", ["", "alias/aws/sqs"])
def test_no_key_and_a_key_that_aws_manages_ask_nothing(key: str) -> None:
    session = StubbedSession()
    queue_exists(session, key)
    assert findings("LDS303", ON_FAILURE, session) == ()


def test_the_id_of_a_key_that_aws_manages_asks_nothing() -> None:
    session = StubbedSession()
    queue_exists(session, KEY)
    key_described(session, manager="AWS")
    assert findings("LDS303", ON_FAILURE, session) == ()


@pytest.mark.parametrize(("code", "said"), [("AccessDeniedException", "kms:DescribeKey"), ("NotFoundException", KEY)])
def test_a_key_that_cannot_be_read_is_a_skip(code: str, said: str) -> None:
    session = StubbedSession()
    queue_exists(session, KEY)
    session.refuses("kms", "describe_key", code)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert said in found.message


def test_a_queue_that_cannot_be_read_is_a_skip_too_and_not_taken_for_unencrypted() -> None:
    session = StubbedSession()
    session.refuses("sqs", "get_queue_attributes", "AccessDenied", status=403)
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "sqs:GetQueueAttributes" in found.message


def test_a_queue_that_does_not_exist_has_no_key_to_speak_of() -> None:
    session = StubbedSession()
    session.refuses("sqs", "get_queue_attributes", "AWS.SimpleQueueService.NonExistentQueue")
    assert findings("LDS303", ON_FAILURE, session) == ()


def test_a_bus_is_not_even_looked_up_since_its_key_asks_nothing_of_the_sender() -> None:
    assert findings("LDS303", subject(on_failure=BUS)) == ()
