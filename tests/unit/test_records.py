"""Records as AWS writes them, and as nobody should."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import InvocationOutcome, Message, OutcomeLine, Route, Watch
from lambda_dest_cli.records import Kind, member, open_message, outcome_line
from lambda_dest_cli.records.json_text import parse, raw

QUEUE = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:orders-failed")
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
SENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ON_FAILURE = Route("orders", FUNCTION, "live", Slot.ON_FAILURE)
DEAD_LETTER = Route("orders", FUNCTION, None, Slot.DEAD_LETTER)
DLQ_ATTRIBUTES = {"RequestID": "8ea123e4", "ErrorCode": "200", "ErrorMessage": "'sku'"}


def record(**changes: Any) -> dict[str, Any]:
    """A failure as recorded against AWS (aws-facts 4.3)."""
    whole = {
        "version": "1.0",
        "timestamp": "2025-11-24T23:11:11.000Z",
        "requestContext": {
            "requestId": "11111111-2222-3333-4444-555555555555",
            "functionArn": f"{FUNCTION}:live",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"raise_error": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "'sku'", "errorType": "KeyError", "stackTrace": ["…"]},
    } | changes
    return {name: value for name, value in whole.items() if value is not ...}


def context(**changes: Any) -> dict[str, Any]:
    whole = record()["requestContext"] | changes
    return {name: value for name, value in whole.items() if value is not ...}


def message(body: object, attributes: dict[str, str] | None = None) -> Message:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return Message("m-1", text, SENT, attributes or {})


def line(body: object, attributes: dict[str, str] | None = None, *routes: Route) -> OutcomeLine:
    return outcome_line(message(body, attributes), Watch(QUEUE, routes))


def test_a_failure() -> None:
    assert line(record()) == OutcomeLine(
        time=datetime(2025, 11, 24, 23, 11, 11, tzinfo=UTC),
        destination=QUEUE,
        record=raw(json.dumps(record())),
        function="orders",
        qualifier="live",
        function_arn=f"{FUNCTION}:live",
        outcome=InvocationOutcome.FAILURE,
        condition="RetriesExhausted",
        attempts=3,
        request_id="11111111-2222-3333-4444-555555555555",
        error_type="KeyError",
        error_message="'sku'",
        slot=Slot.ON_FAILURE,
    )


def test_a_success_has_no_error_whatever_it_returned() -> None:
    answer = {"errorType": "mine", "errorMessage": "a field of the answer"}
    found = line(record(requestContext=context(condition="Success"), responsePayload=answer))
    assert (found.outcome, found.slot) == (InvocationOutcome.SUCCESS, Slot.ON_SUCCESS)
    assert (found.error_type, found.error_message) == (None, None)


def test_an_unknown_condition_is_passed_on_as_a_failure() -> None:
    found = line(record(requestContext=context(condition="RecursiveInvocation")))
    assert (found.condition, found.outcome) == ("RecursiveInvocation", InvocationOutcome.FAILURE)


def test_everything_but_the_request_context_may_be_missing() -> None:
    found = line({"requestContext": {"condition": "ZeroReservedConcurrency"}})
    assert (found.condition, found.outcome, found.time) == ("ZeroReservedConcurrency", InvocationOutcome.FAILURE, SENT)
    assert (found.function, found.attempts, found.request_id, found.error_message) == (None, None, None, None)


def test_a_condition_that_is_missing_leaves_the_outcome_open() -> None:
    found = line(record(requestContext=context(condition=...)), None, ON_FAILURE)
    assert (found.function, found.outcome, found.slot) == ("orders", None, Slot.ON_FAILURE)


def test_an_unqualified_function_is_latest() -> None:
    assert line(record(requestContext=context(functionArn=FUNCTION))).qualifier == "$LATEST"


def test_what_is_no_function_arn_is_passed_on_and_not_split() -> None:
    found = line(record(requestContext=context(functionArn="orders")))
    assert (found.function, found.qualifier, found.function_arn) == (None, None, "orders")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"errorMessage": "Process exited"}, (None, "Process exited")),
        ("just text", (None, "just text")),
        ({"errorType": 7, "errorMessage": True}, ("7", "True")),
        ({"errorType": ["a"], "errorMessage": {}}, (None, None)),
        (None, (None, None)),
        ([], (None, None)),
    ],
)
def test_errors_of_every_shape(payload: object, expected: tuple[str | None, str | None]) -> None:
    found = line(record(responsePayload=payload))
    assert (found.error_type, found.error_message) == expected


def test_the_error_of_a_delivery_stands_in_for_the_answer() -> None:
    delivery = {"statusCode": 400, "errorCode": "InvalidRequestContentException", "errorMessage": "not JSON"}
    found = line(record(responsePayload=..., deliveryError=delivery))
    assert (found.error_type, found.error_message) == ("InvalidRequestContentException", "not JSON")


@pytest.mark.parametrize(
    "timestamp",
    ["", "yesterday", 7, None, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2" * 50, "1900-01-01"],
)
def test_a_time_that_is_none_is_when_the_queue_took_it(timestamp: object) -> None:
    assert line(record(timestamp=timestamp)).time == SENT


def test_a_time_without_a_zone_is_utc() -> None:
    assert line(record(timestamp="2026-01-02T03:04:05")).time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def event(detail: object) -> dict[str, Any]:
    return {
        "version": "0",
        "detail-type": "Lambda Function Invocation Result - Failure",
        "source": "lambda",
        "detail": detail,
    }


def notification(body: object, **more: object) -> dict[str, Any]:
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:…", "Message": json.dumps(body), **more}


@pytest.mark.parametrize(
    ("body", "wrapped_in"),
    [
        (event(record()), ("event",)),
        (notification(record()), ("notification",)),
        ({"Records": [{"Sns": {"Message": json.dumps(record())}}]}, ("sns event",)),
        (notification(event(record())), ("notification", "event")),
    ],
)
def test_wrappers_are_taken_off(body: object, wrapped_in: tuple[str, ...]) -> None:
    envelope = open_message(message(body))
    assert (envelope.kind, envelope.wrapped_in) == (Kind.INVOCATION, wrapped_in)
    assert json.loads(line(body).record.text) == record()


def test_wrappers_without_end_are_not_followed() -> None:
    body: object = record()
    for _ in range(6):
        body = notification(body)
    assert open_message(message(body)).kind is Kind.OTHER


def test_the_record_of_an_event_source_mapping_is_told_apart() -> None:
    body = record(requestPayload=..., KinesisBatchInfo={"shardId": "1"}, responsePayload=...)
    assert open_message(message(body)).kind is Kind.EVENT_SOURCE
    assert line(body).function == "orders"


def test_a_dead_letter() -> None:
    found = line('{"order": 1.10}', DLQ_ATTRIBUTES, DEAD_LETTER)
    assert (found.function, found.qualifier, found.function_arn) == ("orders", None, FUNCTION)
    assert (found.outcome, found.slot) == (InvocationOutcome.FAILURE, Slot.DEAD_LETTER)
    assert (found.request_id, found.error_type, found.error_message) == ("8ea123e4", "200", "'sku'")
    assert found.record.text == (
        '{"body":{"order": 1.10},"attributes":{"RequestID":"8ea123e4","ErrorCode":"200","ErrorMessage":"\'sku\'"}}'
    )


@pytest.mark.parametrize("body", [record(), event(record()), notification(record()), "no JSON", 7])
def test_a_failed_event_may_look_like_anything(body: object) -> None:
    """A function that is another's destination gets records as its events."""
    assert open_message(message(body, DLQ_ATTRIBUTES)).kind is Kind.DEAD_LETTER


def test_a_dead_letter_by_way_of_a_topic() -> None:
    attributes = {name: {"Type": "String", "Value": value} for name, value in DLQ_ATTRIBUTES.items()}
    found = line(notification({"order": 1}, MessageAttributes=attributes))
    assert (found.slot, found.request_id) == (Slot.DEAD_LETTER, "8ea123e4")
    assert json.loads(found.record.text)["body"] == {"order": 1}


def test_zero_reserved_concurrency_gives_a_dead_letter_without_a_code() -> None:
    found = line({}, {"RequestID": "8ea123e4", "ErrorMessage": "Function not invoked."})
    assert (found.slot, found.error_type) == (Slot.DEAD_LETTER, None)


def test_a_queue_of_several_functions_does_not_tell_whose_letter_it_is() -> None:
    other = Route("other", FUNCTION.replace("orders", "other"), None, Slot.DEAD_LETTER)
    assert line({}, DLQ_ATTRIBUTES, DEAD_LETTER, other).function is None


def test_what_lies_in_a_dead_letter_queue_is_a_dead_letter_even_without_attributes() -> None:
    assert line({"order": 1}, None, DEAD_LETTER).slot is Slot.DEAD_LETTER
    assert line({"order": 1}, None, DEAD_LETTER, ON_FAILURE).slot is None
    assert line(record(), None, DEAD_LETTER).condition == "RetriesExhausted"


API_GATEWAY = {"version": "2.0", "requestContext": {"requestId": "r", "http": {"method": "GET"}}}


@pytest.mark.parametrize("body", ["", "hello", "[]", "null", "{}", API_GATEWAY, {"requestContext": []}, b"\xff\xfe"])
def test_what_is_no_record_is_shown_as_it_is(body: object) -> None:
    found = line(body, None, ON_FAILURE)
    assert (found.outcome, found.slot, found.time) == (None, Slot.ON_FAILURE, SENT)
    shown = json.loads(found.record.text)
    if isinstance(body, dict):
        assert shown == body
    elif isinstance(body, str):
        assert shown == (json.loads(body) if body in ("[]", "null", "{}") else body)


def test_numbers_keep_their_spelling() -> None:
    body = json.dumps(record()).replace('"raise_error": 1', '"n": [9007199254740993, 1.10, 1E400, -0]')
    assert '"n": [9007199254740993, 1.10, 1E400, -0]' in line(body).record.text


def test_a_number_longer_than_python_reads_is_kept() -> None:
    digits = "9" * 10_000
    found = line(json.dumps(record()).replace('"raise_error": 1', f'"n": {digits}'))
    assert found.function == "orders"
    assert digits in found.record.text


def test_the_record_inside_an_event_is_cut_out_as_it_was_written() -> None:
    inside = json.dumps(record(), indent=1).replace("200", "2.00e2")
    body = json.dumps(event(7)).replace('"detail": 7', f'"x" : [{{"detail":1}}] , "detail":\n{inside}\n')
    assert line(body).record.text == raw(inside).text
    assert "2.00e2" in line(body).record.text


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('{"a": 1, "b": [1.50, {"a": 2}]}', "b", '[1.50, {"a": 2}]'),
        (' { "a" : "x" , "a" : "y" } ', "a", '"y"'),
        ('{"\\u0061": 1e0}', "a", "1e0"),
        ("{}", "a", None),
        ("[1]", "a", None),
    ],
)
def test_a_member_keeps_its_text(text: str, name: str, expected: str | None) -> None:
    assert member(text, name) == expected


def test_raw_text_is_one_line_of_ascii_that_means_the_same() -> None:
    text = '{\n\t"k\\n": "\x7f é \U0001f600 \u2028",\r\n "l": 1}\n'
    assert raw(text).text.isascii()
    assert raw(text).text.isprintable()
    assert json.loads(raw(text).text) == json.loads(text)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "[" * 10_000 + "]" * 10_000, "01", '"\n"'])
def test_what_python_takes_for_json_and_what_is_too_deep_is_none(text: str) -> None:
    assert parse(text) == (False, None)
    assert json.loads(line(text).record.text) == text


def test_a_record_with_depths_is_shown_as_text() -> None:
    text = json.dumps(record()).replace('"raise_error": 1', '"n": ' + "[" * 10_000 + "]" * 10_000)
    assert json.loads(line(text).record.text) == text


def test_lone_surrogates_survive() -> None:
    body = '{"requestContext": {"condition": "\\ud800\\u001b"}, "x": "\ud800"}'
    found = line(body)
    assert found.condition == "\ud800\x1b"
    assert json.loads(found.record.text)["x"] == "\ud800"


def test_duplicate_keys_survive() -> None:
    body = '{"requestContext": {"condition": "a", "condition": "b"}}'
    assert line(body).record.text == body
    assert line(body).condition == "b"
