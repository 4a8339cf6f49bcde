"""An outcome with everything in it, and JSON on several lines."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import DetailedOutcome, InvocationOutcome, LoggedOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.render.json_lines import LINES_AT_MOST, json_lines
from lambda_dest_cli.render.reports import outcome_logs
from lambda_dest_cli.render.reports.outcome_detail import as_json, as_text

LINE = OutcomeLine(
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"),
    RawJson("{}"),
    function="orders",
    outcome=InvocationOutcome.FAILURE,
    condition="RetriesExhausted",
    error_type="KeyError",
    error_message="'sku'",
    slot=Slot.ON_FAILURE,
)


def shown(record: object, **changes: object) -> list[str]:
    text = record if isinstance(record, str) else json.dumps(record)
    line = replace(LINE, record=RawJson(text), **changes)  # type: ignore[arg-type]
    return [each.plain for each in as_text(DetailedOutcome(line))][1:]


def test_the_event_and_the_error_with_its_stack_trace() -> None:
    answer = {"errorType": "KeyError", "errorMessage": "'sku'", "stackTrace": ['  File "a.py", line 1\n    x\n']}
    assert shown({"requestContext": {}, "requestPayload": {"n": 1}, "responsePayload": answer}) == [
        "    event  ",
        "      {",
        '        "n": 1',
        "      }",
        "    error  KeyError: 'sku'",
        '        File "a.py", line 1',
        "          x",
    ]


@pytest.mark.parametrize("name", ["stackTrace", "trace"])
def test_traces_of_either_name(name: str) -> None:
    assert shown({"responsePayload": {name: ["Error: no", "    at x.js:1"]}})[1:] == [
        "      Error: no",
        "          at x.js:1",
    ]


def test_an_error_without_a_trace_is_shown_as_it_is() -> None:
    assert shown({"responsePayload": None}) == ["    error  ", "      null"]


def test_an_answer() -> None:
    success = {"outcome": InvocationOutcome.SUCCESS}
    assert shown({"responsePayload": [1.10, "ok"]}, **success)[0] == "    answer  "


def test_numbers_keep_their_spelling() -> None:
    assert "      12345678901234567890.10" in shown('{"requestPayload": 12345678901234567890.10}')


def test_a_dead_letter() -> None:
    found = shown('{"body":{"order":7},"attributes":{"RequestID":"8ea1"}}', slot=Slot.DEAD_LETTER)
    assert found[0] == "    event  "
    assert '        "RequestID": "8ea1"' in found


def test_what_is_no_record() -> None:
    assert shown('"one\\ntwo \\u001b[31m"', outcome=None) == ["    message  ", "      one", "      two \\x1b[31m"]


def test_a_log() -> None:
    assert shown('"one\\ntwo"', outcome=None, logs=("one", "two")) == ["    log  ", "      one", "      two"]


@pytest.mark.parametrize("text", ["\x1b[31m", "\u202e", "\x00\x9b", "\r\n"])
def test_whatever_it_holds_is_shown_inert(text: str) -> None:
    answer = {"errorType": text, "errorMessage": text, "stackTrace": [text]}
    record = {"requestPayload": {text: text}, "responsePayload": answer}
    assert all(line.isprintable() for line in shown(record, logs=(text,)))


def test_a_megabyte_is_cut() -> None:
    record = {"requestPayload": ["x" * 1_000_000] * 3, "responsePayload": {"stackTrace": ["y" * 1_000_000]}}
    assert sum(map(len, shown(record))) < 10_000


def test_the_log_of_a_failure_stands_under_its_line() -> None:
    logged = LoggedOutcome(replace(LINE, logs=("hello \x1b]0;title\x07", "[red]x[/red]")))
    assert [each.plain for each in outcome_logs.as_text(logged)][1:] == [
        "    log  ",
        "      hello \\x1b]0;title\\x07",
        "      [red]x[/red]",
    ]
    assert outcome_logs.as_json(logged)["logs"] == ["hello \x1b]0;title\x07", "[red]x[/red]"]


@pytest.mark.parametrize("changes", [{"logs": ()}, {"logs": None}, {"logs": ("x",), "outcome": None}])
def test_nothing_stands_there_where_there_is_no_log_of_a_failure(changes: dict[str, Any]) -> None:
    assert len(list(outcome_logs.as_text(LoggedOutcome(replace(LINE, **changes))))) == 1


def test_json_has_all_of_it_anyway() -> None:
    assert as_json(DetailedOutcome(LINE))["record"] == LINE.record


# -- JSON on several lines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {}},
        {"a": [], "b": [1, [2, {"c": None}]]},
        "text",
        7,
        True,
        {"a": "[,]{:}"},
        [[], {}, [[]]],
        {"": ""},
    ],
)
def test_the_lines_are_what_json_itself_would_write(value: object) -> None:
    lines = [line.plain for line in json_lines(json.dumps(value))]
    assert "\n".join(lines) == json.dumps(value, indent=2)


def test_letters_are_shown_as_themselves() -> None:
    assert [line.plain for line in json_lines('{"w": "J\\u00f6rg"}')][1] == '  "w": "Jörg"'


def test_more_lines_than_can_be_read_are_counted() -> None:
    lines = [line.plain for line in json_lines(json.dumps(list(range(LINES_AT_MOST))), "  ")]
    assert len(lines) == LINES_AT_MOST + 1
    assert lines[-1] == "  … and 2 more lines; -o json has them"
