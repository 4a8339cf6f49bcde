"""Destinations looked up: do they exist, how are they set, and with which key are they encrypted?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.keys import Keys
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.key import Key
from lambda_dest_cli.model.target import Queue, Redrive, Target, Topic

_BUCKETS_OWN = "alias/aws/s3"
"""The key of a bucket that is encrypted by KMS with none of its own (S3 User Guide, "Using SSE-KMS")."""
_NO_ENCRYPTION_RULE = "ServerSideEncryptionConfigurationNotFoundError"


class Targets:
    """The destinations of one account, in whatever region their ARN names."""

    def __init__(self, session: AwsSession, key: Callable[[str, str], Key] | None = None) -> None:
        """``key`` describes a key by name and region; many destinations share one, which is then described once."""
        self._session = session
        self._key = key or Keys(session).describe
        self._readers: dict[str, Callable[[Arn], tuple[Target, str]]] = {
            "sqs": self._queue,
            "sns": self._topic,
            "events": self._bus,
            "lambda": self._function,
            "s3": self._bucket,
        }

    def look(self, arn: Arn) -> Target:
        """Look a destination up. Never raises for what it finds: a refused look-up gives ``exists=None``.

        Raises CredentialsProblem, since then nothing can be looked up.
        """
        try:
            target, key = self._readers[arn.service](arn)
        except NotFound:
            return Target(arn, exists=False, why=f"{arn} does not exist")
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return Target(arn, exists=None, why=problem.message)
        return self._with_key(target, key) if key else target

    def queue_url(self, arn: Arn) -> str:
        """Give the URL that SQS calls a queue by; raises NotFound."""
        with calling("sqs:GetQueueUrl", str(arn)):
            sqs = self._session.client("sqs", arn.region)
            return sqs.get_queue_url(QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account)["QueueUrl"]

    def _queue(self, arn: Arn) -> tuple[Target, str]:
        sqs = self._session.client("sqs", arn.region)
        # SQS finds a queue by account and name, whatever host its URL names: asking for the URL would be a second call.
        url = f"{sqs.meta.endpoint_url}/{arn.account}/{arn.resource}"
        with calling("sqs:GetQueueAttributes", str(arn)):
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        found: Any = answer.get("Attributes", {})
        target = Target(arn, exists=True, policy=found.get("Policy", ""), queue=_queue(found))
        return target, found.get("KmsMasterKeyId", "")

    def _topic(self, arn: Arn) -> tuple[Target, str]:
        with calling("sns:GetTopicAttributes", str(arn)):
            answer = self._session.client("sns", arn.region).get_topic_attributes(TopicArn=str(arn))
            found = answer["Attributes"]
        topic = Topic(_number(found, "SubscriptionsConfirmed"), _number(found, "SubscriptionsPending"))
        return Target(arn, exists=True, policy=found.get("Policy", ""), topic=topic), found.get("KmsMasterKeyId", "")

    def _bus(self, arn: Arn) -> tuple[Target, str]:
        """Ask by ARN, since a name would mean the caller's own bus; an emulator may know its buses by name only."""
        events = self._session.client("events", arn.region)
        with calling("events:DescribeEventBus", str(arn)):
            try:
                found = events.describe_event_bus(Name=str(arn))
            except events.exceptions.ResourceNotFoundException:
                found = events.describe_event_bus(Name=arn.resource.removeprefix("event-bus/"))
                if found["Arn"] != str(arn):
                    raise
        return Target(arn, exists=True, policy=found.get("Policy", "")), ""

    def _function(self, arn: Arn) -> tuple[Target, str]:
        with calling("lambda:GetFunctionConfiguration", str(arn)):
            self._session.client("lambda", arn.region).get_function_configuration(FunctionName=str(arn))
        return Target(arn, exists=True), ""

    def _bucket(self, arn: Arn) -> tuple[Target, str]:
        s3 = self._session.client("s3")
        with calling("s3:ListBucket", str(arn)):
            head = s3.head_bucket(Bucket=arn.resource)
        target = Target(arn, exists=True, region=head.get("BucketRegion", ""))
        with calling("s3:GetEncryptionConfiguration", str(arn)):
            try:
                answer = s3.get_bucket_encryption(Bucket=arn.resource)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == _NO_ENCRYPTION_RULE:
                    return target, ""
                raise
        rules: Any = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
        encrypted = (each for each in defaults if "kms" in each.get("SSEAlgorithm", ""))
        return target, next((each.get("KMSMasterKeyID", _BUCKETS_OWN) for each in encrypted), "")

    def _with_key(self, target: Target, name: str) -> Target:
        """Resolve a key id, alias or ARN; a key that AWS manages lets every sender of the account through."""
        if name.partition("alias/")[2].startswith("aws/"):
            return replace(target, key_of_aws=True)
        try:
            key = self._key(name, target.arn.region or target.region)
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return replace(target, key_why=problem.message)
        if key.of_aws:
            return replace(target, key_of_aws=True)
        return replace(target, key=key.arn, key_state=key.state)


def _queue(found: Mapping[str, str]) -> Queue:
    """Read a queue's attributes, which SQS gives as texts."""
    return Queue(
        _number(found, "MaximumMessageSize"),
        _number(found, "MessageRetentionPeriod"),
        _redrive(found.get("RedrivePolicy", "")),
        _number(found, "ApproximateNumberOfMessages") or 0,
        _number(found, "ApproximateNumberOfMessagesNotVisible") or 0,
    )


def _redrive(policy: str) -> Redrive | None:
    try:
        found = json.loads(policy or "{}")
        return Redrive(found["deadLetterTargetArn"], int(found["maxReceiveCount"])) if found else None
    except (ValueError, KeyError, TypeError):
        return None


def _number(found: Mapping[str, str], name: str) -> int | None:
    text = found.get(name, "")
    return int(text) if text.isdecimal() else None
