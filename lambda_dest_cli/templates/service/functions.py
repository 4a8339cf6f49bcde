"""The functions of a service, and the resources that the framework makes of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lambda_dest_cli.templates.node import Scalar, Spot, Table, at, items_of, text_at
from lambda_dest_cli.templates.stack.resources import Resource, resources_of

_OWN_POLICIES = ("iamRoleStatements", "iamRoleStatementsName", "iam")
"""Settings with which a function gets a role of its own, by a plugin or by the framework's later versions."""
_DEFAULT_STAGE = "dev"


@dataclass(frozen=True, slots=True)
class ServerlessFunction:
    """One function."""

    key: str
    spot: Spot
    node: Table
    name: str
    """The name that it gets, with holes."""

    @property
    def logical_id(self) -> str:
        """What the framework calls it in the template it makes."""
        normal = self.key.replace("-", "Dash").replace("_", "Underscore")
        return f"{normal[:1].upper()}{normal[1:]}LambdaFunction"

    @property
    def has_own_policies(self) -> bool:
        """Whether it may have a role that only it has."""
        return any(name in self.node.entries for name in _OWN_POLICIES)


def functions_of(root: Table, read: Callable[[Scalar], str]) -> list[ServerlessFunction]:
    """Give the functions; they may be in one table or in a list of tables. None for a provider that is not AWS."""
    provider = text_at(root, "provider", "name") or text_at(root, "provider")
    if provider not in ("", "aws"):
        return []
    found = []
    for part in items_of(root.get("functions")):
        for key, node in part if isinstance(part, Table) else ():
            if isinstance(node, Table) and isinstance(part, Table):
                found.append(ServerlessFunction(key, part.key(key), node, _name(root, key, node, read)))
    return found


def _name(root: Table, key: str, node: Table, read: Callable[[Scalar], str]) -> str:
    named = node.get("name")
    if isinstance(named, Scalar):
        return read(named)
    service = root.get("service")
    given = at(service, "name") if isinstance(service, Table) else service
    stage = at(root, "provider", "stage")
    first = read(given) if isinstance(given, Scalar) else ""
    second = read(stage) if isinstance(stage, Scalar) else _DEFAULT_STAGE
    return f"{first}-{second}-{key}"


def resources_with(root: Table, functions: Sequence[ServerlessFunction]) -> dict[str, Resource]:
    """Give the service's own resources, and one for each function."""
    found = {each.name: each for part in items_of(root.get("resources")) for each in _listed(part)}
    return found | {each.logical_id: _resource(each) for each in functions}


def _listed(part: object) -> Iterator[Resource]:
    if isinstance(part, Table):
        yield from resources_of(part.get("Resources"))


def _resource(function: ServerlessFunction) -> Resource:
    spot = function.spot
    where = (spot.file, spot.line, spot.column)

    def table(**entries: Scalar | Table) -> Table:
        return Table(*where, {name: (Scalar(*where, name), value) for name, value in entries.items()})

    # The name has been read already: reading it again as a text with variables changes nothing, for it has only holes.
    node = table(Properties=table(FunctionName=Scalar(*where, function.name)))
    return Resource(function.logical_id, "AWS::Lambda::Function", spot, node)
