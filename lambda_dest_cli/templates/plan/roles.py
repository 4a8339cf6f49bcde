"""The roles of a plan, and the keys: as far as their policies are known before anything is applied."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lambda_dest_cli.templates.declaration import Key, Role
from lambda_dest_cli.templates.hole import is_whole, names
from lambda_dest_cli.templates.json_tree import read_json
from lambda_dest_cli.templates.node import Listing, Node, Scalar, items_of, text_at
from lambda_dest_cli.templates.plan.attributes import Attributes
from lambda_dest_cli.templates.plan.modules import Planned
from lambda_dest_cli.templates.stack.policies import (
    UNSEEN,
    WITHOUT_DELIVERY,
    Allowed,
    document,
    speaks_for_itself,
    total,
)
from lambda_dest_cli.templates.stack.resolve import Resolver
from lambda_dest_cli.templates.unreadable import Unreadable

_ROLE, _POLICY, _KEY, _ALIAS = "aws_iam_role", "aws_iam_policy", "aws_kms_key", "aws_kms_alias"
_INLINE, _ATTACHMENT = "aws_iam_role_policy", "aws_iam_role_policy_attachment"
_OPENING = {
    "aws_sqs_queue_policy": "sqs",
    "aws_sns_topic_policy": "sns",
    "aws_s3_bucket_policy": "s3",
    "aws_cloudwatch_event_permission": "events",
    "aws_cloudwatch_event_bus_policy": "events",
}
"""The policies of resources, and the service of each."""
_OPENING_KEYS = ("aws_kms_key_policy", "aws_kms_grant")


@dataclass(frozen=True)
class Roles:
    """What stands behind the functions and destinations of a plan."""

    attributes: Attributes

    def role(self, function: Planned) -> Role | None:
        """Give the role of the plan that a function runs as."""
        return self._roles.get(self.attributes.text(function, "role"))

    @cached_property
    def _roles(self) -> Mapping[str, Role]:
        found = {}
        for planned in self.attributes.plan.every(_ROLE):
            arn, name = self.attributes.arn(planned), self.attributes.name(planned)
            allowed = self._own(planned) + self._beside(name)
            found[arn] = Role(planned.address, allowed.grants, allowed.is_whole, may_have_more=True)
        return found

    def _own(self, role: Planned) -> Allowed:
        blocks = items_of(role.get("inline_policy"))
        inline = total(self._text(text_at(each, "policy")) for each in blocks)
        if not blocks and role.has_expression("inline_policy"):
            inline = UNSEEN
        listed = role.get("managed_policy_arns")
        if not isinstance(listed, Listing) and role.has_expression("managed_policy_arns"):
            return UNSEEN
        return inline + total(self._managed(text_at(each)) for each in items_of(listed))

    def _beside(self, name: str) -> Allowed:
        """Give what is attached to a role; what may be attached to it makes it unseen."""
        mine = total(allowed for role, allowed in self._attached if role == name)
        strange = any(not is_whole(role) and not _is_made_up(role) for role, _ in self._attached)
        return mine + (UNSEEN if strange else Allowed())

    @cached_property
    def _attached(self) -> list[tuple[str, Allowed]]:
        text = self.attributes.text
        inline = [(text(each, "role"), self._document(each)) for each in self._every(_INLINE)]
        managed = [(text(each, "role"), self._managed(text(each, "policy_arn"))) for each in self._every(_ATTACHMENT)]
        return inline + managed

    def _managed(self, arn: str) -> Allowed:
        if arn in self._policies:
            return self._document(self._policies[arn])
        return Allowed() if arn.rpartition(":policy/")[2] in WITHOUT_DELIVERY else UNSEEN

    @cached_property
    def _policies(self) -> Mapping[str, Planned]:
        return {self.attributes.arn(each): each for each in self.attributes.plan.every(_POLICY)}

    def _document(self, planned: Planned) -> Allowed:
        return self._text(text_at(planned.get("policy")))

    def _text(self, policy: str) -> Allowed:
        """Read a policy that is known already."""
        parsed = _parsed(policy)
        return document(Resolver(), parsed) if parsed else UNSEEN

    def key(self, destination: Planned, attribute: str) -> Key | None:
        """Give the key of the plan that a destination is encrypted with."""
        return self._keys.get(self.attributes.text(destination, attribute))

    @cached_property
    def _keys(self) -> Mapping[str, Key]:
        found: dict[str, Key] = {}
        others = any(next(self.attributes.plan.every(each), None) for each in _OPENING_KEYS)
        for planned in self.attributes.plan.every(_KEY):
            arn = self.attributes.arn(planned)
            key = Key(planned.address, arn, others or _opens(planned))
            found |= {arn: key, self.attributes.name(planned): key}
        for planned in self.attributes.plan.every(_ALIAS):
            key_id = self.attributes.text(planned, "target_key_id")
            if key_id in found:
                found |= {self.attributes.name(planned): found[key_id], self.attributes.arn(planned): found[key_id]}
        return found

    def is_open(self, service: str, destination: Planned | None) -> bool:
        """Say whether a policy of the destination itself may let the role deliver."""
        if destination is not None and destination.has_expression("policy"):
            return True
        return service == "lambda" or service in self._opened

    @cached_property
    def _opened(self) -> frozenset[str]:
        return frozenset(service for kind, service in _OPENING.items() if next(self._every(kind), None))

    def _every(self, kind: str) -> Iterator[Planned]:
        return self.attributes.plan.every(kind)


def _is_made_up(name: str) -> bool:
    return all(not each.startswith("@") for each in names(name))


def _parsed(policy: str) -> Node | None:
    try:
        return read_json("", policy)[0] if policy else None
    except Unreadable:
        return None


def _opens(key: Planned) -> bool:
    """Say whether a key's own policy may let a role use it; the policy that it gets by default does not."""
    node = key.get("policy")
    if isinstance(node, Scalar) and node.text:
        parsed = _parsed(node.text)
        return parsed is None or speaks_for_itself(Resolver(), parsed)
    return key.has_expression("policy")
