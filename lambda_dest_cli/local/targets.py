"""The destinations in the emulator: are they there, what do their own policies say, how much do they take?"""

import json
from dataclasses import dataclass
from typing import Any

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.model.arn import Arn

MEGABYTE = 1_048_576
_TOPIC_BYTES = 262_144
"""SNS takes 256 KB, still (SNS API reference, Publish)."""


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A destination that is there. ``url`` is a queue's; ``limit`` in bytes, None for none."""

    arn: Arn
    url: str = ""
    policy: Policy | None = None
    limit: int | None = MEGABYTE
    key: str = ""


class LocalTargets:
    """Looks destinations up."""

    def __init__(self, backend: Backend, account: str, region: str) -> None:
        self._backend, self._account, self._region = backend, account, region

    async def look(self, arn: Arn) -> LocalTarget | None:
        """Give the destination, or None when it is not there."""
        try:
            match arn.service:
                case "sqs":
                    return await self._queue(arn)
                case "sns":
                    return await self._topic(arn)
                case "s3":
                    return await self._bucket(arn)
                case "lambda":
                    await self._ask("lambda", "GetFunctionConfiguration", FunctionName=str(arn))
                    return LocalTarget(arn)
                case _:
                    return await self._bus(arn)
        except ApiFault:
            return None

    async def _queue(self, arn: Arn) -> LocalTarget:
        url = (await self._ask("sqs", "GetQueueUrl", QueueName=arn.resource, QueueOwnerAWSAccountId=arn.account))[
            "QueueUrl"
        ]
        found = (await self._ask("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])).get(
            "Attributes", {}
        )
        limit = int(found.get("MaximumMessageSize", MEGABYTE))
        return LocalTarget(arn, url, _policy(found.get("Policy")), limit, found.get("KmsMasterKeyId", ""))

    async def _topic(self, arn: Arn) -> LocalTarget:
        found = (await self._ask("sns", "GetTopicAttributes", TopicArn=str(arn)))["Attributes"]
        own = found.get("Policy")
        # The default policy of a topic lets its own account through; it says nothing against anybody.
        return LocalTarget(arn, policy=_policy(own), limit=_TOPIC_BYTES, key=found.get("KmsMasterKeyId", ""))

    async def _bucket(self, arn: Arn) -> LocalTarget:
        await self._ask("s3", "HeadBucket", Bucket=arn.resource)
        try:
            own = (await self._ask("s3", "GetBucketPolicy", Bucket=arn.resource)).get("Policy")
        except ApiFault:
            own = None
        return LocalTarget(arn, policy=_policy(own), limit=None)

    async def _bus(self, arn: Arn) -> LocalTarget:
        found = await self._ask("events", "DescribeEventBus", Name=arn.resource.removeprefix("event-bus/"))
        return LocalTarget(arn, policy=_policy(found.get("Policy")))

    async def _ask(self, service: str, operation: str, **params: object) -> dict[str, Any]:
        return await self._backend.call(service, operation, params, account=self._account, region=self._region)


def _policy(document: object) -> Policy | None:
    """Read a resource's own policy, where it has one; what is no policy says nothing."""
    if not document:
        return None
    try:
        return read(document if isinstance(document, str) else json.dumps(document), "own policy", "Resource Policy")
    except BadPolicy:
        return None
