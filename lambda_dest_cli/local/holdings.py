"""The policies that a user, a group or a role holds, read from the emulator."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault

BOUNDARY = "Permissions Boundary Policy"
"""IAM's word for where such a policy comes from."""
_ENTITY = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(?P<kind>user|group|role)/(?:.*/)?(?P<name>[^/]+)")
_WORDS = {"user": "User", "group": "Group", "role": "Role"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A user, a group or a role."""

    account: str
    kind: str
    """``user``, ``group`` or ``role``."""
    name: str


def entity_of(arn: str) -> Entity | None:
    """Read the ARN of a user, a group or a role; None for anything else, such as a session. The path does not count."""
    match = _ENTITY.fullmatch(arn)
    return Entity(match["account"], match["kind"], match["name"]) if match else None


@dataclass(frozen=True, slots=True)
class Held:
    """A policy that somebody holds: a managed one (``arn``), or an inline one of a holder."""

    policy: Policy
    name: str
    arn: str = ""
    holder: Entity | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """Identity policies, with those of a user's groups; and the boundary, where there is one.

    A boundary that is no policy any more allows nothing.
    """

    policies: tuple[Held, ...]
    boundary: tuple[Held, ...] | None

    @property
    def identity(self) -> tuple[Policy, ...]:
        """The identity policies themselves."""
        return tuple(each.policy for each in self.policies)

    @property
    def limits(self) -> tuple[Policy, ...] | None:
        """The boundary itself."""
        return None if self.boundary is None else tuple(each.policy for each in self.boundary)

    def without(self, excluded: Callable[[Held, bool], bool]) -> "Holdings":
        """Leave out what is excluded; it is asked (policy, whether that is the boundary)."""
        kept = tuple(each for each in self.policies if not excluded(each, False))
        edges = tuple(each for each in self.boundary or () if not excluded(each, True))
        gone = self.boundary is not None and len(edges) < len(self.boundary)
        return Holdings(kept, None if gone else self.boundary)


class Reader:
    """Reads one account's IAM."""

    def __init__(self, backend: Backend, account: str, region: str) -> None:
        self._backend, self._account, self._region = backend, account, region

    async def read(self, entity: Entity) -> Holdings | None:
        """Read what an entity holds; None when there is no such entity."""
        word = _WORDS[entity.kind]
        try:
            found = (await self._ask(f"Get{word}", **{f"{word}Name": entity.name}))[word]
        except ApiFault:
            return None
        held = await self._own(entity)
        if entity.kind == "user":
            for group in (await self._ask("ListGroupsForUser", UserName=entity.name))["Groups"]:
                held += await self._own(Entity(entity.account, "group", group["GroupName"]))
        edge = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        boundary = None if edge is None else tuple(filter(None, [await self._managed(edge, BOUNDARY)]))
        return Holdings(tuple(held), boundary)

    async def _own(self, entity: Entity) -> list[Held]:
        word = _WORDS[entity.kind]
        named = {f"{word}Name": entity.name}
        names = (await self._ask(f"List{word}Policies", **named))["PolicyNames"]
        inline = [await self._inline(entity, each) for each in names]
        attached = (await self._ask(f"ListAttached{word}Policies", **named))["AttachedPolicies"]
        return list(filter(None, [*inline, *[await self._managed(each["PolicyArn"]) for each in attached]]))

    async def _inline(self, entity: Entity, name: str) -> Held | None:
        """Read an inline policy, which the simulator calls ``role_NAME_POLICY``."""
        word = _WORDS[entity.kind]
        answer = await self._ask(f"Get{word}Policy", **{f"{word}Name": entity.name, "PolicyName": name})
        policy = _read(answer["PolicyDocument"], f"{entity.kind}_{entity.name}_{name}")
        return None if policy is None else Held(policy, name, holder=entity)

    async def _managed(self, arn: str, source: str = "IAM Policy") -> Held | None:
        try:
            version = (await self._ask("GetPolicy", PolicyArn=arn))["Policy"]["DefaultVersionId"]
            answer = await self._ask("GetPolicyVersion", PolicyArn=arn, VersionId=version)
        except ApiFault:
            return None
        name = arn.rpartition("/")[2]
        policy = _read(answer["PolicyVersion"]["Document"], name, source)
        return None if policy is None else Held(policy, name, arn)

    async def _ask(self, operation: str, **params: str) -> dict[str, Any]:
        return await self._backend.call("iam", operation, params, account=self._account, region=self._region)


def _read(document: object, name: str, source: str = "IAM Policy") -> Policy | None:
    """Read a document that the emulator holds; one that is no policy grants nothing."""
    try:
        return read(unquote(document) if isinstance(document, str) else document, name, source)  # type: ignore[arg-type]
    except BadPolicy:
        return None
