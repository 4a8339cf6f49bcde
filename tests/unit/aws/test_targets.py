"""Destinations looked up, with answers as the services give them."""

import json
from typing import Any

import pytest

from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.errors import CredentialsProblem, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.target import Queue, Redrive, Target, Topic
from tests.support import ACCOUNT, REGION, StubbedSession, queue_arn

QUEUE = Arn.parse(queue_arn("failed"))
TOPIC = Arn.parse(f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts")
BUS = Arn.parse(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders")
NEXT = Arn.parse(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:next:live")
BUCKET = Arn.parse("arn:aws:s3:::orders-failures")
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/failed"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b3c4d-0000-0000-0000-000000000000"


def look(session: StubbedSession, arn: Arn) -> Target:
    target = Targets(session).look(arn)
    session.assert_everything_was_asked()
    return target


@pytest.fixture
def session() -> StubbedSession:
    return StubbedSession()


def queue_has(session: StubbedSession, **attributes: str) -> None:
    session.answers(
        "sqs",
        "get_queue_attributes",
        {"Attributes": {"QueueArn": str(QUEUE), **attributes}},
        QueueUrl=URL,
        AttributeNames=["All"],
    )


def bucket_rule(session: StubbedSession, **defaults: str) -> None:
    session.answers("s3", "head_bucket", {}, Bucket="orders-failures")
    rules: list[Any] = [{"ApplyServerSideEncryptionByDefault": defaults, "BucketKeyEnabled": True}] if defaults else []
    session.answers("s3", "get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}})


def key_is(session: StubbedSession, manager: str, **expected: Any) -> None:
    metadata = {"KeyId": "1a2b3c4d-0000-0000-0000-000000000000", "Arn": KEY, "KeyManager": manager}
    session.answers("kms", "describe_key", {"KeyMetadata": metadata}, **expected)


# What exists


def test_a_queue(session: StubbedSession) -> None:
    queue_has(session)
    assert look(session, QUEUE) == Target(QUEUE, exists=True, queue=Queue())


def test_how_a_queue_is_set_and_what_it_holds(session: StubbedSession) -> None:
    queue_has(
        session,
        MaximumMessageSize="262144",
        MessageRetentionPeriod="86400",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": queue_arn("later"), "maxReceiveCount": "3"}),
        Policy="{}",
        ApproximateNumberOfMessages="5",
        ApproximateNumberOfMessagesNotVisible="1",
    )
    found = look(session, QUEUE)
    assert found.queue == Queue(262_144, 86_400, Redrive(queue_arn("later"), 3), 5, 1)
    assert found.policy == "{}"


@pytest.mark.parametrize("policy", ["", "{}", "{", "[]", '{"maxReceiveCount": 3}'])
def test_a_redrive_policy_that_is_none_is_none(session: StubbedSession, policy: str) -> None:
    queue_has(session, RedrivePolicy=policy)
    assert look(session, QUEUE).queue == Queue()


def test_how_many_subscriptions_a_topic_has_and_its_policy(session: StubbedSession) -> None:
    attributes = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0", "Policy": "{}"}
    session.answers("sns", "get_topic_attributes", {"Attributes": attributes})
    assert look(session, TOPIC) == Target(TOPIC, exists=True, policy="{}", topic=Topic(1, 0))


def test_a_topic(session: StubbedSession) -> None:
    session.answers("sns", "get_topic_attributes", {"Attributes": {"TopicArn": str(TOPIC)}}, TopicArn=str(TOPIC))
    assert look(session, TOPIC) == Target(TOPIC, exists=True, topic=Topic())


def test_a_bus_is_asked_for_by_its_arn_which_says_whose_it_is(session: StubbedSession) -> None:
    session.answers("events", "describe_event_bus", {"Name": "orders", "Arn": str(BUS)}, Name=str(BUS))
    assert look(session, BUS) == Target(BUS, exists=True)


def test_a_bus_that_a_server_knows_by_name_only_is_found_by_its_name(session: StubbedSession) -> None:
    session.refuses("events", "describe_event_bus", "ResourceNotFoundException")
    session.answers("events", "describe_event_bus", {"Name": "orders", "Arn": str(BUS)}, Name="orders")
    assert look(session, BUS) == Target(BUS, exists=True)


def test_ones_own_bus_of_that_name_is_not_taken_for_another_accounts(session: StubbedSession) -> None:
    theirs = Arn.parse(f"arn:aws:events:{REGION}:210987654321:event-bus/orders")
    session.refuses("events", "describe_event_bus", "ResourceNotFoundException")
    session.answers("events", "describe_event_bus", {"Name": "orders", "Arn": str(BUS)})
    assert look(session, theirs).exists is False


def test_a_function_is_asked_for_with_its_qualifier(session: StubbedSession) -> None:
    session.answers("lambda", "get_function_configuration", {"FunctionName": "next"}, FunctionName=str(NEXT))
    assert look(session, NEXT) == Target(NEXT, exists=True)


def test_a_bucket(session: StubbedSession) -> None:
    bucket_rule(session, SSEAlgorithm="AES256")
    assert look(session, BUCKET) == Target(BUCKET, exists=True)


def test_a_bucket_without_any_rule(session: StubbedSession) -> None:
    session.answers("s3", "head_bucket", {})
    session.refuses("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", status=404)
    assert look(session, BUCKET) == Target(BUCKET, exists=True)


# What does not


@pytest.mark.parametrize(
    ("arn", "operation", "codes"),
    [
        (QUEUE, "get_queue_attributes", ["AWS.SimpleQueueService.NonExistentQueue"]),
        (QUEUE, "get_queue_attributes", ["QueueDoesNotExist"]),
        (TOPIC, "get_topic_attributes", ["NotFound"]),
        (BUS, "describe_event_bus", ["ResourceNotFoundException"] * 2),
        (NEXT, "get_function_configuration", ["ResourceNotFoundException"]),
        (BUCKET, "head_bucket", ["404"]),
    ],
)
def test_what_is_gone(session: StubbedSession, arn: Arn, operation: str, codes: list[str]) -> None:
    for code in codes:
        session.refuses(arn.service, operation, code, status=404)
    assert look(session, arn) == Target(arn, exists=False, why=f"{arn} does not exist")


# What cannot be told


@pytest.mark.parametrize(
    ("arn", "operation", "action"),
    [
        (QUEUE, "get_queue_attributes", "sqs:GetQueueAttributes"),
        (TOPIC, "get_topic_attributes", "sns:GetTopicAttributes"),
        (BUS, "describe_event_bus", "events:DescribeEventBus"),
        (NEXT, "get_function_configuration", "lambda:GetFunctionConfiguration"),
        (BUCKET, "head_bucket", "s3:ListBucket"),
    ],
)
@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("Throttling", 400), ("InternalError", 500)])
def test_a_refused_look_up_says_neither_yes_nor_no(
    session: StubbedSession, arn: Arn, operation: str, action: str, code: str, status: int
) -> None:
    session.refuses(arn.service, operation, code, status=status)
    target = look(session, arn)
    assert (target.exists, target.key) == (None, None)
    assert action in target.why


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_encryption_that_may_not_be_read_leaves_the_bucket_open(session: StubbedSession, code: str) -> None:
    session.answers("s3", "head_bucket", {})
    session.refuses("s3", "get_bucket_encryption", code, status=403)
    target = look(session, BUCKET)
    assert target.exists is None
    assert "s3:GetEncryptionConfiguration" in target.why


@pytest.mark.parametrize(
    ("arn", "operation"),
    [
        (QUEUE, "get_queue_attributes"),
        (TOPIC, "get_topic_attributes"),
        (BUS, "describe_event_bus"),
        (NEXT, "get_function_configuration"),
        (BUCKET, "head_bucket"),
    ],
)
def test_credentials_that_end_are_raised(session: StubbedSession, arn: Arn, operation: str) -> None:
    session.refuses(arn.service, operation, "ExpiredToken", status=403)
    with pytest.raises(CredentialsProblem):
        look(session, arn)


# Keys


@pytest.mark.parametrize("key", [KEY, "1a2b3c4d-0000-0000-0000-000000000000", "alias/orders", "alias/x-alias/aws/y"])
def test_a_customers_key_is_told_by_its_arn_however_the_queue_names_it(session: StubbedSession, key: str) -> None:
    queue_has(session, KmsMasterKeyId=key)
    key_is(session, "CUSTOMER", KeyId=key)
    assert look(session, QUEUE) == Target(QUEUE, exists=True, queue=Queue(), key=Arn.parse(KEY))


@pytest.mark.parametrize("key", ["alias/aws/sqs", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/sqs"])
def test_the_alias_of_an_aws_managed_key_needs_no_call(session: StubbedSession, key: str) -> None:
    queue_has(session, KmsMasterKeyId=key)
    assert look(session, QUEUE) == Target(QUEUE, exists=True, queue=Queue(), key_of_aws=True)


def test_the_id_of_an_aws_managed_key_is_found_out(session: StubbedSession) -> None:
    queue_has(session, KmsMasterKeyId=KEY)
    key_is(session, "AWS")
    assert look(session, QUEUE) == Target(QUEUE, exists=True, queue=Queue(), key_of_aws=True)


def test_a_topics_key(session: StubbedSession) -> None:
    session.answers("sns", "get_topic_attributes", {"Attributes": {"KmsMasterKeyId": "alias/orders"}})
    key_is(session, "CUSTOMER", KeyId="alias/orders")
    assert look(session, TOPIC).key == Arn.parse(KEY)


@pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
def test_a_buckets_key(session: StubbedSession, algorithm: str) -> None:
    bucket_rule(session, SSEAlgorithm=algorithm, KMSMasterKeyID=KEY)
    key_is(session, "CUSTOMER", KeyId=KEY)
    assert look(session, BUCKET).key == Arn.parse(KEY)


def test_a_bucket_with_kms_and_no_key_of_its_own_has_aws_managed_one(session: StubbedSession) -> None:
    bucket_rule(session, SSEAlgorithm="aws:kms")
    assert look(session, BUCKET) == Target(BUCKET, exists=True, key_of_aws=True)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", 400, "you may not call kms:DescribeKey"),
        ("NotFoundException", 400, KEY),
        ("ThrottlingException", 400, "kms:DescribeKey"),
        ("KMSInternalException", 500, "kms:DescribeKey"),
        ("InvalidArnException", 400, "kms:DescribeKey"),
    ],
)
def test_a_key_that_cannot_be_read_leaves_only_the_key_open(
    session: StubbedSession, code: str, status: int, said: str
) -> None:
    queue_has(session, KmsMasterKeyId=KEY)
    session.refuses("kms", "describe_key", code, status=status)
    target = look(session, QUEUE)
    assert (target.exists, target.key, target.why) == (True, None, "")
    assert said in target.key_why


def test_credentials_that_end_at_the_key_are_raised(session: StubbedSession) -> None:
    queue_has(session, KmsMasterKeyId=KEY)
    session.refuses("kms", "describe_key", "ExpiredTokenException")
    with pytest.raises(CredentialsProblem):
        look(session, QUEUE)


# Queue URLs


def test_a_queues_url_is_its_owners(session: StubbedSession) -> None:
    theirs = Arn.parse(f"arn:aws:sqs:{REGION}:210987654321:failed")
    session.answers(
        "sqs", "get_queue_url", {"QueueUrl": URL}, QueueName="failed", QueueOwnerAWSAccountId="210987654321"
    )
    assert Targets(session).queue_url(theirs) == URL


def test_the_url_of_a_queue_that_is_gone(session: StubbedSession) -> None:
    session.refuses("sqs", "get_queue_url", "AWS.SimpleQueueService.NonExistentQueue")
    with pytest.raises(NotFound):
        Targets(session).queue_url(QUEUE)
