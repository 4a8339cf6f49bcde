"""``--where`` and ``--grep``."""

from datetime import UTC, datetime

import pytest

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.tailer.predicates import grep, where

LINE = OutcomeLine(
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"),
    RawJson('{"requestPayload": {"n": 12345678901234567890, "zero": 0, "w": "J\\u00f6rg", "none": [], "p": "a/b"}}'),
    function="orders",
    outcome=InvocationOutcome.FAILURE,
    attempts=3,
    logs=("a line of the log",),
)


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("function == 'orders'", True),
        ("outcome == 'success'", False),
        ("attempts >= `3`", True),
        ("record.requestPayload.n == `12345678901234567890`", True),
        ("record.requestPayload.n == `12345678901234567891`", False),
        ("record.requestPayload.zero", True),
        ("record.requestPayload.none", False),
        ("record.requestPayload.missing", False),
        ("error_message", False),
        ("logs[0]", True),
        ("destination_type == 'sqs' && !qualifier", True),
    ],
)
def test_where(expression: str, taken: bool) -> None:
    assert where(expression, pytest.fail)(LINE) is taken


def test_where_it_does_not_fit_the_outcome_is_left_out_and_that_is_said_once() -> None:
    notes: list[str] = []
    takes = where("contains(error_message, 'sku')", notes.append)
    assert not takes(LINE)
    assert not takes(LINE)
    assert len(notes) == 1


@pytest.mark.parametrize("expression", ["", "a ==", "nofunction(@)["])
def test_what_is_no_expression(expression: str) -> None:
    with pytest.raises(UsageProblem, match="--where is no JMESPath expression"):
        where(expression, pytest.fail)


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("Jörg", True),
        ("J.rg", True),
        (r"\\u00f6", False),
        ("a/b", True),
        ("12345678901234567890", True),
        ("of the log$", True),
        ("nothing", False),
        ("(?i)REQUESTPAYLOAD", True),
    ],
)
def test_grep(pattern: str, taken: bool) -> None:
    assert grep(pattern)(LINE) is taken


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "[z-a]"])
def test_what_is_no_regular_expression(pattern: str) -> None:
    with pytest.raises(UsageProblem, match="--grep is no regular expression"):
        grep(pattern)
