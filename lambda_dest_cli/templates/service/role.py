"""The role that the framework makes for all functions of a service."""

from collections.abc import Iterator

from lambda_dest_cli.templates.declaration import Role
from lambda_dest_cli.templates.hole import NAME, hole
from lambda_dest_cli.templates.node import Node, Scalar, Table, at, items_of
from lambda_dest_cli.templates.stack.policies import attached, attached_to, managed, own_arns, statement, total
from lambda_dest_cli.templates.stack.resolve import Resolver

_NAME = "IamRoleLambdaExecution"
_STATEMENTS = (("iam", "role", "statements"), ("iamRoleStatements",))
_MANAGED = (("iam", "role", "managedPolicies"), ("iamManagedPolicies",))


def shared_role(root: Table, resolver: Resolver) -> Role | None:
    """Give the role with what the file lets it do; None where a plugin may make others of it."""
    plugins = root.get("plugins")
    listed = items_of(at(plugins, "modules") if isinstance(plugins, Table) else plugins)
    if any(not isinstance(each, Scalar) or "iam" in each.text for each in listed):
        return None
    provider = root.get("provider")
    if at(provider, "iam", "role", "mode") is not None:  # each function has a role of its own then
        return None
    allowed = total(statement(resolver, each) for each in _under(provider, _STATEMENTS))
    allowed += total(managed(resolver, each) for each in _under(provider, _MANAGED))
    allowed += attached_to(attached(resolver), hole(_NAME + NAME))
    return Role(_NAME, allowed.grants, allowed.is_whole, own_arns(resolver), may_have_more=True)


def _under(provider: Node | None, paths: tuple[tuple[str, ...], ...]) -> Iterator[Node]:
    for path in paths:
        yield from items_of(at(provider, *path))
