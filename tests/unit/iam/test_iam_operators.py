"""Operators: IAM User Guide, "Condition operators" and "…IfExists"."""

import pytest

from lambda_dest_cli.iam.operators import OPERATORS
from lambda_dest_cli.iam.truth import Truth
from tests.unit.iam.comparing import NEGATION, truth, yes

ROLE = "arn:aws:iam::123456789012:role/orders"

# What matches and what does not, for the operators that are not negated. Each negation says the opposite.
POSITIVE = [
    ("StringEquals", "orders", "orders", True),
    ("StringEquals", "orders", "Orders", False),
    ("StringEquals", "ord*", "orders", False),
    ("StringEquals", "ord*", "ord*", True),
    ("StringEqualsIgnoreCase", "ORDERS", "orders", True),
    ("StringEqualsIgnoreCase", "order", "orders", False),
    ("StringEqualsIgnoreCase", "ord*", "orders", False),
    ("StringLike", "ord*", "orders", True),
    ("StringLike", "o?ders", "orders", True),
    ("StringLike", "ORD*", "orders", False),
    ("StringLike", "ord?", "orders", False),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", "10", "11", False),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericLessThanEquals", "10", "10.1", False),
    ("NumericGreaterThan", "10", "10.1", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThanEquals", "-1", "-2", False),
    ("DateEquals", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00+00:00", True),
    ("DateEquals", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", True),
    ("DateEquals", "2026-11-23", "2026-11-23T00:00:00Z", True),
    ("DateEquals", "1795435200", "2026-11-23T12:00:00Z", True),
    ("DateEquals", "2026-11-23T12:00:00Z", "2026-11-23T12:00:01Z", False),
    ("DateLessThan", "2026-11-23T12:00:00Z", "2026-11-23T11:59:59Z", True),
    ("DateLessThan", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", False),
    ("DateLessThanEquals", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", True),
    ("DateLessThanEquals", "2026-11-23T12:00:00Z", "2027-01-01", False),
    ("DateGreaterThan", "2026-11-23T12:00:00Z", "2027-01-01", True),
    ("DateGreaterThan", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", False),
    ("DateGreaterThanEquals", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", True),
    ("DateGreaterThanEquals", "2026-11-23T12:00:00Z", "0", False),
    ("Bool", "true", "true", True),
    ("Bool", "TRUE", "true", True),
    ("Bool", "false", "false", True),
    ("Bool", "true", "false", False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
    ("BinaryEquals", "", "", True),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
    ("IpAddress", "203.0.113.9/24", "203.0.113.7", True),
    ("IpAddress", "203.0.113.7", "203.0.113.7", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
    ("IpAddress", "2001:db8::/32", "203.0.113.7", False),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("ArnEquals", ROLE, ROLE, True),
    ("ArnEquals", "arn:aws:iam::*:role/ord*", ROLE, True),
    ("ArnEquals", "arn:aws:iam::123456789012:*", "arn:aws:iam::210987654321:role/orders", False),
    ("ArnLike", "arn:aws:iam::123456789012:role/*", ROLE, True),
    ("ArnLike", "arn:aws:iam::12345678901?:role/orders", ROLE, True),
    ("ArnLike", "arn:aws:iam::*:orders", ROLE, False),
    ("ArnLike", "*", ROLE, True),
    ("ArnLike", "*", "anything", True),
    ("ArnLike", ROLE, "anything", False),
    ("ArnLike", "arn:aws:iam::123456789012:ROLE/*", ROLE, False),
]
# What is no number, date, Boolean, base64, address or ARN, in the policy or in the request.
INCOMPARABLE = [
    ("NumericEquals", "ten", "10"),
    ("NumericEquals", "10", "ten"),
    ("NumericLessThan", "NaN", "10"),
    ("NumericEquals", "sNaN", "10"),
    ("DateEquals", "tomorrow", "tomorrow"),
    ("DateLessThan", "2026-11-23", "1e400"),
    ("DateLessThan", "nan", "0"),
    ("BinaryEquals", "not base64!", "not base64!"),
    ("BinaryEquals", "é", "é"),
    ("IpAddress", "anywhere", "203.0.113.7"),
    ("IpAddress", "203.0.113.0/24", "anywhere"),
    ("NumericEquals", "1_000", "1000"),
    ("NumericEquals", "\u0661", "1"),
    ("NumericEquals", "${aws:MultiFactorAuthAge}", "1"),
    ("NumericLessThan", "inf", "1"),
    ("DateEquals", "2026", "2026-01-01"),
    ("DateEquals", "2026-11-23", ""),
    ("Bool", "yes", "true"),
    ("Bool", "true", "1"),
    ("Bool", "${aws:SecureTransport}", "true"),
    ("IpAddress", "2001:db8::/129", "2001:db8::1"),
    ("ArnLike", "role/*", "arn:aws:iam::123456789012:role/orders"),
    ("ArnEquals", "arn:aws:iam::123456789012", "arn:aws:iam::123456789012:role/orders"),
]
NEGATED = sorted(NEGATION.values())
PLAIN = sorted(OPERATORS.keys() - set(NEGATED))


@pytest.mark.parametrize(("operator", "wanted", "found", "matching"), POSITIVE)
def test_an_operator_compares_as_its_page_says(operator: str, wanted: str, found: str, matching: bool) -> None:
    """Page "Condition operators": string, numeric, date, Boolean, binary, IP address and ARN operators."""
    assert truth(operator, wanted, found) is yes(matching)


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "matching"), [each for each in POSITIVE if each[0] in NEGATION]
)
def test_a_negated_operator_says_the_opposite(operator: str, wanted: str, found: str, matching: bool) -> None:
    """Page "Condition operators": negated matching."""
    assert truth(NEGATION[operator], wanted, found) is yes(not matching)


@pytest.mark.parametrize(("operator", "wanted", "found"), INCOMPARABLE)
def test_what_cannot_be_compared_tells_nothing(operator: str, wanted: str, found: str) -> None:
    """Page "Condition operators": each type says what its values look like, and none what comes of others."""
    assert truth(operator, wanted, found) is Truth.UNKNOWN
    assert truth(f"{operator}IfExists", wanted, found) is Truth.UNKNOWN
    if operator in NEGATION:
        assert truth(NEGATION[operator], wanted, found) is Truth.UNKNOWN


def test_another_value_may_settle_what_one_cannot() -> None:
    """Page "Multiple keys or values": values are alternatives, and one that matches is enough."""
    assert truth("NumericEquals", ("ten", "10"), "10") is Truth.YES
    assert truth("NumericNotEquals", ("ten", "10"), "10") is Truth.NO
    assert truth("NumericNotEquals", ("ten", "11"), "10") is Truth.UNKNOWN


def test_every_operator_is_tested_here() -> None:
    """Page "Condition operators": the tables on this page list every operator there is."""
    assert {each[0] for each in POSITIVE} | set(NEGATED) == set(OPERATORS)
    assert {name for name, operator in OPERATORS.items() if operator.negated} == set(NEGATED)


@pytest.mark.parametrize("operator", PLAIN)
def test_an_absent_key_does_not_match(operator: str) -> None:
    """Page "Condition operators": if the key is not present in the request, the values do not match."""
    assert truth(operator, "1") is Truth.NO


@pytest.mark.parametrize("operator", NEGATED)
def test_an_absent_key_satisfies_a_negated_operator(operator: str) -> None:
    """Page "Condition operators": a negated condition operator is true when the key is not present."""
    assert truth(operator, "1") is Truth.YES


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_if_exists_is_true_without_the_key(operator: str) -> None:
    """Page "…IfExists": if the key is not present, evaluate the condition element as true."""
    assert truth(f"{operator}IfExists", "1") is Truth.YES


@pytest.mark.parametrize(("operator", "wanted", "found", "matching"), POSITIVE)
def test_if_exists_compares_where_there_is_the_key(operator: str, wanted: str, found: str, matching: bool) -> None:
    """Page "…IfExists": if the key is present, process the key as specified in the policy."""
    assert truth(f"{operator}IfExists", wanted, found) is yes(matching)
