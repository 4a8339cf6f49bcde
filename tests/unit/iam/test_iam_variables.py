"""Policy variables: IAM User Guide, "IAM policy elements: Variables and tags"."""

import pytest

from lambda_dest_cli.iam.circumstances import circumstances
from lambda_dest_cli.iam.conditions import holds
from lambda_dest_cli.iam.document import Condition
from lambda_dest_cli.iam.truth import Truth
from lambda_dest_cli.iam.variables import filled
from tests.unit.iam.comparing import KEY, NEGATION, truth, yes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("${aws:username}", "ann"),
        ("${AWS:UserName}", "ann"),
        ("home/${aws:username}/*", "home/ann/*"),
        ("${aws:username}-${aws:username}", "ann-ann"),
        ("${aws:username, 'all'}", "ann"),
        ("${aws:PrincipalTag/team, 'all'}", "all"),
        ("${aws:PrincipalTag/team,'all of us'}", "all of us"),
        ("${aws:PrincipalTag/team, ''}", ""),
        ("${nested}", "${aws:username}"),
        ("$aws:username}", "$aws:username}"),
    ],
)
def test_variables_are_filled_in(text: str, expected: str) -> None:
    """Page "Policy variables": ${key}, and ${key, 'default'} for a key that the request does not have."""
    known = circumstances({"aws:username": ("ann",), "nested": ("${aws:username}",)})
    assert filled(text, known) == expected


@pytest.mark.parametrize(
    "text",
    ["${ aws:username }", "${aws:username", "${}", "${aws:username,}", "${aws:username, x}", "${a b}", "${${aws:a}}"],
)
def test_a_variable_that_is_spelled_otherwise_tells_nothing(text: str) -> None:
    """Page "IAM policy validation": a space, a missing brace or quote, an empty variable are errors."""
    known = circumstances({"aws:username": ("ann",)})
    assert filled(f"x/{text}", known) is Truth.UNKNOWN


def test_a_wildcard_in_a_value_tells_nothing() -> None:
    """Page "Policy variables": whether it stands for itself or for a wildcard is not said."""
    known = circumstances({KEY: ("anybody",), "aws:username": ("a*",)})
    assert holds(Condition("StringLike", KEY, ("${aws:username}",)), known, True) is Truth.UNKNOWN


def test_a_variable_without_a_value_matches_nothing() -> None:
    """Page "Policy variables", "Policy variables with no value": inverted operators do match against a null value."""
    assert filled("x/${a:b}", circumstances({"a:b": ()})) is Truth.NO
    assert filled("${a:b}/${a:c}", circumstances({}, frozenset({"a:c"}))) is Truth.NO
    assert truth("StringLike", "${aws:PrincipalTag/team}", "") is Truth.NO
    assert truth("StringEquals", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}") is Truth.NO
    assert truth("StringNotEquals", "${aws:PrincipalTag/team}", "x") is Truth.YES


def test_a_key_with_several_values_is_no_variable() -> None:
    """Page "Single-valued vs. multivalued": only single-valued keys can be variables; what others do is not said."""
    known = circumstances({KEY: ("a",), "a:many": ("a", "b")})
    assert holds(Condition("StringLike", KEY, ("${a:many}",)), known, True) is Truth.UNKNOWN


def test_a_variable_whose_value_nobody_can_tell_tells_nothing() -> None:
    """Page "Policy variables": its default stands in for an absent key, not for one that is there."""
    known = circumstances({KEY: ("a",)}, frozenset({"a:b"}))
    assert filled("x/${a:b, 'c'}", known) is Truth.UNKNOWN
    assert holds(Condition("StringEquals", KEY, ("b", "${a:b}")), known, True) is Truth.UNKNOWN
    assert holds(Condition("StringEquals", KEY, ("a", "${a:b}")), known, True) is Truth.YES
    assert holds(Condition("StringNotEquals", KEY, ("a", "${a:b}")), known, True) is Truth.NO


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


def test_one_variable_that_cannot_be_told_is_enough_wherever_it_stands() -> None:
    known = circumstances({"aws:username": ("ann",)})
    assert filled("${ aws:x }/${aws:username}", known) is Truth.UNKNOWN
    assert filled("${aws:username}/${ aws:x }", known) is Truth.UNKNOWN
