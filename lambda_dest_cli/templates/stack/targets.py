"""What stands behind a destination that is a resource of the template: its key, and its own policy."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambda_dest_cli.templates.declaration import Key
from lambda_dest_cli.templates.hole import NAME, hole, names
from lambda_dest_cli.templates.node import Node, Scalar, items_of, table_at
from lambda_dest_cli.templates.stack.policies import speaks_for_itself
from lambda_dest_cli.templates.stack.resolve import Resolver, branches
from lambda_dest_cli.templates.stack.resource_type import RESOURCE_TYPES
from lambda_dest_cli.templates.stack.resources import Resource

_KEY, _KEY_ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
_POLICIES = {
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::Events::EventBusPolicy": "EventBusName",
    "AWS::Lambda::Permission": "FunctionName",
}
"""The policies of resources, and the property that names what each is on."""
_DOCUMENTS = ("PolicyDocument", "Statement")


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that may be delivered to."""

    key: Key | None = None
    is_open: bool = False


def targets(resolver: Resolver) -> Mapping[str, Target]:
    """Give what is known of the template's own resources, by ARN."""
    keys = _keys(resolver)
    opened = list(_opened(resolver))
    found = {}
    for resource in resolver.resources.values():
        arn = resolver.arn(resource)
        if arn:
            named = {arn, resolver.name(resource), resolver.reference(resource.name)}
            is_open = any(each in named or not each for each in opened)
            found[arn] = Target(_key_of(resolver, resource, keys), is_open)
    return found


def _key_of(resolver: Resolver, resource: Resource, keys: Mapping[str, Key]) -> Key | None:
    kind = RESOURCE_TYPES.get(resource.type)
    if kind is None:
        return None
    if kind.service == "s3":
        return keys.get(_bucket_key(resolver, resource))
    return keys.get(resolver.text(resource.get(kind.key_property))) if kind.key_property else None


def _bucket_key(resolver: Resolver, bucket: Resource) -> str:
    rules = table_at(bucket.get("BucketEncryption"))
    for rule in items_of(rules.get("ServerSideEncryptionConfiguration") if rules else None):
        chosen = table_at(rule, "ServerSideEncryptionByDefault")
        if chosen:
            return resolver.text(chosen.get("KMSMasterKeyID"))
    return ""


def _keys(resolver: Resolver) -> dict[str, Key]:
    """Give the template's keys by everything that they are called: id, ARN, alias."""
    found: dict[str, Key] = {}
    for resource in resolver.resources.values():
        if resource.type == _KEY:
            key = Key(resource.name, resolver.arn(resource), speaks_for_itself(resolver, resource.get("KeyPolicy")))
            found |= {hole(resource.name + NAME): key, key.arn: key}
    for resource in resolver.resources.values():
        key_id = resolver.text(resource.get("TargetKeyId")) if resource.type == _KEY_ALIAS else ""
        if key_id in found:
            found[resolver.name(resource)] = found[key_id]
    return found


def _opened(resolver: Resolver) -> list[str]:
    """Give what has a policy of its own that may let a role in; an empty text stands for what cannot be told."""
    found = []
    for resource in resolver.resources.values():
        if resource.type not in _POLICIES or not _may_open(resolver, resource):
            continue
        for listed, _ in branches(resource.get(_POLICIES[resource.type])):
            found += [_named(resolver, each) for each in items_of(listed)]
    return found


def _may_open(resolver: Resolver, policy: Resource) -> bool:
    if policy.type == "AWS::Lambda::Permission":
        principal = policy.get("Principal")
        return not (isinstance(principal, Scalar) and principal.text.endswith(".amazonaws.com"))
    documents: list[Node] = [each for name in _DOCUMENTS if (each := policy.get(name)) is not None]
    return not documents or any(speaks_for_itself(resolver, each) for each in documents)


def _named(resolver: Resolver, node: Node) -> str:
    text = resolver.text(node)
    return text if all(name.startswith("AWS::") or name.endswith(NAME) for name in names(text)) else ""
