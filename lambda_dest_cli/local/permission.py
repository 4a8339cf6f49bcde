"""What a role may do in the embedded AWS: its policies read from the emulator, judged by ``iam/``."""

import time
from collections.abc import Mapping

from lambda_dest_cli.iam.document import Policy
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.holdings import Holdings, Reader, entity_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision

KEPT_SECONDS = 1.0
"""How long what was read is believed, should a change have come by a way that does not call ``forget``."""


class Permissions:
    """Reads roles (users, groups) and judges requests. What was read is kept for a moment, until ``forget`` at most."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._roles: dict[str, tuple[float, Holdings | None]] = {}

    def forget(self) -> None:
        """Forget what was read."""
        self._roles.clear()

    async def policies(self, arn: str, region: str) -> Holdings | None:
        """Read what a role, a user or a group holds; None when it does not exist."""
        until, found = self._roles.get(arn, (0.0, None))
        if until < time.monotonic():
            entity = entity_of(arn)
            found = await Reader(self.backend, entity.account, region).read(entity) if entity else None
            self._roles[arn] = (time.monotonic() + KEPT_SECONDS, found)
        return found

    async def judge(
        self, role: str, request: Request, region: str, resource: Policy | None = None, key: bool = False
    ) -> Verdict:
        """Decide whether a role may; a role that does not exist may nothing."""
        found = await self.policies(role, region)
        if found is None:
            return Verdict(Decision.IMPLICIT_DENY, "identity policy")
        return evaluate(request, Policies(found.identity, found.limits, None, resource, key))

    async def allows(self, role: str, action: str, resource: str, region: str, own: Policy | None = None) -> bool:
        """Say whether a role may do an action on a resource, with the context that delivery carries."""
        request = Request(action, resource, role, context=delivery_context(role, resource))
        return (await self.judge(role, request, region, own)).decision is Decision.ALLOWED


def delivery_context(role: str, resource: str) -> Mapping[str, tuple[str, ...]]:
    """Give the context keys of a delivery. It carries no lambda:SourceFunctionArn (captures of Sept 2026)."""
    account = Arn.parse(role).account
    owner = resource.split(":")[4] or account
    return {
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalArn": (role,),
        "aws:PrincipalType": ("AssumedRole",),
        "aws:ResourceAccount": (owner,),
        "aws:SecureTransport": ("true",),
        "s3:ResourceAccount": (owner,),
    }
