"""Hold a document against the schema, and say what is wrong in a person's words, at its place."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.spec.nodes import Node, plain_data
from lambda_dest_cli.spec.problems import unreadable

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "object": "a mapping (key: value)",
    "array": "a list",
    "null": "none",
}
_NAMES = {
    "account": 'an account is 12 digits in quotes, such as "123456789012"',
    "region": "a region is such as eu-west-1",
    "role_arn": "a role is such as arn:aws:iam::123456789012:role/deployer",
    "functions": "a function is named by its bare name: letters, digits, - and _, at most 64",
    "qualifiers": "a qualifier is an alias, a version number or $LATEST",
    "ignore": "a check's id is such as LDS402; lds doctor shows them",
}
"""What a text is to look like, by the key that it, or what holds it, stands under."""


def schema_text() -> str:
    """Give the JSON Schema of a spec, as it is published."""
    return files("lambda_dest_cli.spec").joinpath("schema.json").read_text(encoding="utf-8")


def complaints(root: Node) -> Iterator[Complaint]:
    """Give everything that the schema does not allow."""
    for error in _validator().iter_errors(plain_data(root)):
        yield from _complaints(error, root)


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema_text()))


def _complaints(error: Any, root: Node) -> Iterator[Complaint]:
    path = list(error.absolute_path)
    node = _at(root, path)
    key = str(next((part for part in reversed(path) if isinstance(part, str)), "the file"))
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(error, node)
        case "required":
            yield from _missing_keys(error, node)
        case "pattern" if error.parent is not None or "propertyNames" in error.absolute_schema_path:
            yield _wrong_name(error, node, key)
        case _:
            yield unreadable(node.place, _words(error, key), _hint(error, key))


def _unknown_keys(error: Any, node: Node) -> Iterator[Complaint]:
    known = list(error.schema["properties"])
    for key in error.instance:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            yield unreadable(node.keys.get(key, node.place), f"{key!r} is no key here", hint)


def _missing_keys(error: Any, node: Node) -> Iterator[Complaint]:
    for key in error.validator_value:
        if key not in error.instance and f"{key!r}" in error.message:
            place = Place(node.place.file, node.place.line, node.place.column)
            hint = "the first line is: version: 1" if key == "version" else "functions: {NAME: …} is what a spec is for"
            yield unreadable(place, f"{key!r} is missing", hint)


def _wrong_name(error: Any, node: Node, key: str) -> Complaint:
    """Complain of a key that names a function or a qualifier."""
    name = str(error.instance)
    return unreadable(node.keys.get(name, node.place), f"{name!r} cannot be a name here", _NAMES.get(key, ""))


def _words(error: Any, key: str) -> str:
    shown = _shown(error.instance)
    match error.validator:
        case "type":
            wanted = error.validator_value
            names = [_WORDS[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
            return f"{key} is to be {' or '.join(names)}, not {shown}"
        case "minimum" | "maximum":
            return f"{key} is {shown}; Lambda takes {error.schema['minimum']} to {error.schema['maximum']}"
        case "const":
            return f"{key} is {shown}; this lds reads version {error.validator_value}"
        case _:
            return f"{key} cannot be {shown}"


def _hint(error: Any, key: str) -> str:
    if error.validator == "type" and key == "account":
        return f'put it in quotes, or leading zeros are lost: account: "{error.instance}"'
    return _NAMES.get(key, "")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "none" if value is None else json.dumps(value)


def _at(node: Node, path: "list[str | int]") -> Node:
    for part in path:
        if isinstance(node.value, dict):
            node = node.value[str(part)]
        elif isinstance(node.value, list):
            node = node.value[int(part)]
    return node
