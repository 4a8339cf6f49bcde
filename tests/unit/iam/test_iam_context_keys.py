"""Which keys policies ask for: IAM API, GetContextKeysForPrincipalPolicy; User Guide, "Policy variables"."""

from typing import Any

import pytest

from lambda_dest_cli.iam.context_keys import context_keys
from lambda_dest_cli.iam.document import Policy, read


def policy(*, version: str = "2012-10-17", **changes: Any) -> Policy:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"} | changes
    return read({"Version": version, "Statement": statement})


def test_a_policy_without_conditions_asks_for_nothing() -> None:
    """GetContextKeysForPrincipalPolicy: the keys are those that the policies reference."""
    assert context_keys([]) == ()
    assert context_keys([policy()]) == ()


def test_the_keys_of_conditions() -> None:
    """Page "Condition": every key of every operator, Null and unknown operators among them."""
    asks = {"StringEquals": {"aws:SourceArn": "x", "a:b": "y"}, "Null": {"a:c": "true"}, "Odd": {"a:d": "z"}}
    assert context_keys([policy(Condition=asks)]) == ("aws:SourceArn", "a:b", "a:c", "a:d")


def test_denials_ask_too() -> None:
    """Page "Condition": a condition stands in any statement, whatever its effect and action."""
    asks = {"Bool": {"aws:SecureTransport": "false"}}
    assert context_keys([policy(Effect="Deny", Action="s3:*", Condition=asks)]) == ("aws:SecureTransport",)


def test_each_key_is_given_once_whatever_its_case() -> None:
    """Page "Condition": context key names are not case-sensitive; the first spelling is kept."""
    first = policy(Condition={"Bool": {"aws:SecureTransport": "true"}})
    second = policy(Condition={"Bool": {"AWS:securetransport": "true", "a:b": "true"}})
    assert context_keys([first, second]) == ("aws:SecureTransport", "a:b")


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_the_variables_of_resources(element: str) -> None:
    """Page "Policy variables": in Resource and NotResource, with a default or without."""
    text = "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/${aws:username}/${aws:userid}"
    document = {"Effect": "Allow", "Action": "*", element: ["*", text]}
    expected = ("aws:PrincipalTag/team", "aws:username", "aws:userid")
    assert context_keys([read({"Version": "2012-10-17", "Statement": document})]) == expected


def test_the_variables_of_conditions() -> None:
    """Page "Policy variables": in the values of a Condition, beside its own key."""
    asks = {"StringLike": {"s3:prefix": ["home/${aws:username}/*", "public/*"]}}
    assert context_keys([policy(Condition=asks)]) == ("s3:prefix", "aws:username")


def test_special_characters_are_no_keys() -> None:
    """Page "Policy variables": ${*}, ${?} and ${$} stand for the characters."""
    assert context_keys([policy(Resource="arn:aws:s3:::a${*}b${?}c${$}${aws:userid}")]) == ("aws:userid",)


def test_an_older_policy_has_no_variables() -> None:
    """Page "Version": in a 2008-10-17 policy ${…} is text; its conditions ask all the same."""
    asks = {"StringLike": {"s3:prefix": "${aws:username}"}}
    older = policy(version="2008-10-17", Resource="${aws:userid}", Condition=asks)
    assert context_keys([older]) == ("s3:prefix",)
