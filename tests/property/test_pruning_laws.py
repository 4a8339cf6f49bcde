"""doctor --fix never widens: what it takes out is gone, what it leaves is what was there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.iam.pruning import needs_of, without

ACTIONS = ["sqs:SendMessage", "sns:Publish", "kms:Decrypt"]
RESOURCES = [f"arn:aws:sqs:eu-west-1:123456789012:{name}" for name in "abc"]


def one_or_many(texts: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(texts) | st.lists(st.sampled_from(texts), min_size=1, unique=True)


STATEMENTS = st.lists(
    st.builds(
        lambda action, resource: {"Sid": "Lds", "Effect": "Allow", "Action": action, "Resource": resource},
        one_or_many(ACTIONS),
        one_or_many(RESOURCES),
    )
)
FOREIGN = st.sampled_from(
    [
        {"Effect": "Deny", "Action": ACTIONS[0], "Resource": RESOURCES[0]},
        {"Effect": "Allow", "NotAction": ACTIONS[0], "Resource": RESOURCES[0]},
        {"Effect": "Allow", "Action": ACTIONS[0], "NotResource": RESOURCES[0]},
        {"Effect": "Allow", "Action": ACTIONS[0], "Resource": RESOURCES[0], "Condition": {"Bool": {"a:b": "true"}}},
        {"Effect": "Allow", "Action": 7, "Resource": RESOURCES[0]},
    ]
)
GONE = st.sets(st.builds(Need, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)))


def granted(statements: list[Any]) -> set[Need]:
    return {need for statement in statements for need in needs_of(statement)}


@given(STATEMENTS, GONE)
def test_what_is_left_was_there_and_misses_nothing_that_is_not_gone(statements: list[Any], gone: set[Need]) -> None:
    kept, removed = without(statements, gone.__contains__)
    assert granted(statements) - gone <= granted(kept) <= granted(statements)
    assert bool(removed) == (kept != statements)
    assert not [statement for statement in kept if granted([statement]) <= gone]


@given(STATEMENTS)
def test_what_is_all_needed_is_not_touched_and_what_is_all_gone_leaves_nothing(statements: list[Any]) -> None:
    assert without(statements, lambda _: False) == (statements, [])
    assert without(statements, lambda _: True) == ([], statements)


@given(st.lists(FOREIGN))
def test_what_lds_would_not_have_written_stays(statements: list[Any]) -> None:
    assert without(statements, lambda _: True) == (statements, [])


@given(GONE, GONE)
def test_what_lds_writes_can_be_read_back_and_loses_exactly_what_is_gone(needs: set[Need], gone: set[Need]) -> None:
    statements: list[Any] = list(statements_for(needs)["Statement"])
    kept, _ = without(statements, gone.__contains__)
    assert needs - gone <= granted(kept) <= needs
    read({"Version": "2012-10-17", "Statement": kept}, "a policy")


def test_what_was_taken_out_is_told_as_it_was() -> None:
    one, two, three = RESOURCES
    send, publish, decrypt = ACTIONS
    whole: dict[str, Any] = {"Sid": "Lds", "Effect": "Allow", "Action": [send, publish], "Resource": RESOURCES}

    fewer = without([whole], lambda need: need.resource != two)
    assert fewer == ([{**whole, "Resource": two}], [{**whole, "Resource": [one, three]}])
    less = without([whole], lambda need: need.action == publish)
    assert less == ([{**whole, "Action": send}], [{**whole, "Action": publish}])
    other = {**whole, "Action": [send, publish, decrypt]}
    assert without([other], lambda need: need.action == send)[0] == [{**whole, "Action": [publish, decrypt]}]
