"""Condition operators: how one value of a policy is compared with one value of the request.

IAM User Guide, "IAM JSON policy elements: Condition operators". A comparison that cannot be made (a value that is no
number, no date, no address) does not match.
"""

import base64
import binascii
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from lambda_dest_cli.iam.match import arn_matches, as_text, matches

Compare = Callable[[str, str], bool]
"""(the policy's value, the request's value) -> whether they match."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison, and whether the operator is its negation (``StringNotEquals``)."""

    compare: Compare
    negated: bool = False


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Compare:
    def compared(wanted: str, found: str) -> bool:
        try:
            return compare(Decimal(wanted), Decimal(found))
        except InvalidOperation:
            return False

    return compared


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    def compared(wanted: str, found: str) -> bool:
        first, second = _moment(wanted), _moment(found)
        return first is not None and second is not None and compare(first, second)

    return compared


def _moment(text: str) -> datetime | None:
    """Read ISO 8601 or epoch seconds, as IAM takes either."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _address(wanted: str, found: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _binary(wanted: str, found: str) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        return False


def _same(wanted: str, found: str) -> bool:
    return as_text(wanted) == found


def _same_ignoring_case(wanted: str, found: str) -> bool:
    return as_text(wanted).casefold() == found.casefold()


def _boolean(wanted: str, found: str) -> bool:
    return wanted.lower() == found.lower()


OPERATORS: dict[str, Operator] = {
    "StringEquals": Operator(_same),
    "StringNotEquals": Operator(_same, negated=True),
    "StringEqualsIgnoreCase": Operator(_same_ignoring_case),
    "StringNotEqualsIgnoreCase": Operator(_same_ignoring_case, negated=True),
    "StringLike": Operator(matches),
    "StringNotLike": Operator(matches, negated=True),
    "NumericEquals": Operator(_number(Decimal.__eq__)),
    "NumericNotEquals": Operator(_number(Decimal.__eq__), negated=True),
    "NumericLessThan": Operator(_number(lambda wanted, found: found < wanted)),
    "NumericLessThanEquals": Operator(_number(lambda wanted, found: found <= wanted)),
    "NumericGreaterThan": Operator(_number(lambda wanted, found: found > wanted)),
    "NumericGreaterThanEquals": Operator(_number(lambda wanted, found: found >= wanted)),
    "DateEquals": Operator(_date(datetime.__eq__)),
    "DateNotEquals": Operator(_date(datetime.__eq__), negated=True),
    "DateLessThan": Operator(_date(lambda wanted, found: found < wanted)),
    "DateLessThanEquals": Operator(_date(lambda wanted, found: found <= wanted)),
    "DateGreaterThan": Operator(_date(lambda wanted, found: found > wanted)),
    "DateGreaterThanEquals": Operator(_date(lambda wanted, found: found >= wanted)),
    "Bool": Operator(_boolean),
    "BinaryEquals": Operator(_binary),
    "IpAddress": Operator(_address),
    "NotIpAddress": Operator(_address, negated=True),
    # ArnEquals and ArnLike behave identically (same page, "Amazon Resource Name (ARN) condition operators").
    "ArnEquals": Operator(arn_matches),
    "ArnNotEquals": Operator(arn_matches, negated=True),
    "ArnLike": Operator(arn_matches),
    "ArnNotLike": Operator(arn_matches, negated=True),
}
