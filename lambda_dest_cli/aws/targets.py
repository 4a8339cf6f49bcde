"""Destinations looked up: do they exist, and with which key are they encrypted?"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.target import Target

_NO_ENCRYPTION_RULE = "ServerSideEncryptionConfigurationNotFoundError"


class Targets:
    """The destinations of one account, in whatever region their ARN names."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session
        self._readers: dict[str, Callable[[Arn], str]] = {
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
            key = self._readers[arn.service](arn)
        except NotFound:
            return Target(arn, exists=False, why=f"{arn} does not exist")
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return Target(arn, exists=None, why=problem.message)
        if not key:
            return Target(arn, exists=True)
        return self._with_key(arn, key)

    def queue_url(self, arn: Arn) -> str:
        """Give the URL that SQS calls a queue by; raises NotFound."""
        with calling("sqs:GetQueueUrl", str(arn)):
            sqs = self._session.client("sqs", arn.region)
            return sqs.get_queue_url(QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account)["QueueUrl"]

    def _queue(self, arn: Arn) -> str:
        sqs = self._session.client("sqs", arn.region)
        # SQS finds a queue by account and name, whatever host its URL names: asking for the URL would be a second call.
        url = f"{sqs.meta.endpoint_url}/{arn.account}/{arn.resource}"
        with calling("sqs:GetQueueAttributes", str(arn)):
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId", "QueueArn"])
        return answer.get("Attributes", {}).get("KmsMasterKeyId", "")

    def _topic(self, arn: Arn) -> str:
        with calling("sns:GetTopicAttributes", str(arn)):
            answer = self._session.client("sns", arn.region).get_topic_attributes(TopicArn=str(arn))
        return answer["Attributes"].get("KmsMasterKeyId", "")

    def _bus(self, arn: Arn) -> str:
        """Ask by ARN, since a name would mean the caller's own bus; an emulator may know its buses by name only."""
        events = self._session.client("events", arn.region)
        with calling("events:DescribeEventBus", str(arn)):
            try:
                events.describe_event_bus(Name=str(arn))
            except events.exceptions.ResourceNotFoundException:
                found = events.describe_event_bus(Name=arn.resource.removeprefix("event-bus/"))
                if found["Arn"] != str(arn):
                    raise
        return ""

    def _function(self, arn: Arn) -> str:
        with calling("lambda:GetFunctionConfiguration", str(arn)):
            self._session.client("lambda", arn.region).get_function_configuration(FunctionName=str(arn))
        return ""

    def _bucket(self, arn: Arn) -> str:
        s3 = self._session.client("s3")
        with calling("s3:ListBucket", str(arn)):
            s3.head_bucket(Bucket=arn.resource)
        with calling("s3:GetEncryptionConfiguration", str(arn)):
            try:
                answer = s3.get_bucket_encryption(Bucket=arn.resource)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == _NO_ENCRYPTION_RULE:
                    return ""
                raise
        rules: Any = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
        return next((each.get("KMSMasterKeyID", "") for each in defaults if "kms" in each.get("SSEAlgorithm", "")), "")

    def _with_key(self, arn: Arn, key: str) -> Target:
        """Resolve a key id, alias or ARN; a key that AWS manages lets every sender of the account through."""
        if key.partition("alias/")[2].startswith("aws/"):
            return Target(arn, exists=True)
        try:
            region = Arn.parse(key).region if key.startswith("arn:") else arn.region
            with calling("kms:DescribeKey", key):
                answer = self._session.client("kms", region).describe_key(KeyId=key)["KeyMetadata"]
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return Target(arn, exists=True, key_why=problem.message)
        return Target(arn, exists=True, key=Arn.parse(answer["Arn"]) if answer.get("KeyManager") != "AWS" else None)
