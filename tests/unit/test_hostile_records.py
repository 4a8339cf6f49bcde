"""Whatever a message holds: inert in text, exact in JSON, and no more work than its length is worth."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import DetailedOutcome, InvocationOutcome, Message, OutcomeLine, Watch
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.records.json_text import parse
from lambda_dest_cli.records.redaction import redacted
from lambda_dest_cli.render.json_format import dumps
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import outcome, outcome_detail
from lambda_dest_cli.render.screen import Screen

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WATCH = Watch(Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"))
CONTEXT = (
    '{"requestId":"8ea123e4-b738-4f5e-8880-a18cdf61200e","condition":"RetriesExhausted","approximateInvokeCount":3,'
    '"functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:orders:live"}'
)
MANY = 100_000


def record(payload: str, context: str = CONTEXT) -> str:
    return f'{{"requestContext":{context},"requestPayload":{payload},"responsePayload":{{"errorType":"E"}}}}'


RECORDS = {
    "numbers of 10,000 digits": record("[" + "9" * 10_000 + ",1." + "9" * 10_000 + "e5,-0,1E400]"),
    "lone surrogates, escaped and as they are": record('["\\ud800","\ud800"]'),
    "a key twice": record('{"a":1,"a":{"a":2,"a":3}}'),
    "a long string": record('"' + "x" * 1_000_000 + '"'),
    "quotes, escaped": record('"' + '\\"' * MANY + '"'),
    "many numbers": record("[" + "1," * MANY + "1]"),
    "many members": record("{" + ",".join(f'"k{each}":{each}' for each in range(30_000)) + "}"),
    "many controls": record('"' + "\u202e" * MANY + '"'),
    "bidi, zero width and separators": record('"\u202e\u2066\u200b\u2028\ufeff\x7f\x9b"'),
    "sequences of a terminal": record('"\\u001b]0;title\\u0007\\u001b]52;c;eA==\\u0007\\u001b]8;;http://x\\u0007"'),
    "a count of 10,000 digits": record("1", CONTEXT.replace(":3,", f":{'9' * 10_000},")),
    "a function of many parts": record("1", CONTEXT.replace("orders:live", "o" * MANY + ":" * MANY)),
    "500 deep": record("[" * 500 + "]" * 500),
}
TEXTS = {
    "10,000 deep": record("[" * 10_000 + "]" * 10_000),
    "10,000 objects deep": record('{"a":' * 10_000 + "1" + "}" * 10_000),
    "only openings": "[" * 1_000_000,
    "only braces": "{" * 1_000_000,
    "only quotes": '"' * 1_000_001,
    "only backslashes": '{"a":"' + "\\" * 999_999,
    "space": " " * 1_000_000 + "x",
    "NaN": record("NaN"),
    "infinity": record("-Infinity"),
    "NULs": "\0" * 1_000,
}


@pytest.fixture(autouse=True)
def _any_number_of_digits() -> Iterator[None]:
    """Let the test itself read what is longer than Python reads."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


def of(text: str, log: str | None = None) -> OutcomeLine:
    return outcome_line(Message("1", text, NOON, log_of=log), WATCH)


def all_looks(line: OutcomeLine) -> None:
    """See that every look is one that a terminal takes for text, and JSON one line of it."""
    for look in (outcome.as_text(line), outcome_detail.as_text(DetailedOutcome(line))):
        for shown in look:
            assert shown.plain.isprintable()
            assert len(shown.plain) < 15_000  # 2,000 characters, each spelled out
    text = dumps(outcome.as_json(line))
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize("text", RECORDS.values(), ids=RECORDS.keys())
def test_a_record_is_exact_in_json(text: str) -> None:
    line = of(text)
    assert line.outcome is InvocationOutcome.FAILURE
    assert line.function is not None
    all_looks(line)
    printed = json.loads(dumps(outcome.as_json(line)), parse_int=str, parse_float=str, object_pairs_hook=tuple)
    assert dict(printed)["record"] == json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=tuple)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_what_is_no_json_that_can_be_read_is_kept_as_text(text: str) -> None:
    line = of(text)
    assert line.outcome is None
    all_looks(line)
    assert json.loads(dumps(outcome.as_json(line)))["record"] == text


@pytest.mark.parametrize("text", [*RECORDS.values(), *TEXTS.values()], ids=[*RECORDS, *TEXTS])
def test_redacted_it_is_as_inert_and_still_json(text: str) -> None:
    line = redacted(of(text))
    all_looks(line)
    assert parse(line.record.text)[0]


@pytest.mark.parametrize("text", [*RECORDS.values(), *TEXTS.values()], ids=[*RECORDS, *TEXTS])
def test_printed_by_a_function_it_is_as_inert(text: str) -> None:
    line = of(text, log="8ea123e4-b738-4f5e-8880-a18cdf61200e")
    assert line.logs == tuple(text.split("\n"))
    all_looks(line)


def test_letters_that_a_stream_lacks_are_spelled_out() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Screen(io.StringIO(), stream, io.StringIO()).paint(Line("ü… 漢"))
    assert stream.buffer.getvalue() == b"\\xfc\\u2026 \\u6f22\n"
