"""The destinations in the emulator: are they there, what do their own policies say, how much do they take?"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import FunctionRef

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
    """The KMS key that it is encrypted with, as its owner named it: ARN, id or alias."""


class LocalTargets:
    """Looks destinations up in one account and region."""

    def __init__(self, backend: Backend, account: str, region: str) -> None:
        self._backend, self._account, self._region = backend, account, region
        self._looks: dict[str, Callable[[Arn], Awaitable[LocalTarget]]] = {
            "sqs": self._queue,
            "sns": self._topic,
            "s3": self._bucket,
            "lambda": self._function,
            "events": self._bus,
        }

    async def look(self, arn: Arn) -> LocalTarget | None:
        """Give the destination, or None when it is not there, or is nothing that Lambda delivers to."""
        look = self._looks.get(arn.service)
        try:
            return await look(arn) if look else None
        except ApiFault:
            return None

    async def _queue(self, arn: Arn) -> LocalTarget:
        named = {"QueueName": arn.resource, "QueueOwnerAWSAccountId": arn.account}
        url = (await self._ask("sqs", "GetQueueUrl", **named))["QueueUrl"]
        answer = await self._ask("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
        found = answer.get("Attributes", {})
        limit = int(found.get("MaximumMessageSize", MEGABYTE))
        return LocalTarget(arn, url, _policy(found.get("Policy")), limit, found.get("KmsMasterKeyId", ""))

    async def _topic(self, arn: Arn) -> LocalTarget:
        found = (await self._ask("sns", "GetTopicAttributes", TopicArn=str(arn)))["Attributes"]
        own = _policy(found.get("Policy"))
        return LocalTarget(arn, policy=own, limit=_TOPIC_BYTES, key=found.get("KmsMasterKeyId", ""))

    async def _bucket(self, arn: Arn) -> LocalTarget:
        await self._ask("s3", "HeadBucket", Bucket=arn.resource)
        own = (await self._ask_if_any("s3", "GetBucketPolicy", Bucket=arn.resource)).get("Policy")
        encryption = await self._ask_if_any("s3", "GetBucketEncryption", Bucket=arn.resource)
        rules = encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        key = next((rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") for rule in rules), "")
        return LocalTarget(arn, policy=_policy(own), limit=None, key=key or "")

    async def _function(self, arn: Arn) -> LocalTarget:
        ref = FunctionRef.parse(str(arn))
        named = {"FunctionName": ref.name, **({"Qualifier": ref.qualifier} if ref.qualified else {})}
        await self._ask("lambda", "GetFunctionConfiguration", **named)
        own = (await self._ask_if_any("lambda", "GetPolicy", **named)).get("Policy")
        return LocalTarget(arn, policy=_policy(own))

    async def _bus(self, arn: Arn) -> LocalTarget:
        found = await self._ask("events", "DescribeEventBus", Name=arn.resource.removeprefix("event-bus/"))
        return LocalTarget(arn, policy=_policy(found.get("Policy")))

    async def _ask(self, service: str, operation: str, **params: object) -> dict[str, Any]:
        return await self._backend.call(service, operation, params, account=self._account, region=self._region)

    async def _ask_if_any(self, service: str, operation: str, **params: object) -> dict[str, Any]:
        """Ask for a part that a destination may lack, which services answer with an error."""
        try:
            return await self._ask(service, operation, **params)
        except ApiFault:
            return {}


def _policy(document: object) -> Policy | None:
    """Read a resource's own policy, where it has one; what is no policy says nothing."""
    if not document:
        return None
    try:
        return read(document if isinstance(document, str) else json.dumps(document), "own policy", "Resource Policy")
    except BadPolicy:
        return None
