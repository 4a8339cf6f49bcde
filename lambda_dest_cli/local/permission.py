"""What a role may do in the embedded AWS: its policies read from the emulator, judged by ``iam/``."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision

_INLINE = "role"
KEPT_SECONDS = 1.0
"""How long what was read is believed, should a change have come by a way that does not call ``forget``."""


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """A role's identity policies, and its boundary where it has one."""

    identity: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None


class Permissions:
    """Reads roles and judges requests. What was read is kept for a moment, and until ``forget`` at the longest."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._roles: dict[str, tuple[float, RolePolicies | None]] = {}

    def forget(self) -> None:
        """Forget what was read."""
        self._roles.clear()

    async def policies(self, role: str, region: str) -> RolePolicies | None:
        """Read a role's policies; None when the role does not exist."""
        until, found = self._roles.get(role, (0.0, None))
        if until < time.monotonic():
            arn = Arn.parse(role)
            reader = _RoleReader(self.backend, arn.account, region)
            found = await reader.read(arn.resource.rpartition("/")[2])
            self._roles[role] = (time.monotonic() + KEPT_SECONDS, found)
        return found

    async def judge(
        self, role: str, request: Request, region: str, resource: Policy | None = None, key: bool = False
    ) -> Verdict:
        """Decide whether a role may; a role that does not exist may nothing."""
        found = await self.policies(role, region)
        if found is None:
            return Verdict(Decision.IMPLICIT_DENY, "identity policy")
        return evaluate(request, Policies(found.identity, found.boundary, None, resource, key))

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


class _RoleReader:
    """Reads one account's IAM."""

    def __init__(self, backend: Backend, account: str, region: str) -> None:
        self._backend, self._account, self._region = backend, account, region

    async def read(self, name: str) -> RolePolicies | None:
        try:
            role = (await self._ask("GetRole", RoleName=name))["Role"]
        except ApiFault:
            return None
        inline = [
            await self._inline(name, each)
            for each in (await self._ask("ListRolePolicies", RoleName=name))["PolicyNames"]
        ]
        attached = (await self._ask("ListAttachedRolePolicies", RoleName=name))["AttachedPolicies"]
        managed = [await self._managed(each["PolicyArn"]) for each in attached]
        edge = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        boundary = None if edge is None else tuple(filter(None, [await self._managed(edge)]))
        return RolePolicies(tuple(filter(None, [*inline, *managed])), boundary)

    async def _inline(self, role: str, name: str) -> Policy | None:
        answer = await self._ask("GetRolePolicy", RoleName=role, PolicyName=name)
        return _read(answer["PolicyDocument"], f"{_INLINE}_{role}_{name}")

    async def _managed(self, arn: str) -> Policy | None:
        try:
            version = (await self._ask("GetPolicy", PolicyArn=arn))["Policy"]["DefaultVersionId"]
            answer = await self._ask("GetPolicyVersion", PolicyArn=arn, VersionId=version)
        except ApiFault:
            return None
        return _read(answer["PolicyVersion"]["Document"], arn.rpartition("/")[2])

    async def _ask(self, operation: str, **params: str) -> dict[str, Any]:
        return await self._backend.call("iam", operation, params, account=self._account, region=self._region)


def _read(document: object, name: str) -> Policy | None:
    """Read a document that the emulator holds; one that is no policy grants nothing."""
    try:
        return read(unquote(document) if isinstance(document, str) else document, name)  # type: ignore[arg-type]
    except BadPolicy:
        return None
