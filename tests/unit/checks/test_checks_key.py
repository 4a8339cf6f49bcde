"""LDS303: keys that destinations are encrypted with."""

import pytest

from tests.support import REGION, ROLE_ARN, StubbedSession
from tests.unit.checks.scene import (
    BUCKET,
    BUS,
    FAILED,
    KEY,
    findings,
    key_described,
    queue_exists,
    simulated,
    subject,
    told,
    verdict,
)

ON_FAILURE = subject(on_failure=FAILED)


def test_a_producer_needs_both_actions_through_the_service() -> None:
    session = StubbedSession()
    queue_exists(session, key="alias/orders")
    key_described(session)
    via = {"ContextKeyName": "kms:ViaService", "ContextKeyValues": [f"sqs.{REGION}.amazonaws.com"]}
    simulated(
        session,
        verdict("kms:GenerateDataKey", KEY, "allowed"),
        verdict("kms:Decrypt", KEY, "implicitDeny"),
        PolicySourceArn=ROLE_ARN,
        ActionNames=["kms:Decrypt", "kms:GenerateDataKey"],
        ResourceArns=[KEY],
        ContextEntries=[{**via, "ContextKeyType": "string"}],
    )
    [found] = findings("LDS303", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "none of its policies allows kms:Decrypt (implicitDeny)" in found.message
    assert "the key's own policy is not read" in found.message
    assert found.evidence["needs"] == [{"action": "kms:Decrypt", "resource": KEY}]
    assert found.hint.startswith("lds configure orders --on-failure sqs:failed --fix-role\n")
    session.assert_everything_was_asked()


def test_a_role_that_may_use_the_key_passes() -> None:
    session = StubbedSession()
    queue_exists(session, key=KEY)
    key_described(session)
    simulated(session, *(verdict(f"kms:{each}", KEY, "allowed") for each in ("GenerateDataKey", "Decrypt")))
    assert told(findings("LDS303", ON_FAILURE, session)) == [("pass", "on_failure")]


def test_a_bucket_needs_one_action_and_is_asked_through_s3_of_the_functions_region() -> None:
    session = StubbedSession()
    session.answers("s3", "head_bucket", {})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    session.answers("s3", "get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
    key_described(session)
    via = {"ContextKeyName": "kms:ViaService", "ContextKeyValues": [f"s3.{REGION}.amazonaws.com"]}
    simulated(
        session,
        verdict("kms:GenerateDataKey", KEY, "allowed"),
        PolicySourceArn=ROLE_ARN,
        ActionNames=["kms:GenerateDataKey"],
        ResourceArns=[KEY],
        ContextEntries=[{**via, "ContextKeyType": "string"}],
    )
    assert told(findings("LDS303", subject(on_failure=BUCKET), session)) == [("pass", "on_failure")]


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
