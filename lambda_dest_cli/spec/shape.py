"""Hold a document against the schema, and say what is wrong in a person's words, at its place."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.spec.nodes import Node, plain_data
from lambda_dest_cli.spec.problems import OUT_OF_RANGE, unreadable
from lambda_dest_cli.spec.suggestion import for_key, for_name

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
_LONGEST = 60
"""How much of a value is shown."""


def schema_text() -> str:
    """Give the JSON Schema of a spec, as it is published."""
    return files("lambda_dest_cli.spec").joinpath("schema.json").read_text(encoding="utf-8")


def complaints(root: Node) -> Iterator[Complaint]:
    """Give everything that the schema does not allow; of the tree, it is lost from then on."""
    for error in _validator().iter_errors(plain_data(root)):
        yield from _complaints(error, root)


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    schema = json.loads(schema_text())
    return Draft202012Validator(_strict(schema, schema["$defs"]))


def _strict(schema: Any, known: Mapping[str, Any]) -> Any:
    """Give the schema for a file whose variables are filled in: none is left that a ``${`` would be allowed for.

    What is for editors only is left out, and what is referred to is written out: looking it up takes half the time.
    """
    if isinstance(schema, list):
        return [_strict(each, known) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict(known[schema["$ref"].removeprefix("#/$defs/")], known)
    if "anyOf" in schema:
        return schema["anyOf"][0]
    if "$comment" in schema:
        return {"type": schema["type"]}
    return {key: _strict(value, known) for key, value in schema.items() if key != "$defs"}


def _complaints(error: Any, root: Node) -> Iterator[Complaint]:
    path = list(error.absolute_path)
    node = _at(root, path)
    key = str(next((part for part in reversed(path) if isinstance(part, str)), "the file"))
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(error, node)
        case "required":
            yield from _missing_keys(error, node)
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield _wrong_name(error, node, key)
        case "minimum" | "maximum":
            node.is_lost = True
            yield Complaint(node.place, OUT_OF_RANGE, _words(error, key))
        case _:
            node.is_lost = True
            yield unreadable(node.place, _words(error, key), _hint(error, key))


def _unknown_keys(error: Any, node: Node) -> Iterator[Complaint]:
    known = list(error.schema["properties"])
    for key, member in _members(node).items():
        if key not in known:
            member.is_lost = True
            near = for_key(key, known)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
            yield unreadable(node.keys.get(key, node.place), f"{_cut(repr(key))} is no key here", hint)


def _missing_keys(error: Any, node: Node) -> Iterator[Complaint]:
    for key in error.validator_value:
        # A key whose value is lost has been complained of.
        if key not in node.keys and f"{key!r}" in error.message:
            hint = "the first line is: version: 1" if key == "version" else "functions: {NAME: …} is what a spec is for"
            yield unreadable(node.place, f"{key!r} is missing", hint)


def _wrong_name(error: Any, node: Node, key: str) -> Complaint:
    """Complain of a key that names a function or a qualifier."""
    name = str(error.instance)
    _members(node)[name].is_lost = True
    near = for_name(name, key)
    hint = f"did you mean {near}?" if near else _NAMES.get(key, "")
    return unreadable(node.keys.get(name, node.place), f"{_cut(repr(name))} cannot be a name here", hint)


def _members(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


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
    if error.validator != "type":
        return _NAMES.get(key, "")
    if key == "account" and isinstance(error.instance, int):
        return f'put it in quotes, or leading zeros are lost: account: "{error.instance}"'
    if error.validator_value == "string" and isinstance(error.instance, int | bool):
        return "put it in quotes"
    if error.instance is None and "object" in error.validator_value:
        return f"write {key}: {{}} where there is none"
    return "" if key == "functions" else _NAMES.get(key, "")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "none" if value is None else _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _at(node: Node, path: "list[str | int]") -> Node:
    for part in path:
        if isinstance(node.value, dict):
            node = node.value[str(part)]
        elif isinstance(node.value, list):
            node = node.value[int(part)]
    return node
