"""Conditions: IAM User Guide, "Condition operators", "Set operators…", "Null", "…IfExists", "Policy variables"."""

import pytest

from lambda_dest_cli.iam.conditions import Truth, all_hold, circumstances, filled, holds
from lambda_dest_cli.iam.document import Condition
from lambda_dest_cli.iam.operators import OPERATORS

KEY = "lds:key"
ROLE = "arn:aws:iam::123456789012:role/orders"


def truth(operator: str, wanted: str | tuple[str, ...], *found: str, variables: bool = True) -> Truth:
    """Judge one condition against a request that carries these values; none: the key is absent."""
    values = (wanted,) if isinstance(wanted, str) else wanted
    return holds(Condition(operator, KEY, values), circumstances({KEY: found} if found else {}), variables)


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
    ("NumericEquals", "ten", "10", False),
    ("NumericEquals", "10", "ten", False),
    ("NumericLessThan", "NaN", "10", False),
    ("NumericEquals", "sNaN", "10", False),
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
    ("DateEquals", "tomorrow", "tomorrow", False),
    ("DateLessThan", "2026-11-23", "1e400", False),
    ("DateLessThan", "nan", "0", False),
    ("Bool", "true", "true", True),
    ("Bool", "TRUE", "true", True),
    ("Bool", "false", "false", True),
    ("Bool", "true", "false", False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
    ("BinaryEquals", "not base64!", "not base64!", False),
    ("BinaryEquals", "é", "é", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
    ("IpAddress", "203.0.113.9/24", "203.0.113.7", True),
    ("IpAddress", "203.0.113.7", "203.0.113.7", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
    ("IpAddress", "2001:db8::/32", "203.0.113.7", False),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "anywhere", "203.0.113.7", False),
    ("IpAddress", "203.0.113.0/24", "anywhere", False),
    ("ArnEquals", ROLE, ROLE, True),
    ("ArnEquals", "arn:aws:iam::*:role/ord*", ROLE, True),
    ("ArnEquals", "arn:aws:iam::123456789012:*", "arn:aws:iam::210987654321:role/orders", False),
    ("ArnLike", "arn:aws:iam::123456789012:role/*", ROLE, True),
    ("ArnLike", "arn:aws:iam::12345678901?:role/orders", ROLE, True),
    ("ArnLike", "arn:aws:iam::*:orders", ROLE, False),
    ("ArnLike", "arn:aws:iam::123456789012:ROLE/*", ROLE, False),
]
NEGATION = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
NEGATED = sorted(NEGATION.values())
PLAIN = sorted(OPERATORS.keys() - set(NEGATED))


def yes(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO


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


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ("true", (), Truth.YES),
        ("false", (), Truth.NO),
        ("true", ("x",), Truth.NO),
        ("false", ("x",), Truth.YES),
        ("TRUE", (), Truth.YES),
        (("true", "false"), ("x",), Truth.YES),
        ("maybe", (), Truth.NO),
    ],
)
def test_null_asks_whether_the_key_is_there(wanted: str, found: tuple[str, ...], expected: Truth) -> None:
    """Page "Null": true – the key does not exist (it is null); false – it exists and its value is not null."""
    assert truth("Null", wanted, *found) is expected


def test_a_key_with_no_value_is_null() -> None:
    """Page "Null": false only where the key exists *and its value is not null*."""
    known = circumstances({KEY: ()})
    assert holds(Condition("Null", KEY, ("true",)), known, True) is Truth.YES
    assert holds(Condition("Null", KEY, ("false",)), known, True) is Truth.NO


def test_there_is_no_null_if_exists() -> None:
    """Page "…IfExists": IfExists goes to the end of any operator except Null."""
    assert truth("NullIfExists", "true") is Truth.UNKNOWN
    assert truth("NullIfExists", "false", "x") is Truth.UNKNOWN


def test_several_values_are_alternatives() -> None:
    """Page "Multiple keys or values": the values of one key are evaluated with OR."""
    assert truth("StringEquals", ("a", "b"), "b") is Truth.YES
    assert truth("StringEquals", ("a", "b"), "c") is Truth.NO
    assert truth("StringEquals", (), "c") is Truth.NO


def test_several_values_of_a_negated_operator_are_none_of_them() -> None:
    """Page "Multiple keys or values": for negated operators the values are evaluated with NOR."""
    assert truth("StringNotEquals", ("a", "b"), "b") is Truth.NO
    assert truth("StringNotEquals", ("a", "b"), "c") is Truth.YES


def test_several_conditions_must_all_hold() -> None:
    """Page "Multiple keys or values": operators, and the keys within one, are evaluated with AND."""
    known = circumstances({"a:a": ("1",), "a:b": ("2",)})
    both = (Condition("StringEquals", "a:a", ("1",)), Condition("StringEquals", "a:b", ("2",)))
    other = Condition("StringEquals", "a:b", ("3",))
    unknown = Condition("StringResembles", "a:b", ("3",))
    assert all_hold((), known, True) is Truth.YES
    assert all_hold(both, known, True) is Truth.YES
    assert all_hold((*both, other), known, True) is Truth.NO
    assert all_hold((*both, unknown), known, True) is Truth.UNKNOWN
    assert all_hold((unknown, *both, other), known, True) is Truth.NO


@pytest.mark.parametrize(
    ("operator", "found", "expected"),
    [
        ("ForAllValues:StringEquals", ("a",), Truth.YES),
        ("ForAllValues:StringEquals", ("a", "b"), Truth.YES),
        ("ForAllValues:StringEquals", ("a", "c"), Truth.NO),
        ("ForAllValues:StringEquals", (), Truth.YES),
        ("ForAllValues:StringNotEquals", ("c", "d"), Truth.YES),
        ("ForAllValues:StringNotEquals", ("a", "c"), Truth.NO),
        ("ForAllValues:StringNotEquals", (), Truth.YES),
        ("ForAnyValue:StringEquals", ("a", "c"), Truth.YES),
        ("ForAnyValue:StringEquals", ("c", "d"), Truth.NO),
        ("ForAnyValue:StringEquals", (), Truth.NO),
        ("ForAnyValue:StringNotEquals", ("a", "c"), Truth.YES),
        ("ForAnyValue:StringNotEquals", ("a", "b"), Truth.NO),
        ("ForAnyValue:StringNotEquals", (), Truth.NO),
        ("ForAnyValue:StringEqualsIfExists", (), Truth.YES),
        ("ForAllValues:StringLikeIfExists", ("c",), Truth.NO),
        ("forallvalues:StringEquals", ("a", "c"), Truth.NO),
        ("foranyvalue:StringEquals", ("a", "c"), Truth.YES),
        ("ForAllValues:ArnLike", ("a", "b"), Truth.YES),
        ("ForAnyValue:Bool", ("a",), Truth.YES),
    ],
)
def test_set_operators_ask_for_all_or_any_of_the_requests_values(
    operator: str, found: tuple[str, ...], expected: Truth
) -> None:
    """Page "Set operators": ForAllValues is true without the key, ForAnyValue is false."""
    assert truth(operator, ("a", "b"), *found) is expected


@pytest.mark.parametrize("quantifier", ["ForAllValues", "ForAnyValue"])
def test_a_key_with_no_value_is_a_key_without_a_match(quantifier: str) -> None:
    """Page "Set operators": a null data set is judged like an absent key."""
    known = circumstances({KEY: ()})
    answer = holds(Condition(f"{quantifier}:StringEquals", KEY, ("a",)), known, True)
    assert answer is yes(quantifier == "ForAllValues")


@pytest.mark.parametrize(
    "operator",
    [
        "StringResembles",
        "",
        "IfExists",
        "stringsEqual",
        "ForSomeValues:StringEquals",
        "ForAllValues:StringResembles",
        "ForAllValues:ForAnyValue:StringEquals",
        "StringEqualsIfExistsIfExists",
        "BinaryNotEquals",
    ],
)
@pytest.mark.parametrize("found", [(), ("a",)])
def test_an_operator_nobody_knows_tells_nothing(operator: str, found: tuple[str, ...]) -> None:
    """Page "Condition operators": the operators are listed; what another one would say cannot be told."""
    assert truth(operator, "a", *found) is Truth.UNKNOWN


@pytest.mark.parametrize("operator", [*sorted(OPERATORS), "Null", "ForAllValues:StringLike", "BoolIfExists"])
def test_a_key_whose_value_nobody_can_tell_tells_nothing(operator: str) -> None:
    """Page "Condition": a key is compared with the request's value, which here is not known."""
    known = circumstances({}, frozenset({"LDS:Key"}))
    assert holds(Condition(operator, KEY, ("true",)), known, True) is Truth.UNKNOWN
    assert not known.missing


def test_keys_are_case_insensitive() -> None:
    """Page "Condition": context key names are not case-sensitive."""
    known = circumstances({"AWS:SourceAccount": ("123456789012",)})
    assert holds(Condition("StringEquals", "aws:sourceACCOUNT", ("123456789012",)), known, True) is Truth.YES


def test_keys_that_were_missed_are_remembered_as_the_policy_spells_them() -> None:
    """Page "Condition": whoever asks later can be told which keys would have decided."""
    known = circumstances({"a:a": ("1",)})
    asked = [
        Condition("StringEquals", "aws:SourceArn", ("x",)),
        Condition("Null", "a:Null", ("true",)),
        Condition("StringEquals", "a:a", ("${a:Variable}",)),
    ]
    all_hold(tuple(asked), known, True)
    assert list(known.missing) == ["aws:SourceArn", "a:Null", "a:Variable"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("${aws:username}", "ann"),
        ("${AWS:UserName}", "ann"),
        ("${ aws:username }", "ann"),
        ("home/${aws:username}/*", "home/ann/*"),
        ("${aws:username}-${aws:username}", "ann-ann"),
        ("${aws:username, 'all'}", "ann"),
        ("${aws:PrincipalTag/team, 'all'}", "all"),
        ("${aws:PrincipalTag/team,'all of us'}", "all of us"),
        ("${aws:PrincipalTag/team, ''}", ""),
        ("${nested}", "${aws:username}"),
        ("${aws:username", "${aws:username"),
    ],
)
def test_variables_are_filled_in(text: str, expected: str) -> None:
    """Page "Policy variables": ${key}, and ${key, 'default'} for a key that the request does not have."""
    known = circumstances({"aws:username": ("ann",), "nested": ("${aws:username}",)})
    assert filled(text, known) == expected


def test_a_variable_without_a_value_matches_nothing() -> None:
    """Page "Policy variables": without a value and a default there is nothing that could match."""
    assert truth("StringLike", "${aws:PrincipalTag/team}", "") is Truth.NO
    assert truth("StringEquals", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}") is Truth.NO
    assert truth("StringNotEquals", "${aws:PrincipalTag/team}", "x") is Truth.YES


def test_a_key_with_several_values_is_no_variable() -> None:
    """Page "Policy variables": only single-valued keys can be variables."""
    known = circumstances({KEY: ("a",), "a:many": ("a", "b")})
    assert holds(Condition("StringLike", KEY, ("${a:many}",)), known, True) is Truth.NO


def test_a_variable_whose_value_nobody_can_tell_tells_nothing() -> None:
    """Page "Policy variables": its default stands in for an absent key, not for one that is there."""
    known = circumstances({KEY: ("a",)}, frozenset({"a:b"}))
    assert filled("x/${a:b, 'c'}", known) is Truth.UNKNOWN
    assert holds(Condition("StringEquals", KEY, ("a", "${a:b}")), known, True) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "matching"),
    [
        ("StringLike", "a${*}", "a*", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringLike", "a${*}*", "a*b", True),
        ("StringLike", "a${?}", "a?", True),
        ("StringLike", "a${?}", "ab", False),
        ("StringLike", "${$}{x}*", "${x}y", True),
        ("StringEquals", "a${*}", "a*", True),
        ("StringEquals", "${$}{a${?}}", "${a?}", True),
        ("StringEquals", "a${*}", "ab", False),
        ("StringEqualsIgnoreCase", "A${*}", "a*", True),
        ("ArnLike", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", True),
        ("ArnLike", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/c", False),
    ],
)
def test_special_characters_can_be_meant_as_text(operator: str, wanted: str, found: str, matching: bool) -> None:
    """Page "Policy variables": ${*}, ${?} and ${$} wherever a variable may be."""
    assert truth(operator, wanted, found) is yes(matching)
    assert truth(NEGATION[operator], wanted, found) is yes(not matching)


def test_an_older_policy_has_no_variables() -> None:
    """Page "Version": in a 2008-10-17 policy ${aws:username} is text."""
    assert truth("StringEquals", "${a:b}", "${a:b}", variables=False) is Truth.YES
    assert truth("StringEquals", "${*}", "*", variables=False) is Truth.NO
    assert truth("StringLike", "${*}", "${anything}", variables=False) is Truth.YES
