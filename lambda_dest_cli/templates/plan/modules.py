"""The modules of a plan: planned resources, and the expressions that their unknown attributes are made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.templates.node import Node, Scalar, Table, at, items_of, table_at, text_at

_INDEX = re.compile(r"\[[^\]]*\]$")
_MODULE_INDEX = re.compile(r"\[(?:\"[^\"]*\"|[^\]]*)\]")
_REPEATED = ("each.", "count.")
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Planned:
    """One resource instance."""

    address: str
    type: str
    module: str
    """The address of its module without indexes; empty for the root."""
    name: str
    """``TYPE.NAME``."""
    index: str
    """Its index as it stands in the address, brackets and all; empty where it has none."""
    node: Table
    values: Table | None
    configuration: Table | None = None
    """Its block in the configuration."""

    def get(self, *path: str) -> Node | None:
        """Give a planned value; a nested block is a list, of which the first is meant."""
        return _through(self.values, path)

    def expression(self, *path: str) -> Table | None:
        """Give what the configuration says an attribute is."""
        found = _through(table_at(self.configuration, "expressions"), path)
        return found if isinstance(found, Table) else None

    def has_expression(self, name: str) -> bool:
        """Say whether the configuration sets an attribute, or has a block of that name."""
        expressions = table_at(self.configuration, "expressions")
        return expressions is not None and name in expressions.entries


def _through(node: Node | None, path: tuple[str, ...]) -> Node | None:
    for name in path:
        first = next(iter(items_of(node)), None)
        node = at(first, name)
    return node


@dataclass(frozen=True, slots=True)
class Reference:
    """An attribute of a resource that an expression refers to; the attribute is empty where it cannot be told."""

    instances: tuple[Planned, ...]
    attribute: str


@dataclass(frozen=True)
class Plan:
    """Everything in one plan."""

    root: Table
    resources: Mapping[str, tuple[Planned, ...]] = field(default_factory=dict)
    """The instances by the address of their block, without indexes."""

    @classmethod
    def of(cls, root: Table) -> "Plan":
        """Collect the resources of all modules."""
        found: dict[str, list[Planned]] = {}
        top = table_at(root, "planned_values", "root_module") or table_at(root, "values", "root_module")
        for planned in _planned(top, table_at(root, "configuration", "root_module"), ""):
            found.setdefault(_block(planned.module, planned.name), []).append(planned)
        return cls(root, {address: tuple(each) for address, each in found.items()})

    def every(self, resource_type: str) -> Iterator[Planned]:
        """Give the instances of a type."""
        return (each for several in self.resources.values() for each in several if each.type == resource_type)

    def reference(self, module: str, expression: Table | None) -> Reference | None:
        """Follow an expression to the one resource that it refers to; None where there is none, or several."""
        for _ in range(_MOST_STEPS):
            texts = [each.text for each in items_of(at(expression, "references")) if isinstance(each, Scalar)]
            longest = [each for each in texts if not each.startswith(_REPEATED) and not _is_part(each, texts)]
            if len(longest) != 1:
                return None
            found = self._resource(module, longest[0])
            if found:
                return found
            following = self._elsewhere(module, longest[0])
            if following is None:
                return None
            module, expression = following
        return None

    def _resource(self, module: str, text: str) -> Reference | None:
        words = _MODULE_INDEX.sub("", text).split(".")
        if len(words) < 2 or words[0] in ("var", "module", "local", "data"):
            return None
        instances = self.resources.get(_block(module, ".".join(words[:2])))
        return Reference(instances, ".".join(words[2:])) if instances else None

    def _elsewhere(self, module: str, text: str) -> tuple[str, Table | None] | None:
        """Give the module and the expression that a variable or an output of a module stands for."""
        words = _MODULE_INDEX.sub("", text).split(".")
        if words[0] == "var" and module and len(words) > 1:
            parent, _, name = module.rpartition("module.")
            parent = parent.removesuffix(".")
            call = table_at(self._configuration(parent), "module_calls", name)
            return parent, table_at(call, "expressions", words[1])
        if words[0] == "module" and len(words) > 2:
            inner = _block(module, ".".join(words[:2]))
            return inner, table_at(self._configuration(inner), "outputs", words[2], "expression")
        return None

    def _configuration(self, module: str) -> Table | None:
        found = table_at(self.root, "configuration", "root_module")
        for name in module.split("module.")[1:]:
            found = table_at(found, "module_calls", name.removesuffix("."), "module")
        return found

    def region(self, planned: Planned) -> str:
        """Give the region that the provider of a resource is set to, where it is told."""
        key = text_at(planned.configuration, "provider_config_key")
        setting = table_at(self.root, "configuration", "provider_config", key, "expressions", "region")
        literal = text_at(setting, "constant_value")
        if literal:
            return literal
        texts = [each.text for each in items_of(at(setting, "references")) if isinstance(each, Scalar)]
        if len(texts) == 1 and texts[0].startswith("var."):
            return text_at(self.root, "variables", texts[0].removeprefix("var."), "value")
        return ""


def _is_part(text: str, others: list[str]) -> bool:
    """Say whether a reference is only the beginning of another: Terraform lists both."""
    return any(other != text and other.startswith((f"{text}.", f"{text}[")) for other in others)


def _block(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name


def _planned(top: Table | None, configuration: Table | None, address: str) -> Iterator[Planned]:
    """Give the resources of a module and of those in it, without recursion."""
    waiting = [(top, configuration, address)]
    while waiting:
        module, blocks, where = waiting.pop()
        listed = {text_at(each, "address"): each for each in items_of(at(blocks, "resources"))}
        for node in items_of(at(module, "resources")):
            if isinstance(node, Table) and text_at(node, "mode") != "data":
                yield _instance(node, where, listed)
        for child in items_of(at(module, "child_modules")):
            inner = _MODULE_INDEX.sub("", text_at(child, "address"))
            name = inner.rpartition("module.")[2]
            call = table_at(blocks, "module_calls", name, "module")
            waiting.append((child if isinstance(child, Table) else None, call, inner))


def _instance(node: Table, module: str, blocks: Mapping[str, Node]) -> Planned:
    address, resource_type = text_at(node, "address"), text_at(node, "type")
    name = f"{resource_type}.{text_at(node, 'name')}"
    index = _INDEX.search(address)
    block = blocks.get(name)
    return Planned(
        address,
        resource_type,
        module,
        name,
        index[0] if index else "",
        node,
        table_at(node, "values"),
        block if isinstance(block, Table) else None,
    )
