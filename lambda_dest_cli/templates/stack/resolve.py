"""Intrinsic functions, worked out as far as a template alone can: what is left open becomes a hole."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lambda_dest_cli.templates.hole import (
    ACCOUNT,
    LONGEST,
    NAME,
    PARTITION,
    REGION,
    hole,
    is_whole,
    unknown,
)
from lambda_dest_cli.templates.node import Call, Kind, Listing, Node, Scalar, Table, at, items_of
from lambda_dest_cli.templates.stack.resource_type import RESOURCE_TYPES, Gives, ResourceType
from lambda_dest_cli.templates.stack.resources import Resource

_NO_VALUE = "AWS::NoValue"
_STORED = re.compile(r"\{\{resolve:.*?\}\}", re.DOTALL)
"""A dynamic reference: its value is fetched when the stack is deployed."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_IF_PARTS = 3
_QUALIFIED = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


def _as_it_is(scalar: Scalar) -> str:
    return scalar.text


@dataclass(frozen=True, slots=True)
class Resolver:
    """What names stand for."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    mappings: Node | None = None
    read: Callable[[Scalar], str] = _as_it_is
    """How a scalar is read: Serverless has variables of its own in them."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The resources' own names. Worked out beforehand: they may refer to one another in a circle."""
    qualified: Mapping[str, str] = field(default_factory=dict)
    """The ARNs of aliases and versions."""

    @classmethod
    def of(
        cls,
        resources: Mapping[str, Resource],
        parameters: Mapping[str, str],
        mappings: Node | None,
        read: Callable[[Scalar], str] = _as_it_is,
    ) -> "Resolver":
        """Make a resolver that knows the names of its resources."""
        bare = cls(resources, parameters, mappings, read)
        named = replace(bare, names={name: bare._made_name(each) for name, each in resources.items()})
        made = {name: named._made_qualified(each) for name, each in resources.items() if each.type in _QUALIFIED}
        return replace(named, qualified=made)

    def guarded(self) -> "Resolver":
        """Give a resolver for what stands under a condition, which may well be one on a parameter's value."""
        return replace(self, parameters={name: hole(name) for name in self.parameters})

    def text(self, node: Node | None) -> str:
        """Give what a node is as a text; a list or table is a hole, nothing at all an empty text."""
        if isinstance(node, Scalar):
            return "" if node.kind is Kind.NULL else _STORED.sub(unknown(node.line, node.column), self.read(node))
        if not isinstance(node, Call):
            return unknown(node.line, node.column) if node else ""
        work = _FUNCTIONS.get(node.name)
        found = work(self, node.argument) if work else None
        return unknown(node.line, node.column) if found is None or len(found) > LONGEST else found

    def name(self, resource: Resource) -> str:
        """Give a resource's own name, a hole where CloudFormation makes one up."""
        return self.names.get(resource.name) or hole(resource.name + NAME)

    def _made_name(self, resource: Resource) -> str:
        kind = RESOURCE_TYPES.get(resource.type)
        named = self.text(resource.get(kind.name_property)) if kind and kind.name_property else ""
        made_up = hole(resource.name + NAME)
        if kind and kind.fifo_property and self.text(resource.get(kind.fifo_property)).lower() == "true":
            return named if named.endswith(".fifo") else (named or made_up) + ".fifo"
        return named or made_up

    def arn(self, resource: Resource) -> str:
        """Give a resource's ARN; an empty text where its type is not known."""
        kind = RESOURCE_TYPES.get(resource.type)
        return self._arn(kind, self.name(resource)) if kind else ""

    def function_arn(self, named: str) -> str:
        """Give the ARN of a function that is named by its name, or by an ARN already."""
        return named if named.startswith("arn:") else self._arn(RESOURCE_TYPES["AWS::Lambda::Function"], named)

    def _arn(self, kind: ResourceType, name: str) -> str:
        region, account = hole(REGION) if kind.has_region else "", hole(ACCOUNT) if kind.has_account else ""
        return f"arn:{hole(PARTITION)}:{kind.service}:{region}:{account}:{kind.resource.format(name=name)}"

    def reference(self, name: str) -> str | None:
        """Give what ``Ref`` of a name is; None where it cannot be told."""
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            return "" if name == _NO_VALUE else hole(name)
        owner, dot, attribute = name.partition(".")
        if dot and attribute in ("Alias", "Version"):  # SAM's references to what it makes of a function
            made = self.resources.get(owner)
            return f"{self.arn(made)}:{hole(name)}" if made and self.arn(made) else None
        resource = self.resources.get(name)
        if resource is None and name.endswith("Role") and name.removesuffix("Role") in self.resources:
            return hole(name + NAME)  # the role that SAM makes for a function
        return self._refers(resource) if resource else None

    def _made_qualified(self, resource: Resource) -> str:
        function = self.text(resource.get("FunctionName")) or unknown(resource.spot.line, resource.spot.column)
        qualifier = self.text(resource.get("Name")) or hole(resource.name + NAME)
        return f"{self.function_arn(function)}:{qualifier}"

    def _refers(self, resource: Resource) -> str | None:
        if resource.type in _QUALIFIED:
            return self.qualified.get(resource.name)
        kind = RESOURCE_TYPES.get(resource.type)
        if kind is None:
            return None
        if kind.ref is Gives.URL:
            return self._url(resource)
        return self.arn(resource) if kind.ref is Gives.ARN else self.name(resource)

    def _url(self, resource: Resource) -> str:
        return f"https://sqs.{hole(REGION)}.{hole('AWS::URLSuffix')}/{hole(ACCOUNT)}/{self.name(resource)}"

    def attribute(self, name: str, attribute: str) -> str | None:
        """Give what ``Fn::GetAtt`` is; None where it cannot be told."""
        resource = self.resources.get(name)
        kind = RESOURCE_TYPES.get(resource.type) if resource else None
        if resource is None or kind is None:
            return None
        if attribute in kind.arns:
            return self.arn(resource)
        if attribute in kind.urls:
            return self._url(resource)
        return self.name(resource) if attribute in kind.names else hole(f"{name}.{attribute}{NAME}")


def _ref(resolver: Resolver, argument: Node) -> str | None:
    return resolver.reference(argument.text) if isinstance(argument, Scalar) else None


def _get_att(resolver: Resolver, argument: Node) -> str | None:
    if isinstance(argument, Scalar):
        name, _, attribute = argument.text.partition(".")
        return resolver.attribute(name, attribute)
    if isinstance(argument, Listing) and all(isinstance(each, Scalar) for each in argument.items):
        name, *rest = (each.text for each in argument.items if isinstance(each, Scalar)) if argument.items else ("",)
        return resolver.attribute(name, ".".join(rest))
    return None


def _sub(resolver: Resolver, argument: Node) -> str | None:
    template, *rest = items_of(argument) or (None,)
    if not isinstance(template, Scalar):
        return None
    given = rest[0] if rest else None
    known = {name: resolver.text(node) for name, node in given} if isinstance(given, Table) else {}
    pieces: list[str] = []
    length = last = 0
    text = _STORED.sub(unknown(template.line, template.column), resolver.read(template))
    for match in _VARIABLE.finditer(text):
        value = _variable(resolver, match[1].strip(), known)
        pieces += [text[last : match.start()], value]
        length, last = length + len(pieces[-2]) + len(value), match.end()
        if length > LONGEST:
            return None
    return "".join((*pieces, text[last:]))


def _variable(resolver: Resolver, name: str, known: Mapping[str, str]) -> str:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in known:
        return known[name]
    owner, dot, attribute = name.partition(".")
    found = resolver.attribute(owner, attribute) if dot else None
    return found or resolver.reference(name) or hole(name)


def _join(resolver: Resolver, argument: Node) -> str | None:
    items = items_of(argument)
    if len(items) != 2 or not isinstance(items[0], Scalar) or not isinstance(items[1], Listing):
        return None
    pieces: list[str] = []
    length = 0
    for each in items[1].items:
        pieces.append(resolver.text(each))
        length += len(pieces[-1])
        if length > LONGEST:
            return None
    return items[0].text.join(pieces)


def _select(resolver: Resolver, argument: Node) -> str | None:
    items = items_of(argument)
    if len(items) != 2 or not isinstance(items[0], Scalar) or not items[0].text.isascii():
        return None
    choices = items[1].items if isinstance(items[1], Listing) else ()
    index = items[0].text
    if not index.isdigit() or len(index) > len(str(len(choices))) or int(index) >= len(choices):
        return None
    return resolver.text(choices[int(index)])


def _find_in_map(resolver: Resolver, argument: Node) -> str | None:
    keys = [resolver.text(each) for each in items_of(argument)]
    found = at(resolver.mappings, *keys) if all(map(is_whole, keys)) else None
    return found.text if isinstance(found, Scalar) else None


_FUNCTIONS: dict[str, Callable[[Resolver, Node], str | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::FindInMap": _find_in_map,
}


def is_no_value(node: Node | None) -> bool:
    """Say whether a node leaves its property out."""
    call = node if isinstance(node, Call) and node.name == "Ref" else None
    return call is not None and isinstance(call.argument, Scalar) and call.argument.text == _NO_VALUE


def branches(node: Node | None, guarded: bool = False) -> Iterator[tuple[Node, bool]]:
    """Give what a node may be: each outcome of its ``Fn::If``, and whether it stands under one."""
    waiting = [(node, guarded)]
    while waiting:
        each, under = waiting.pop(0)
        if each is None or is_no_value(each):
            continue
        if isinstance(each, Call) and each.name == "Fn::If":
            outcomes = items_of(each.argument)
            if len(outcomes) == _IF_PARTS:
                waiting += [(outcome, True) for outcome in outcomes[1:]]
            continue
        yield each, under
