"""The resources and parameters of a template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lambda_dest_cli.templates.hole import hole
from lambda_dest_cli.templates.node import Call, Listing, Node, Scalar, Spot, Table, items_of, table_at, text_at

_FOR_EACH = "Fn::ForEach"
_BODY = 2
_PLAIN_TYPES = ("String", "Number")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource."""

    name: str
    """Its logical id."""
    type: str
    spot: Spot
    """Where its logical id is written."""
    node: Table

    def get(self, name: str) -> Node | None:
        """Give a property."""
        properties = self.node.get("Properties")
        return properties.get(name) if isinstance(properties, Table) else None

    @property
    def conditional(self) -> bool:
        """Whether it is there under a condition only."""
        return self.node.get("Condition") is not None


def resources_of(section: Node | None) -> Iterator[Resource]:
    """Give the resources of a Resources section; those of a ``Fn::ForEach`` once each, as they are written."""
    for name, node in section if isinstance(section, Table) else ():
        if name.startswith(_FOR_EACH):
            yield from _repeated(node)
        elif isinstance(node, Table) and isinstance(section, Table):
            yield Resource(name, text_at(node, "Type"), section.key(name), node)


def _repeated(loop: Node) -> Iterator[Resource]:
    if isinstance(loop, Listing) and len(loop.items) > _BODY:
        yield from resources_of(loop.items[_BODY])


def defaults_of(parameters: Node | None) -> Mapping[str, str]:
    """Give each parameter's default, or a hole where there is none or the default is the name of a stored value."""
    section = parameters if isinstance(parameters, Table) else None
    found = {}
    for name, node in section or ():
        default = text_at(node, "Default")
        found[name] = default if default and text_at(node, "Type") in _PLAIN_TYPES else hole(name)
    return found


def references(node: Node) -> Iterator[str]:
    """Give every name that a piece of a template refers to, by Ref, Fn::GetAtt, Fn::Sub or DependsOn."""
    waiting: list[Node] = [node]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Call):
            yield from _called(each)
            waiting.append(each.argument)
        elif isinstance(each, Listing):
            waiting += each.items
        elif isinstance(each, Table):
            waiting += [value for _, value in each]
    for name in items_of(table.get("DependsOn") if (table := table_at(node)) else None):
        if isinstance(name, Scalar):
            yield name.text


def _called(call: Call) -> Iterator[str]:
    first = next(iter(items_of(call.argument)), None)
    if not isinstance(first, Scalar):
        return
    if call.name == "Fn::Sub":
        yield from (name.partition(".")[0] for name in names_in_sub(first.text))
    elif call.name in ("Ref", "Fn::GetAtt"):
        yield first.text.partition(".")[0]


def names_in_sub(text: str) -> list[str]:
    """Give the names between ``${`` and ``}``; ``${!x}`` is text."""
    found = []
    for piece in text.split("${")[1:]:
        name, closed, _ = piece.partition("}")
        if closed and not name.startswith("!"):
            found.append(name.strip())
    return found
