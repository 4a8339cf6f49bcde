"""Condition operators: how the values of a policy are compared with one value of the request.

IAM User Guide, "IAM JSON policy elements: Condition operators". A comparison that cannot be made (a value that is no
number, no date, no address) has no answer: the pages do not say what IAM makes of it.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from lambda_dest_cli.iam.match import as_text, compiled, compiled_arns, is_arn_pattern

Test = Callable[[str], bool | None]
"""A value of the request -> whether it matches; None where that cannot be told."""

_NUMBER = re.compile(r"[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison, whether the operator is its negation (``StringNotEquals``), and whether it takes variables."""

    prepare: Callable[[str], Test]
    """The policy's value -> the test of a value of the request."""
    negated: bool = False
    variables: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator as a policy spells it: ``ForAnyValue:StringLikeIfExists``."""

    operator: Operator | None
    """None is ``Null``, which compares nothing."""
    quantifier: str = ""
    """"", "forallvalues" or "foranyvalue"."""
    if_exists: bool = False


def comparison(spelling: str) -> Comparison | None:
    """Read an operator's name; None where IAM has none of that name."""
    quantifier, _, name = spelling.rpartition(":")
    if quantifier.lower() not in ("", "forallvalues", "foranyvalue"):
        return None
    if name == "Null":
        return Comparison(None, quantifier.lower())
    operator = OPERATORS.get(name.removesuffix("IfExists"))
    if operator is None:
        return None
    return Comparison(operator, quantifier.lower(), name.endswith("IfExists"))


def never(_found: str) -> bool:
    """Match nothing."""
    return False


def untold(_found: str) -> None:
    """Tell nothing."""


def _same(wanted: str) -> Test:
    text = as_text(wanted)
    return lambda found: found == text


def _same_ignoring_case(wanted: str) -> Test:
    text = as_text(wanted).lower()
    return lambda found: found.lower() == text


def _like(wanted: str) -> Test:
    pattern = compiled([wanted])
    return lambda found: pattern.fullmatch(found) is not None


def _arn(wanted: str) -> Test:
    if not is_arn_pattern(wanted):
        return untold
    pattern = compiled_arns([wanted])
    return lambda found: pattern.fullmatch(found) is not None


def _boolean(wanted: str) -> Test:
    value = _BOOLEANS.get(wanted.lower())

    def test(found: str) -> bool | None:
        other = _BOOLEANS.get(found.lower())
        return None if value is None or other is None else other is value

    return test


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[str], Test]:
    def prepare(wanted: str) -> Test:
        limit = _decimal(wanted)

        def test(found: str) -> bool | None:
            value = _decimal(found)
            return None if limit is None or value is None else compare(value, limit)

        return test

    return prepare


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _date(compare: Callable[[datetime, datetime], bool]) -> Callable[[str], Test]:
    def prepare(wanted: str) -> Test:
        limit = _moment(wanted)

        def test(found: str) -> bool | None:
            value = _moment(found)
            return None if limit is None or value is None else compare(value, limit)

        return test

    return prepare


def _moment(text: str) -> datetime | None:
    """Read ISO 8601 or epoch seconds, as IAM takes either; four digits alone could be a year or seconds."""
    try:
        if _NUMBER.fullmatch(text):
            return None if _YEAR.fullmatch(text) else datetime.fromtimestamp(float(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _binary(wanted: str) -> Test:
    value = _bytes(wanted)

    def test(found: str) -> bool | None:
        other = _bytes(found)
        return None if value is None or other is None else other == value

    return test


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(wanted: str) -> Test:
    try:
        network = ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return untold

    def test(found: str) -> bool | None:
        try:
            return ipaddress.ip_address(found) in network
        except ValueError:
            return None

    return test


OPERATORS: dict[str, Operator] = {
    "StringEquals": Operator(_same, variables=True),
    "StringNotEquals": Operator(_same, negated=True, variables=True),
    "StringEqualsIgnoreCase": Operator(_same_ignoring_case, variables=True),
    "StringNotEqualsIgnoreCase": Operator(_same_ignoring_case, negated=True, variables=True),
    "StringLike": Operator(_like, variables=True),
    "StringNotLike": Operator(_like, negated=True, variables=True),
    "NumericEquals": Operator(_number(eq)),
    "NumericNotEquals": Operator(_number(eq), negated=True),
    "NumericLessThan": Operator(_number(lt)),
    "NumericLessThanEquals": Operator(_number(le)),
    "NumericGreaterThan": Operator(_number(gt)),
    "NumericGreaterThanEquals": Operator(_number(ge)),
    "DateEquals": Operator(_date(eq)),
    "DateNotEquals": Operator(_date(eq), negated=True),
    "DateLessThan": Operator(_date(lt)),
    "DateLessThanEquals": Operator(_date(le)),
    "DateGreaterThan": Operator(_date(gt)),
    "DateGreaterThanEquals": Operator(_date(ge)),
    # Of variables in Bool one page says yes and another no; left as they are, they are no Boolean and tell nothing.
    "Bool": Operator(_boolean),
    "BinaryEquals": Operator(_binary),
    "IpAddress": Operator(_address),
    "NotIpAddress": Operator(_address, negated=True),
    # ArnEquals and ArnLike behave identically (same page, "Amazon Resource Name (ARN) condition operators").
    "ArnEquals": Operator(_arn, variables=True),
    "ArnNotEquals": Operator(_arn, negated=True, variables=True),
    "ArnLike": Operator(_arn, variables=True),
    "ArnNotLike": Operator(_arn, negated=True, variables=True),
}
