"""Wildcards: IAM User Guide, "IAM JSON policy elements: Action" and "IAM JSON policy elements: Resource"."""

import pytest

from lambda_dest_cli.iam.match import action_matches, arn_matches, compiled, matches, resource_matches
from lambda_dest_cli.iam.truth import Truth

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"


@pytest.mark.parametrize(
    ("pattern", "action"),
    [
        ("sqs:SendMessage", "sqs:SendMessage"),
        ("SQS:sendmessage", "sqs:SendMessage"),
        ("sqs:SENDMESSAGE", "sqs:sendMessage"),
        ("sqs:send*", "sqs:SendMessage"),
        ("sqs:*", "sqs:SendMessage"),
        ("*", "sqs:SendMessage"),
        ("*:*", "sqs:SendMessage"),
        ("SQS:*Message", "sqs:SendMessage"),
        ("s?s:Send*", "sqs:SendMessage"),
        ("sqs:*e*e*", "sqs:SendMessage"),
        ("sqs:SendMessage*", "sqs:SendMessage"),
    ],
)
def test_action_prefixes_and_names_are_case_insensitive_and_take_wildcards(pattern: str, action: str) -> None:
    """Page "Action": the prefix and the action name are case insensitive; * and ? are wildcards."""
    assert action_matches(pattern, action)


@pytest.mark.parametrize(
    ("pattern", "action"),
    [
        ("sqs:SendMessage", "sqs:SendMessageBatch"),
        ("sqs:SendMessage?", "sqs:SendMessage"),
        ("sqs:Send", "sqs:SendMessage"),
        ("SendMessage", "sqs:SendMessage"),
        ("sns:*", "sqs:SendMessage"),
        ("sqs:*Batch", "sqs:SendMessage"),
        ("", "sqs:SendMessage"),
        ("sqs.SendMessage", "sqs:SendMessage"),
    ],
)
def test_an_action_is_covered_as_a_whole_or_not_at_all(pattern: str, action: str) -> None:
    """Page "Action": an action is named as service:name, and what is not written as a wildcard is text."""
    assert not action_matches(pattern, action)


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        QUEUE,
        "arn:aws:sqs:eu-west-1:123456789012:*",
        "arn:aws:sqs:*:123456789012:orders",
        "arn:aws:sqs:*:*:*",
        "arn:*:*:*:*:*",
        "arn:aws:sqs:eu-west-?:123456789012:o?ders",
        "arn:aws:sqs:eu-*-1:123456789012:*ers",
        "arn:aws:sqs:eu-west-1:123456789012:orders*",
    ],
)
def test_wildcards_stand_within_any_segment_of_an_arn(pattern: str) -> None:
    """Page "Resource": wildcards may be used within the individual segments of an ARN."""
    assert arn_matches(pattern, QUEUE)
    assert resource_matches(pattern, QUEUE) is Truth.YES


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:sqs:eu-west-2:*:*",
        "arn:aws:sns:*:*:*",
        "arn:aws:sqs:::orders",
        "arn:aws:sqs:eu-west-1:?:orders",
        "arn:aws:sqs:eu-west-1:123456789012:order",
        "arn:aws:sqs:eu-west-1:123456789012:orders?",
        "arn:aws:*:eu-west-1:123456789012:orders:*",
        "",
    ],
)
def test_an_arn_is_matched_segment_by_segment(pattern: str) -> None:
    """Page "Resource": a segment is a part between colons, and each is matched for itself."""
    assert not arn_matches(pattern, QUEUE)
    assert resource_matches(pattern, QUEUE) is Truth.NO


@pytest.mark.parametrize(
    ("pattern", "arn"),
    [
        ("arn:aws:sqs:*:orders", QUEUE),
        ("arn:aws:sqs:eu-*:orders", QUEUE),
        ("arn:aws:sqs:*", QUEUE),
        ("arn:aws:sqs:eu-west-1:*", QUEUE),
        ("arn:aws:sqs:eu-*", QUEUE),
        ("arn:aws:sq*", QUEUE),
        ("arn:aws:*", QUEUE),
        ("arn:*", QUEUE),
        ("arn:aws:lambda:*:function:orders", "arn:aws:lambda:eu-west-1:123456789012:function:orders"),
        ("arn:aws:lambda:*:*:orders", "arn:aws:lambda:eu-west-1:123456789012:function:orders"),
    ],
)
def test_a_star_that_ends_a_segment_of_a_resource_reaches_beyond_the_colon(pattern: str, arn: str) -> None:
    """Page "Resource": a * that is the last character of a segment can match beyond the colon boundaries."""
    assert resource_matches(pattern, arn) is Truth.YES


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:lambda:eu-*-1:*:orders", Truth.UNKNOWN),
        ("arn:aws:lambda:*-1:*:orders", Truth.UNKNOWN),
        ("arn:aws:lambda:eu-west-?:*:orders", Truth.UNKNOWN),
        ("arn:aws:*:orders", Truth.UNKNOWN),
        ("arn:aws:*:123456789012:function:orders", Truth.UNKNOWN),
        ("arn:*:function:orders", Truth.UNKNOWN),
        ("arn:aws:lambda:eu-*-2:*:orders", Truth.NO),
        ("arn:aws:lambda:eu-*1:function:orders", Truth.NO),
        ("arn:aws:*:refunds", Truth.NO),
        ("arn:aws:l*:*:*:function:orders", Truth.YES),
        ("arn:aws*:lambda:*:*:function:orders", Truth.YES),
        ("arn:aws:*ambd?:eu-w*t-1:1?3456789012:function:orders", Truth.YES),
        ("*:orders", Truth.UNKNOWN),
        ("orders", Truth.NO),
        ("*s", Truth.UNKNOWN),
    ],
)
def test_how_far_a_star_reaches_is_not_always_said(pattern: str, expected: Truth) -> None:
    """Page "Resource": not out of the service, nor from inside a segment; IAM takes only ARNs."""
    assert resource_matches(pattern, "arn:aws:lambda:eu-west-1:123456789012:function:orders") is expected


@pytest.mark.parametrize("pattern", ["arn:aws:lambda:*:function:orders", "arn:aws:lambda:*:*:orders"])
def test_arn_operators_check_each_of_the_six_components_separately(pattern: str) -> None:
    """Page "Condition operators": for ArnLike each of the six colon-delimited components is checked by itself."""
    assert not arn_matches(pattern, "arn:aws:lambda:eu-west-1:123456789012:function:orders")


def test_resources_are_case_sensitive() -> None:
    """Page "Resource": ARNs are matched as they are written."""
    assert not arn_matches(QUEUE.upper(), QUEUE)
    assert not arn_matches("arn:aws:sqs:eu-west-1:123456789012:Ord*", QUEUE)


@pytest.mark.parametrize(
    ("pattern", "arn"),
    [
        ("arn:aws:lambda:*:*:function:*", "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"),
        ("arn:aws:lambda:*:*:function:orders:*", "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"),
        ("arn:aws:s3:::records/*", "arn:aws:s3:::records/2026/11/23/a:b.json"),
        ("arn:aws:s3:::*/a*json", "arn:aws:s3:::records/2026/a:b.json"),
        ("arn:aws:iam::123456789012:role/*/x", "arn:aws:iam::123456789012:role/a/b/c/x"),
    ],
)
def test_inside_the_resource_a_wildcard_reaches_over_slashes_and_colons(pattern: str, arn: str) -> None:
    """Page "Resource": the last segment is the resource as a whole."""
    assert arn_matches(pattern, arn)


def test_a_version_is_no_part_of_the_function_without_it() -> None:
    """Page "Resource": what is not a wildcard is text, also after the last colon."""
    assert not arn_matches(
        "arn:aws:lambda:*:*:function:orders", "arn:aws:lambda:eu-west-1:123456789012:function:orders:1"
    )


def test_what_is_no_arn_is_compared_as_a_whole() -> None:
    """Page "Resource": some actions have no resource; then it is the wildcard alone that covers it."""
    assert arn_matches("*", "")
    assert arn_matches("*", "anything: at all")
    assert arn_matches("ord*", "orders")
    assert not arn_matches("ord?", "orders")


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [
        ("", "", True),
        ("", "a", False),
        ("?", "", False),
        ("?", "a", True),
        ("??", "a", False),
        ("*", "", True),
        ("**", "a", True),
        ("a*?", "a", False),
        ("a*?", "ab", True),
        ("*a", "ba", True),
        ("*a", "ab", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("ab*ba", "aba", False),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "ab", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("*\n*", "first\nsecond", True),
        ("?", "\n", True),
        ("a", "a\n", False),
        ("a*", "a\n", True),
    ],
)
def test_a_star_is_any_run_of_characters_and_a_question_mark_is_one(pattern: str, text: str, covered: bool) -> None:
    """Page "Resource": * is any combination of zero or more characters, ? any single one."""
    assert matches(pattern, text) is covered


@pytest.mark.parametrize("pattern", ["a.c*", "[abc]*", "(a|b)*", "a+*", "^a*", "a$*", "\\w*", "a{2}*", "(?i)A*"])
def test_only_star_and_question_mark_are_special(pattern: str) -> None:
    """Page "Resource": the wildcards are * and ?; what a regular expression would read is text."""
    assert matches(pattern, pattern[:-1] + "!")
    assert not matches(pattern, "abc")


def test_several_patterns_are_alternatives() -> None:
    """Page "Action": a list; a list of nothing covers nothing, not even nothing."""
    assert compiled(["a", "b*"]).fullmatch("bc")
    assert compiled(["a|b", "c"]).fullmatch("a") is None
    assert compiled(["a", "a*b"]).fullmatch("aab")
    assert compiled([]).fullmatch("") is None


def test_only_ascii_has_two_cases() -> None:
    """Page "Action": names of services and actions are ASCII; what looks like one in another script is not one."""
    assert not action_matches("kms:decrypt*", "\u212ams:Decrypt")
    assert not action_matches("\u017fqs:*", "sqs:SendMessage")


@pytest.mark.parametrize("stars", [5, 500])
def test_hostile_arns_come_to_an_answer(stars: int) -> None:
    """Page "Resource": wildcards in every segment, and colons without end in the resource."""
    pattern = ":".join(["arn", "aws", "sqs", "*a" * stars + "*", "*:*" * stars, "*b" * stars])
    arn = f"arn:aws:sqs:{'a' * 3_000}:{':' * 3_000}:{'b' * (stars - 1)}c"
    assert resource_matches(pattern, arn) is Truth.NO
    assert resource_matches("arn:aws:sqs:*:*:*:*b", "arn:aws:sqs:" + ":" * 20_000) is Truth.NO
    assert not arn_matches(pattern, arn)


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [
        ("a*" * 30 + "b", "a" * 5_000, False),
        ("*a" * 2_000 + "*", "a" * 2_000, True),
        ("*a" * 2_000 + "*", "a" * 1_999, False),
        ("*" * 10_000 + "x", "y" * 10_000, False),
        ("*?" * 1_000, "y" * 999, False),
        ("*?" * 1_000, "y" * 1_000, True),
        ("?" * 6_000, "y" * 6_000, True),
        ("*ab" * 500 + "c", "ab" * 5_000, False),
    ],
    ids=["a*a*b", "*a* fits", "*a* too short", "***", "*?*? too short", "*?*? fits", "???", "*ab*abc"],
)
def test_hostile_patterns_come_to_an_answer(pattern: str, text: str, covered: bool) -> None:
    """Page "Resource": any number of wildcards is taken; with plain backtracking these would not end."""
    assert matches(pattern, text) is covered
    assert matches(pattern, text, ignore_case=True) is covered
