"""How an outcome looks, as text and as JSON."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.render.json_format import FORMAT as JSON
from lambda_dest_cli.render.json_format import dumps
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.outcome import as_json, as_text
from lambda_dest_cli.render.screen import Screen
from lambda_dest_cli.render.text_format import FORMAT as TEXT

# A local time, so that the tests hold in every time zone.
LOCAL = datetime(2026, 11, 23, 12, 4, 31).astimezone()
TODAY = date(2026, 11, 23)
LINE = OutcomeLine(
    time=LOCAL.astimezone(UTC),
    destination=Arn.parse("arn:aws:sqs:eu-west-1:123456789012:orders-failed"),
    record=RawJson('{"n": 12345678901234567890, "m": 1.10}'),
    function="orders",
    qualifier="live",
    function_arn="arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
    outcome=InvocationOutcome.FAILURE,
    condition="RetriesExhausted",
    attempts=3,
    request_id="8ea123e4-b738-4f5e-8880-a18cdf61200e",
    error_type="KeyError",
    error_message="'sku'",
    slot=Slot.ON_FAILURE,
)
SUCCESS = replace(
    LINE,
    outcome=InvocationOutcome.SUCCESS,
    condition="Success",
    qualifier="$LATEST",
    attempts=1,
    error_type=None,
    error_message=None,
    slot=Slot.ON_SUCCESS,
)
DEAD_LETTER = replace(
    LINE, qualifier=None, condition=None, attempts=None, error_type="200", error_message="'sku'", slot=Slot.DEAD_LETTER
)
NO_RECORD = OutcomeLine(LINE.time, LINE.destination, RawJson('"hello there"'))


def text(line: OutcomeLine) -> Line:
    (found,) = as_text(line, TODAY)
    return found


def test_the_line_of_the_contract() -> None:
    assert text(LINE).plain == (
        "12:04:31  FAILED   orders:live   RetriesExhausted x3   KeyError: 'sku'   -> sqs:orders-failed   8ea123e4"
    )


def test_every_kind_of_line_has_its_columns_in_line() -> None:
    lines = [text(each).plain for each in (LINE, SUCCESS, DEAD_LETTER, NO_RECORD)]
    assert lines[1:] == [
        "12:04:31  SUCCESS  orders        Success x1                              -> sqs:orders-failed   8ea123e4",
        "12:04:31  FAILED   orders        dead letter           'sku'             -> sqs:orders-failed   8ea123e4",
        '12:04:31  OTHER    -             not a record          "hello there"     -> sqs:orders-failed   -',
    ]
    assert len({line.index("->") for line in lines}) == 1


@pytest.mark.parametrize(("line", "colour"), [(LINE, "red"), (SUCCESS, "green"), (NO_RECORD, "yellow")])
def test_the_outcome_is_a_word_and_a_colour(line: OutcomeLine, colour: str) -> None:
    found = text(line)
    assert [part.strip() for part, style in found.parts if style == colour] in (
        ["FAILED"],
        ["SUCCESS"],
        ["OTHER"],
    )


def test_the_code_of_a_dead_letter_is_shown_where_it_says_something() -> None:
    assert "429: Rate Exceeded." in text(replace(DEAD_LETTER, error_type="429", error_message="Rate Exceeded.")).plain


def test_another_day_is_named() -> None:
    assert text(replace(LINE, time=LINE.time - timedelta(days=1))).plain.startswith("2026-11-22 12:04:31  FAILED")


@pytest.mark.parametrize(
    "changes",
    [
        {"error_message": "\x1b[2J\x1b]0;owned\x07\r\n\0"},
        {"function": "\x1b[31morders", "qualifier": "\u202elive"},
        {"condition": "a\nb", "request_id": "\x9b31m\ud800"},
        {"error_type": "\u2028"},
    ],
)
def test_whatever_a_record_holds_is_shown_inert(changes: dict[str, str]) -> None:
    plain = text(replace(LINE, **changes)).plain  # type: ignore[arg-type]  # every one of them is a text
    assert plain.isprintable()
    assert "\\" in plain


def test_markup_is_no_markup() -> None:
    output = StringIO()
    TEXT.item(replace(LINE, error_message="[red]x[/red] :smile:"), Screen(StringIO(), output, StringIO()))
    assert "KeyError: [red]x[/red] :smile:" in output.getvalue()


def test_a_line_stays_readable_however_long_its_parts_are() -> None:
    long = "x" * 1_000_000
    line = replace(LINE, function=long, qualifier=long, condition=long, error_type=long, error_message=long)
    assert len(text(replace(line, attempts=10**50, request_id=long)).plain) < 400


def test_wide_letters_take_two_columns() -> None:
    assert "キー      ->" in text(replace(LINE, error_type=None, error_message="エラー: キー")).plain


def test_the_members_of_the_contract_in_their_order() -> None:
    assert json.loads(dumps(as_json(LINE))) == {
        "time": LINE.time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "function": "orders",
        "qualifier": "live",
        "function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
        "outcome": "failure",
        "condition": "RetriesExhausted",
        "attempts": 3,
        "request_id": "8ea123e4-b738-4f5e-8880-a18cdf61200e",
        "error_type": "KeyError",
        "error_message": "'sku'",
        "slot": "on_failure",
        "destination": "arn:aws:sqs:eu-west-1:123456789012:orders-failed",
        "destination_type": "sqs",
        "record": {"n": 12345678901234567890, "m": 1.1},
    }
    assert list(as_json(NO_RECORD)) == list(as_json(LINE))
    assert as_json(NO_RECORD)["outcome"] is as_json(NO_RECORD)["slot"] is None


def test_one_line_of_json_keeps_the_spelling_of_numbers() -> None:
    output = StringIO()
    JSON.item(LINE, Screen(StringIO(), output, StringIO(), "json"))
    assert output.getvalue().endswith('"record":{"n": 12345678901234567890, "m": 1.10}}\n')
    assert output.getvalue().count("\n") == 1


def test_json_is_ascii_whatever_a_record_holds() -> None:
    printed = dumps(as_json(replace(LINE, error_message="\x1b\x7f\x9b\ud800 é", function="\U0001f600")))
    assert printed.isascii()
    assert printed.isprintable()
    assert json.loads(printed)["error_message"] == "\x1b\x7f\x9b\ud800 é"
