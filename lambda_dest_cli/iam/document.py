"""Policy documents, read: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy"."""

import json
from collections.abc import Mapping
from typing import Any

from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.iam.policy import Condition, Policy, Principals, Statement

__all__ = ["VARIABLES_VERSION", "BadPolicy", "Condition", "Policy", "Principals", "Statement", "read"]

VARIABLES_VERSION = "2012-10-17"
"""Only policies of this version have variables; in an older one ``${`` is text."""
_VERSIONS = (None, "2008-10-17", VARIABLES_VERSION)
_ROOT = frozenset({"Version", "Id", "Statement"})
_ELEMENTS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)


class BadPolicy(LdsError):
    """A policy document that IAM would not take; ``message`` says where."""

    code = "BadPolicy"


def read(document: str | Mapping[str, Any], name: str = "", source: str = "IAM Policy") -> Policy:
    """Read a policy document; raises BadPolicy."""
    where = name or "the policy"
    text = ""
    if isinstance(document, str):
        text, document = document, _parsed(document, where)
    if not isinstance(document, Mapping):
        raise BadPolicy(f"{where} is not a JSON object")
    listed = document.get("Statement")
    statements = [listed] if isinstance(listed, Mapping) else listed
    if not isinstance(statements, list):
        raise BadPolicy(f"{where} has no Statement")
    odd = _odd(document)
    return Policy(
        tuple(_statement(each, index, f"{where}, statement {index + 1}", odd) for index, each in enumerate(statements)),
        name,
        source,
        document.get("Version") == VARIABLES_VERSION,
        text,
    )


def _parsed(text: str, where: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # json keeps the last of two and drops the first without a word: a Condition, perhaps.
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BadPolicy(f"{where} has {key!r} twice in one object")
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise BadPolicy(f"{where} is not JSON: {error}") from error


def _odd(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what nobody knows at the root: it could change what every statement means."""
    odd = {str(each) for each in document.keys() - _ROOT}
    return tuple(sorted(odd | ({"Version"} if document.get("Version") not in _VERSIONS else set())))


def _statement(entry: object, index: int, where: str, odd: tuple[str, ...]) -> Statement:
    if not isinstance(entry, Mapping):
        raise BadPolicy(f"{where} is not an object")
    allows, sid = _allows(entry, where), _sid(entry, where)
    actions, not_actions = _either(entry, "Action", where)
    resources, not_resources = _either(entry, "Resource", where)
    if actions is None:
        raise BadPolicy(f"{where} has neither Action nor NotAction")
    return Statement(
        index=index,
        sid=sid,
        allows=allows,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principals=_principals(entry, where),
        conditions=_conditions(entry.get("Condition", {}), where),
        unknown=(*odd, *sorted(str(each) for each in entry.keys() - _ELEMENTS)),
    )


def _allows(entry: Mapping[str, Any], where: str) -> bool:
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny"):
        shown = repr(effect) if isinstance(effect, str | None) else "not a text"  # it may be deeper than repr goes
        raise BadPolicy(f"{where}: Effect is {shown}, not Allow or Deny")
    return bool(effect == "Allow")


def _sid(entry: Mapping[str, Any], where: str) -> str:
    sid = entry.get("Sid", "")
    if not isinstance(sid, str | int | float):
        raise BadPolicy(f"{where}: Sid is not a text")
    return str(sid)


def _either(entry: Mapping[str, Any], element: str, where: str) -> tuple[tuple[str, ...] | None, bool]:
    if element in entry and f"Not{element}" in entry:
        raise BadPolicy(f"{where} has both {element} and Not{element}")
    for name in (element, f"Not{element}"):
        if name in entry:
            return _texts(entry[name], f"{where}, {name}"), name != element
    return None, False


def _texts(value: object, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | bool | int | float) for each in values):
        raise BadPolicy(f"{where} is not a text or a list of texts")
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)


def _principals(entry: Mapping[str, Any], where: str) -> Principals | None:
    if "Principal" in entry and "NotPrincipal" in entry:
        raise BadPolicy(f"{where} has both Principal and NotPrincipal")
    for name in ("Principal", "NotPrincipal"):
        if name not in entry:
            continue
        value = entry[name]
        if isinstance(value, str):
            return Principals((("*" if value == "*" else "AWS", value),), name == "NotPrincipal")
        if not isinstance(value, Mapping):
            raise BadPolicy(f"{where}, {name} is neither a text nor an object")
        pairs = [(str(kind), text) for kind, texts in value.items() for text in _texts(texts, f"{where}, {name}")]
        return Principals(tuple(pairs), name == "NotPrincipal")
    return None


def _conditions(block: object, where: str) -> tuple[Condition, ...]:
    if not isinstance(block, Mapping):
        raise BadPolicy(f"{where}: Condition is not an object")
    found = []
    for operator, keys in block.items():
        if not isinstance(keys, Mapping):
            raise BadPolicy(f"{where}: Condition {operator} is not an object")
        found += [
            Condition(str(operator), str(key), _texts(values, f"{where}, Condition {operator} {key}"))
            for key, values in keys.items()
        ]
    return tuple(found)
