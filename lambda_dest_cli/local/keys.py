"""KMS keys in the emulator: may a role use the one that a destination is encrypted with?

SQS Developer Guide, "Key management"; KMS Developer Guide, "Key policies" and "Grants in AWS KMS". AWS's own keys
(``alias/aws/sqs``) let through whoever the service lets through.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.iam.evaluate import Request
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.permission import Permissions, delivery_context
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision

_OF_AWS = "alias/aws/"


class LocalKeys:
    """Looks keys up and judges their use."""

    def __init__(self, backend: Backend, permissions: Permissions) -> None:
        self._backend = backend
        self._permissions = permissions

    async def refused(self, role: str, key: str, actions: Iterable[str], target: Arn, home: Arn) -> str | None:
        """Say why a role may not use a key, or None. ``home`` is the function, where the target names no region."""
        if not key or _OF_AWS in key:
            return None
        region, account = target.region or home.region, target.account or home.account
        try:
            described = (await self._ask("DescribeKey", account, region, KeyId=key))["KeyMetadata"]
            if described.get("KeyManager") == "AWS":
                return None
            if not described.get("Enabled", True):
                return f"the key {key} is disabled"
            policy = await self._policy(described["Arn"], account, region)
        except ApiFault:
            return f"the key {key} does not exist"
        context = _context(role, described["Arn"], target.service, region)
        for action in actions:
            request = Request(action, described["Arn"], role, context=context)
            verdict = await self._permissions.judge(role, request, region, policy, key=True)
            if verdict.decision is not Decision.ALLOWED and not (
                verdict.decision is Decision.IMPLICIT_DENY and await self._granted(role, request, account, region)
            ):
                return f"the role may not {action} on {described['Arn']}"
        return None

    async def _granted(self, role: str, request: Request, account: str, region: str) -> bool:
        """Say whether a grant of the key lets the role; one for an encryption context alone does not count here."""
        answer = await self._ask("ListGrants", account, region, KeyId=request.resource)
        operation = request.action.partition(":")[2]
        return any(
            grant["GranteePrincipal"] == role and operation in grant["Operations"] and not grant.get("Constraints")
            for grant in answer["Grants"]
        )

    async def _policy(self, arn: str, account: str, region: str) -> Policy:
        answer = await self._ask("GetKeyPolicy", account, region, KeyId=arn, PolicyName="default")
        try:
            return read(answer["Policy"], "key policy", "Resource Policy")
        except BadPolicy:
            return Policy(())  # a key whose policy says nothing lets nobody in

    async def _ask(self, operation: str, account: str, region: str, **params: str) -> dict[str, Any]:
        return await self._backend.call("kms", operation, params, account=account, region=region)


def _context(role: str, key: str, service: str, region: str) -> Mapping[str, tuple[str, ...]]:
    account = Arn.parse(key).account
    via = {"kms:ViaService": (f"{service}.{region}.amazonaws.com",), "kms:CallerAccount": (account,)}
    return {**delivery_context(role, key), **via}
