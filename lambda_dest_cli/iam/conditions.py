"""Conditions, in three values: they hold, they do not, or it cannot be told.

IAM User Guide, "IAM JSON policy elements: Condition operators", "Multiple keys or values", "Set operators for
multi-valued context keys" and "Policy variables".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from lambda_dest_cli.iam.document import Condition
from lambda_dest_cli.iam.match import LITERALS
from lambda_dest_cli.iam.operators import OPERATORS, Operator

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,\s]+)\s*,\s*'([^']*)'\s*")


class Truth(Enum):
    """Kleene's three values."""

    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(slots=True)
class Circumstances:
    """What is known of a request. Keys are case-insensitive.

    A key in ``unknown`` is one that a real request carries with a value nobody here can tell; a key in neither is
    absent from the request, and is noted in ``missing`` when a condition asks for it.
    """

    context: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str] = frozenset()
    missing: dict[str, None] = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...] | None:
        """Give the values of a key, or None where the request has none; remembers that it was missed."""
        found = self.context.get(key.lower())
        if found is None:
            self.missing[key] = None
        return found


def circumstances(context: Mapping[str, tuple[str, ...]], unknown: frozenset[str] = frozenset()) -> Circumstances:
    """Make circumstances out of context keys as anybody spells them."""
    return Circumstances(
        {key.lower(): tuple(values) for key, values in context.items()}, frozenset(key.lower() for key in unknown)
    )


def all_hold(conditions: tuple[Condition, ...], known: Circumstances, variables: bool) -> Truth:
    """Say whether every condition holds; one that does not settles it whatever the unknown ones are."""
    answer = Truth.YES
    for condition in conditions:
        answer = min(answer, holds(condition, known, variables), key=lambda truth: truth.value)
    return answer


def holds(condition: Condition, known: Circumstances, variables: bool) -> Truth:
    """Say whether one condition holds."""
    quantifier, _, name = condition.operator.rpartition(":")
    if_exists = name.endswith("IfExists") and name != "NullIfExists"  # which there is not
    name = name.removesuffix("IfExists") if if_exists else name
    if quantifier.lower() not in ("", "forallvalues", "foranyvalue"):
        return Truth.UNKNOWN
    if condition.key.lower() in known.unknown:
        return Truth.UNKNOWN
    found = known.values(condition.key)
    if name == "Null":
        return _truth(any(each.lower() == ("false" if found else "true") for each in condition.values))
    operator = OPERATORS.get(name)
    if operator is None:
        return Truth.UNKNOWN
    if not found:
        return _absent(operator, if_exists, quantifier.lower())
    wanted = [filled(each, known) if variables else each for each in condition.values]
    if any(each is Truth.UNKNOWN for each in wanted):
        return Truth.UNKNOWN
    texts = [each for each in wanted if isinstance(each, str)]
    return _truth(_compared(operator, texts, found, quantifier.lower()))


def _absent(operator: Operator, if_exists: bool, quantifier: str) -> Truth:
    """Judge a key that the request does not have: negated operators, IfExists and ForAllValues then hold."""
    if quantifier == "foranyvalue":
        return _truth(if_exists)
    return _truth(if_exists or operator.negated or quantifier == "forallvalues")


def _compared(operator: Operator, wanted: list[str], found: tuple[str, ...], quantifier: str) -> bool:
    """Compare: the policy's values are alternatives (for a negated operator: none may match)."""

    def one(value: str) -> bool:
        return any(operator.compare(each, value) for each in wanted) is not operator.negated

    if quantifier == "forallvalues":
        return all(map(one, found))
    if quantifier == "foranyvalue" or not operator.negated:
        return any(map(one, found))
    return all(map(one, found))


def filled(text: str, known: Circumstances) -> str | Truth:
    """Fill in ``${key}``, ``${key, 'default'}``, ``${*}``; UNKNOWN where a value cannot be told.

    A variable whose key the request does not have matches nothing; NUL cannot be in any value.
    """
    unknown = False

    def fill(match: re.Match[str]) -> str:
        nonlocal unknown
        inner = match[1]
        if inner in LITERALS:
            return LITERALS[inner]
        with_default = _DEFAULT.fullmatch(inner)
        key, default = (with_default[1], with_default[2]) if with_default else (inner.strip(), None)
        if key.lower() in known.unknown:
            unknown = True
            return ""
        found = known.values(key)
        if found is None:
            return "\0" if default is None else default
        return found[0] if len(found) == 1 else "\0"

    text = _VARIABLE.sub(fill, text)
    return Truth.UNKNOWN if unknown else text


def _truth(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO
