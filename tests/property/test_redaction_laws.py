"""--redact: no value of a payload is left, and its shape is."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, OutcomeLine, Watch
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.records.redaction import HIDDEN, redacted
from tests.support import FUNCTION_ARN, queue_arn

QUEUE = Arn.parse(queue_arn("failed"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEYS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)
CONTEXT = {"requestId": "8ea123e4", "functionArn": f"{FUNCTION_ARN}:$LATEST", "condition": "RetriesExhausted",
           "approximateInvokeCount": 3}  # fmt: skip


def blank(value: Any) -> Any:
    """The same shape with nothing in it."""
    if isinstance(value, dict):
        return {key: blank(each) for key, each in value.items()}
    if isinstance(value, list):
        return [blank(each) for each in value]
    if value is None:
        return None
    return HIDDEN if isinstance(value, str) else False if isinstance(value, bool) else 0


def read(body: Any) -> OutcomeLine:
    return outcome_line(Message("1", json.dumps(body), NOW), Watch(QUEUE))


@given(VALUES, VALUES, VALUES)
def test_of_a_record_what_lambda_says_stays_and_what_was_carried_goes(event: Any, answer: Any, more: Any) -> None:
    told = {"version": "1.0", "timestamp": "2026-11-23T00:00:00.000Z", "requestContext": CONTEXT,
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"}}  # fmt: skip
    line = redacted(read({**told, "requestPayload": event, "responsePayload": [answer], "requestContext2": more}))
    hidden = {"requestPayload": blank(event), "responsePayload": [blank(answer)], "requestContext2": blank(more)}
    assert json.loads(line.record.text) == {**told, **hidden}


@given(VALUES)
def test_of_what_is_no_record_nothing_stays(value: Any) -> None:
    assert json.loads(redacted(read(value)).record.text) == blank(value)


def test_the_type_of_an_error_stays_its_message_and_its_trace_go() -> None:
    error = {"errorType": "KeyError", "errorMessage": "secret", "stackTrace": ["secret"], "deep": {"errorType": "s"}}
    line = redacted(replace(read({"requestContext": CONTEXT, "responsePayload": error}), logs=("secret", "secret")))
    assert (line.error_type, line.error_message, line.logs) == ("KeyError", HIDDEN, (HIDDEN, HIDDEN))
    assert json.loads(line.record.text)["responsePayload"] == {
        "errorType": "KeyError", "errorMessage": HIDDEN, "stackTrace": [HIDDEN], "deep": {"errorType": HIDDEN},
    }  # fmt: skip


def test_a_number_of_a_thousand_digits_and_a_key_that_comes_twice_are_hidden_too() -> None:
    line = OutcomeLine(NOW, QUEUE, RawJson('{"a":' + "9" * 10_000 + ',"a":"x","b":[1e400,-0.5]}'))
    assert redacted(line).record.text == '{"a":0,"a":"***","b":[0,0]}'
