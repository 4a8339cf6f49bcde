"""Event patterns against what can be foreseen of an event."""

import json

import pytest

from lambda_dest_cli.records.pattern import ANY, AnyBut, Match, example, match, without_data

EVENT = {
    "source": "lambda",
    "list": ["a", 1],
    "detail": {"known": "x", "data": ANY, "flag": True, "number": 1, "how": AnyBut("well")},
}


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ({}, Match.YES),
        ({"source": ["lambda"]}, Match.YES),
        ({"source": ["aws.s3"]}, Match.NO),
        ({"source": ["aws.s3", {"prefix": "lam"}]}, Match.YES),
        ({"source": [{"prefix": "aws."}]}, Match.NO),
        ({"source": [{"prefix": {"equals-ignore-case": "LAM"}}]}, Match.ASK),
        ({"source": [{"suffix": "da"}]}, Match.ASK),
        ({"source": [{"suffix": "da"}, "lambda"]}, Match.YES),
        ({"source": []}, Match.NO),
        ({"source": "lambda"}, Match.ASK),
        ({"list": ["b", "a"]}, Match.YES),
        ({"list": [1]}, Match.YES),
        ({"list": ["1"]}, Match.NO),
        ({"detail": {"known": ["x"], "data": ["y"]}}, Match.MAY),
        ({"detail": {"known": ["y"], "data": ["y"]}}, Match.NO),
        ({"detail": {"known": [{"wildcard": "*"}], "data": ["y"]}}, Match.ASK),
        ({"detail": {"data": {"deep": {"deeper": ["y"]}}}}, Match.MAY),
        ({"detail": {"data": [{"exists": False}]}}, Match.MAY),
        ({"detail": {"flag": [True]}}, Match.YES),
        ({"detail": {"how": ["well"]}}, Match.NO),
        ({"detail": {"how": ["well", "badly"]}}, Match.MAY),
        ({"detail": {"how": [{"prefix": "we"}]}}, Match.MAY),
        ({"detail": {"number": [True]}}, Match.NO),
        ({"detail": {"gone": [{"exists": False}]}}, Match.YES),
        ({"detail": {"gone": [{"exists": True}]}}, Match.NO),
        ({"detail": {"known": [{"exists": True}]}}, Match.YES),
        ({"detail": {"gone": {"deeper": [{"exists": False}]}}}, Match.YES),
        ({"detail": {"gone": {"deeper": ["x"]}}}, Match.NO),
        ({"detail": {"gone": [{"numeric": [">", 0]}]}}, Match.NO),
        ({"detail": {"gone": [{"anything-but": "x"}]}}, Match.ASK),
        ({"$or": [{"source": ["aws.s3"]}, {"detail": {"data": ["y"]}}]}, Match.MAY),
        ({"$or": [{"source": ["aws.s3"]}, {"source": ["aws.ec2"]}], "list": ["a"]}, Match.NO),
        ({"$or": []}, Match.ASK),
    ],
)
def test_what_is_certain_is_told_from_what_depends_on_data_and_what_is_for_aws_to_say(
    pattern: object, answer: Match
) -> None:
    assert match(json.dumps(pattern), EVENT) is answer


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null"])
def test_what_is_no_pattern_is_for_aws_to_say(text: str) -> None:
    assert match(text, EVENT) is Match.ASK
    assert without_data(text, EVENT) == text


def test_what_depends_on_data_is_left_out_of_what_aws_is_asked() -> None:
    pattern = {
        "source": [{"suffix": "da"}],
        "detail": {"data": ["y"], "known": ["x"]},
        "$or": [{"detail": {"data": ["y"]}, "list": [{"wildcard": "a*"}]}],
    }
    assert json.loads(without_data(json.dumps(pattern), EVENT)) == {
        "source": [{"suffix": "da"}],
        "detail": {"known": ["x"]},
        "$or": [{"list": [{"wildcard": "a*"}]}],
    }


def test_an_example_has_some_text_for_data() -> None:
    assert example(EVENT)["detail"]["data"] == "example"  # type: ignore[index]
    assert json.dumps(example(EVENT))
