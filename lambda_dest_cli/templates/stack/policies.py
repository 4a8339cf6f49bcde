"""Roles of a template, with everything that its policies may allow them.

Only what certainly says no counts as no: a condition is taken to hold, a hole to be whatever would be allowed, and a
role with a policy that cannot be seen or understood is not whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lambda_dest_cli.templates.declaration import Grant, Role
from lambda_dest_cli.templates.hole import NAME, hole, names
from lambda_dest_cli.templates.node import Node, Scalar, Table, items_of, text_at
from lambda_dest_cli.templates.stack.resolve import Resolver, branches
from lambda_dest_cli.templates.stack.resources import Resource

ROLE = "AWS::IAM::Role"
_MANAGED = "AWS::IAM::ManagedPolicy"
_ATTACHED = {"AWS::IAM::Policy": "Roles", "AWS::IAM::RolePolicy": "RoleName", _MANAGED: "Roles"}
WITHOUT_DELIVERY = frozenset(
    {
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaDynamoDBExecutionRole",
        "service-role/AWSLambdaENIManagementAccess",
        "service-role/AWSLambdaKinesisExecutionRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
    }
)
"""AWS's managed policies that functions commonly have and that allow neither a delivery nor the use of a key."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a policy may allow, and whether all of it was understood."""

    grants: tuple[Grant, ...] = ()
    is_whole: bool = True

    def __add__(self, other: "Allowed") -> "Allowed":
        return Allowed((*self.grants, *other.grants), self.is_whole and other.is_whole)


UNSEEN = Allowed(is_whole=False)
"""Of what cannot be seen or understood."""


def roles(resolver: Resolver) -> Mapping[str, Role]:
    """Give the roles of the template by their ARNs."""
    apart = attached(resolver)
    found = {}
    for resource in resolver.resources.values():
        if resource.type == ROLE:
            allowed = _of_role(resolver, resource) + attached_to(apart, resolver.name(resource))
            found[resolver.arn(resource)] = Role(resource.name, allowed.grants, allowed.is_whole, own_arns(resolver))
    return found


def own_arns(resolver: Resolver) -> frozenset[str]:
    """Give the ARNs of the template's resources."""
    return frozenset(filter(None, map(resolver.arn, resolver.resources.values())))


def made_role(resolver: Resolver, name: str, policies: Node | None) -> Role:
    """Give a role that a tool makes with the policies that stand at the function (SAM)."""
    allowed = total(_listed_with_function(resolver, each) for each in items_of(policies))
    allowed += attached_to(attached(resolver), hole(name + NAME))
    return Role(name, allowed.grants, allowed.is_whole, own_arns(resolver), delivers=True)


def total(several: Iterable[Allowed]) -> Allowed:
    """Add up."""
    grants: list[Grant] = []
    whole = True
    for each in several:
        grants += each.grants
        whole = whole and each.is_whole
    return Allowed(tuple(grants), whole)


def _of_role(resolver: Resolver, role: Resource) -> Allowed:
    inline = total(
        document(resolver, each.get("PolicyDocument")) if isinstance(each, Table) else UNSEEN
        for node in _each(role.get("Policies"))
        for each in [node]
    )
    return inline + total(managed(resolver, each) for each in _each(role.get("ManagedPolicyArns")))


def _each(node: Node | None) -> Iterator[Node]:
    """Give the items of a list, and of every list that it may be."""
    for listed, _ in branches(node):
        for item in items_of(listed):
            yield from (each for each, _ in branches(item))


def managed(resolver: Resolver, node: Node) -> Allowed:
    """Give what a managed policy of AWS's, or of the template, allows."""
    if isinstance(node, Scalar) or not (own := _own_managed(resolver, node)):
        name = resolver.text(node).rpartition(":policy/")[2]
        return Allowed() if name in WITHOUT_DELIVERY else UNSEEN
    return document(resolver, own.get("PolicyDocument"))


def _own_managed(resolver: Resolver, node: Node) -> Resource | None:
    argument = text_at(getattr(node, "argument", None))
    found = resolver.resources.get(argument.partition(".")[0])
    return found if found and found.type == _MANAGED else None


def _listed_with_function(resolver: Resolver, node: Node) -> Allowed:
    """Read one of SAM's Policies: a managed policy's name or ARN, a document, or one of SAM's templates."""
    if isinstance(node, Table) and "Statement" in node.entries:
        return document(resolver, node)
    if isinstance(node, Table) and len(node.entries) == 1:
        # No template of SAM's but those for KMS allows the use of a key, and SAM itself allows the delivery.
        return UNSEEN if next(iter(node.entries)).startswith("KMS") else Allowed()
    name = resolver.text(node)
    return Allowed() if f"service-role/{name}" in WITHOUT_DELIVERY else managed(resolver, node)


def attached(resolver: Resolver) -> list[tuple[str, Allowed]]:
    """Give the policies that are resources of their own, by the name of the role; a hole in it may be any role."""
    found = []
    for resource in resolver.resources.values():
        if resource.type not in _ATTACHED:
            continue
        allowed = document(resolver, resource.get("PolicyDocument"), resource.name)
        listed = _each(resource.get(_ATTACHED[resource.type]))
        found += [(resolver.text(role), allowed) for role in listed]
    return found


def attached_to(apart: list[tuple[str, Allowed]], role: str) -> Allowed:
    """Give what is attached to a role; what may be attached to it makes it unseen."""
    own = total(allowed for name, allowed in apart if name == role)
    open_names = [name for name, _ in apart if name != role and any(not each.endswith(NAME) for each in names(name))]
    return own + (UNSEEN if open_names else Allowed())


def document(resolver: Resolver, node: Node | None, policy: str = "") -> Allowed:
    """Read a policy document."""
    if not isinstance(node, Table):
        return UNSEEN
    return total(statement(resolver, each, policy) for each in _each(node.get("Statement")))


def statement(resolver: Resolver, node: Node, policy: str = "") -> Allowed:
    """Read one statement; ``policy`` is the resource in which it stands, where that is not the role itself."""
    if not isinstance(node, Table):
        return UNSEEN
    effect = resolver.text(node.get("Effect"))
    if effect == "Deny":
        return Allowed()
    if effect != "Allow":
        return UNSEEN
    guarded = resolver.guarded()
    actions = ("*",) if node.get("NotAction") else _texts(guarded, node.get("Action"))
    resources = ("*",) if node.get("NotResource") else _texts(guarded, node.get("Resource"))
    return Allowed((Grant(actions, resources, policy),))


def _texts(resolver: Resolver, node: Node | None) -> tuple[str, ...]:
    return tuple(resolver.text(each) for each in _each(node))


def may_speak_for_itself(resolver: Resolver, statement: Node) -> bool:
    """Say whether a statement of a resource's policy may let a role in by itself.

    A service is no role, and an account's root leaves the decision to the role's policies.
    """
    if not isinstance(statement, Table) or resolver.text(statement.get("Effect")) == "Deny":
        return not isinstance(statement, Table)
    principal = statement.get("Principal")
    if not isinstance(principal, Table):
        return True
    others = [text for kind, node in principal if kind != "Service" for text in _texts(resolver.guarded(), node)]
    return any(not text.endswith(":root") for text in others)


def speaks_for_itself(resolver: Resolver, node: Node | None) -> bool:
    """Say whether a resource's policy may let a role in by itself."""
    statements = node.get("Statement") if isinstance(node, Table) else None
    return node is not None and (
        statements is None or any(may_speak_for_itself(resolver, s) for s in _each(statements))
    )
