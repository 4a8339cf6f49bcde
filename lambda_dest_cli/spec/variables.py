"""``${VAR}`` and ``${VAR:-default}`` in values, from the environment; ``$${`` is a plain ``${``."""

import re
from collections.abc import Iterable, Iterator, Mapping

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.spec.nodes import Node, resolve
from lambda_dest_cli.spec.problems import unreadable

_PART = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|(?P<open>\$\{)")


def fill_in(scalars: Iterable[Node], environment: Mapping[str, str]) -> Iterator[Complaint]:
    """Put the values in, once in each scalar; complains of what is not set and of what is no variable."""
    done: set[int] = set()  # a scalar that aliases share is one object, and is filled in once
    for node in scalars:
        if isinstance(node.value, str) and "${" in node.value and id(node) not in done:
            done.add(id(node))
            yield from _fill(node, node.value, environment)


def escaped(text: str) -> str:
    """Write a text so that nothing in it is taken for a variable."""
    return text.replace("${", "$${")


def _fill(node: Node, text: str, environment: Mapping[str, str]) -> Iterator[Complaint]:
    complaints: list[Complaint] = []

    def value(found: re.Match[str]) -> str:
        if found["open"]:
            complaints.append(
                unreadable(node.place, "this ${ begins no ${VAR} or ${VAR:-default}", "write $${ for a plain ${")
            )
            return found[0]
        if found["name"] is None:
            return "${"
        name, default = found["name"], found["default"]
        known = environment.get(name) or default  # as in a shell, :- also stands in for what is empty
        if default is None:
            known = environment.get(name)
        if known is None:
            hint = f"set it, or write ${{{name}:-default}}"
            complaints.append(unreadable(node.place, f"the environment variable {name} is not set", hint))
        return known or ""

    filled = _PART.sub(value, text)
    node.value = resolve(filled) if node.is_count else filled
    node.is_lost = bool(complaints)
    yield from complaints
