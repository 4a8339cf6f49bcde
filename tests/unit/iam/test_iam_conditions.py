"""Conditions: IAM User Guide, "Multiple keys or values", "Set operators…", "Null", "Condition"."""

import pytest

from lambda_dest_cli.iam.circumstances import circumstances
from lambda_dest_cli.iam.conditions import all_hold, holds
from lambda_dest_cli.iam.document import Condition
from lambda_dest_cli.iam.operators import OPERATORS
from lambda_dest_cli.iam.truth import Truth
from tests.unit.iam.comparing import KEY, truth, yes


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ("true", (), Truth.YES),
        ("false", (), Truth.NO),
        ("true", ("x",), Truth.NO),
        ("false", ("x",), Truth.YES),
        ("TRUE", (), Truth.YES),
        (("true", "false"), ("x",), Truth.YES),
        (("true", "maybe"), (), Truth.YES),
        ("maybe", (), Truth.UNKNOWN),
        ("maybe", ("x",), Truth.UNKNOWN),
        ((), ("x",), Truth.NO),
    ],
)
def test_null_asks_whether_the_key_is_there(
    wanted: str | tuple[str, ...], found: tuple[str, ...], expected: Truth
) -> None:
    """Page "Null": true – the key does not exist (it is null); false – it exists and its value is not null."""
    assert truth("Null", wanted, *found) is expected


def test_a_key_with_no_value_is_null() -> None:
    """Page "Null": false only where the key exists *and its value is not null*."""
    known = circumstances({KEY: ()})
    assert holds(Condition("Null", KEY, ("true",)), known, True) is Truth.YES
    assert holds(Condition("Null", KEY, ("false",)), known, True) is Truth.NO


@pytest.mark.parametrize("found", [(), ("x",)])
@pytest.mark.parametrize("wanted", ["true", "false"])
def test_null_with_a_set_operator_asks_nothing(wanted: str, found: tuple[str, ...]) -> None:
    """Page "IAM policy validation", Null with qualifier: they always return true or false respectively."""
    assert truth("ForAllValues:Null", wanted, *found) is Truth.YES
    assert truth("ForAnyValue:Null", wanted, *found) is Truth.NO


def test_there_is_no_null_if_exists() -> None:
    """Page "…IfExists": IfExists goes to the end of any operator except Null."""
    assert truth("NullIfExists", "true") is Truth.UNKNOWN
    assert truth("NullIfExists", "false", "x") is Truth.UNKNOWN


def test_several_values_are_alternatives() -> None:
    """Page "Multiple keys or values": the values of one key are evaluated with OR."""
    assert truth("StringEquals", ("a", "b"), "b") is Truth.YES
    assert truth("StringEquals", ("a", "b"), "c") is Truth.NO


@pytest.mark.parametrize(
    ("operator", "found", "expected"),
    [
        ("StringEquals", ("c",), Truth.NO),
        ("StringEquals", (), Truth.NO),
        ("StringEqualsIfExists", ("c",), Truth.NO),
        ("StringEqualsIfExists", (), Truth.YES),
        ("ForAllValues:StringEquals", ("c",), Truth.NO),
        ("ForAllValues:StringEquals", (), Truth.YES),
        ("ForAnyValue:StringEquals", ("c",), Truth.NO),
        ("ForAnyValue:StringEquals", (), Truth.NO),
        ("StringNotEquals", ("c",), Truth.UNKNOWN),
        ("ForAnyValue:StringNotEquals", ("c",), Truth.UNKNOWN),
    ],
)
def test_a_condition_without_values_matches_nothing_that_is_there(
    operator: str, found: tuple[str, ...], expected: Truth
) -> None:
    """Page "IAM policy validation", Empty array condition: ForAnyValue never matches, the others only a missing key."""
    assert truth(operator, (), *found) is expected


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
        ("ForAllValues:StringEqualsIfExists", (), Truth.YES),
        ("ForAllValues:StringEquals", ("",), Truth.YES),
        ("ForAnyValue:StringNotEquals", ("",), Truth.NO),
        ("ForAllValues:StringLikeIfExists", ("c",), Truth.NO),
        ("forallvalues:StringEquals", ("a", "c"), Truth.NO),
        ("foranyvalue:StringEquals", ("a", "c"), Truth.YES),
        ("ForAllValues:StringLike", ("a", "b"), Truth.YES),
        ("ForAnyValue:StringEqualsIgnoreCase", ("B", "c"), Truth.YES),
    ],
)
def test_set_operators_ask_for_all_or_any_of_the_requests_values(
    operator: str, found: tuple[str, ...], expected: Truth
) -> None:
    """Page "Set operators": ForAllValues is true without the key, ForAnyValue is false."""
    assert truth(operator, ("a", "b"), *found) is expected


def test_for_any_value_if_exists_without_the_key_cannot_be_told() -> None:
    """Page "…IfExists" says that an absent key makes it true, page "Set operators" that it makes it false."""
    assert truth("ForAnyValue:StringEqualsIfExists", "a") is Truth.UNKNOWN
    assert truth("ForAnyValue:StringNotLikeIfExists", "a") is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("operator", "found", "expected"),
    [
        ("StringEquals", ("a", "a"), Truth.UNKNOWN),
        ("StringEquals", ("a", "b"), Truth.UNKNOWN),
        ("StringEquals", ("c", "d"), Truth.NO),
        ("StringEquals", ("a", "c"), Truth.UNKNOWN),
        ("StringNotEquals", ("c", "d"), Truth.UNKNOWN),
        ("StringNotEquals", ("a", "b"), Truth.NO),
        ("StringNotEquals", ("a", "c"), Truth.UNKNOWN),
    ],
)
def test_several_values_of_a_request_require_a_set_operator(
    operator: str, found: tuple[str, ...], expected: Truth
) -> None:
    """Page "Single-valued vs. multivalued": without a set operator, what no value matches does not hold."""
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
@pytest.mark.parametrize("unknown", ["LDS:Key", "lds:*", "*"])
def test_a_key_whose_value_nobody_can_tell_tells_nothing(operator: str, unknown: str) -> None:
    """Page "Condition": a key is compared with the request's value, which here is not known."""
    known = circumstances({}, frozenset({unknown}))
    assert holds(Condition(operator, KEY, ("true",)), known, True) is Truth.UNKNOWN
    assert not known.missing
    assert list(known.doubts) == ["the value of lds:key"]


def test_only_the_keys_that_are_untold_are() -> None:
    """Page "Condition": tags are keys of one family, told apart by what follows the slash."""
    known = circumstances({KEY: ("a",)}, frozenset({"lds:keys", "lds:key/*", "other:*"}))
    assert holds(Condition("StringEquals", KEY, ("a",)), known, True) is Truth.YES


def test_what_could_not_be_told_is_remembered() -> None:
    """Page "Condition operators": what is not on the page is named, so that a person can look."""
    known = circumstances({"a:a": ("x",)}, frozenset({"a:tag/*"}))
    asked = [
        Condition("StringResembles", "a:a", ("x",)),
        Condition("Bool", "a:a", ("true",)),
        Condition("StringEquals", "a:a", ("${a:Tag/team}",)),
        Condition("StringEquals", "a:a", ("x",)),
    ]
    all_hold(tuple(asked), known, True)
    assert list(known.doubts) == [
        "the condition operator StringResembles",
        "the condition Bool on a:a",
        "the value of a:Tag/team",
        "the condition StringEquals on a:a",
    ]


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
