"""The invocation record and the dead letter, as AWS writes them (aws-facts 4)."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.local.records import (
    Ending,
    dead_letter_attributes,
    event_entry,
    invocation_record,
    object_key,
    timestamp,
)

FN = FunctionKey("111111111111", "us-east-1", "fn")
ID = "11111111-2222-3333-4444-555555555555"
MOMENT = datetime(2025, 11, 24, 23, 11, 8, 7_999, tzinfo=UTC)


def record(ending: Ending, payload: bytes = b"{}", function: FunctionKey = FN) -> str:
    return invocation_record(function, ID, payload, ending, MOMENT)


def test_a_success_word_for_word() -> None:
    answer = b'{"event": {}, "context": {"function_version": "$LATEST"}}'
    assert record(Ending("Success", 1, 200, "$LATEST", None, answer)) == (
        '{"version":"1.0","timestamp":"2025-11-24T23:11:08.007Z",'
        f'"requestContext":{{"requestId":"{ID}",'
        '"functionArn":"arn:aws:lambda:us-east-1:111111111111:function:fn:$LATEST",'
        '"condition":"Success","approximateInvokeCount":1},'
        '"requestPayload":{},'
        '"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},'
        '"responsePayload":{"event": {}, "context": {"function_version": "$LATEST"}}}'
    )


def test_a_failure_has_its_members_in_the_order_of_aws() -> None:
    ending = Ending("RetriesExhausted", 3, 200, "7", "Unhandled", b'{"errorMessage":"boom"}')
    found = json.loads(record(ending, b'{"raise_error":1}', FunctionKey("1" * 12, "us-east-1", "fn", "live")))
    assert list(found) == [
        "version", "timestamp", "requestContext", "requestPayload", "responseContext", "responsePayload"
    ]  # fmt: skip
    assert list(found["requestContext"]) == ["requestId", "functionArn", "condition", "approximateInvokeCount"]
    assert found["requestContext"]["functionArn"].endswith(":function:fn:live")
    assert found["responseContext"] == {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"}


def test_zero_reserved_concurrency_is_a_record_without_a_response() -> None:
    assert list(json.loads(record(Ending("ZeroReservedConcurrency", 0, message="x")))) == [
        "version", "timestamp", "requestContext", "requestPayload"
    ]  # fmt: skip


@pytest.mark.parametrize("status", [404, 429])
def test_what_never_ran_has_a_status_and_no_payload(status: int) -> None:
    found = json.loads(record(Ending("EventAgeExceeded", 0, status, message="x")))
    assert found["responseContext"] == {"statusCode": status}
    assert "responsePayload" not in found


def test_an_empty_answer_is_missing_and_null_is_not() -> None:
    assert "responsePayload" not in json.loads(record(Ending("Success", 1, 200, "$LATEST", None, b"")))
    assert json.loads(record(Ending("Success", 1, 200, "$LATEST", None, b"null")))["responsePayload"] is None


@pytest.mark.parametrize("answer", [b"NaN", b"not json", b"\xff\xfe", b'{"a":Infinity}', b'{"a":1'])
def test_an_answer_that_is_not_json_is_reported_in_its_place(answer: bytes) -> None:
    found = json.loads(record(Ending("Success", 1, 200, "$LATEST", None, answer)))
    assert "responsePayload" not in found
    assert found["deliveryError"]["statusCode"] == 400
    assert found["deliveryError"]["errorCode"] == "InvalidRequestContentException"


def test_numbers_keys_and_characters_pass_unchanged() -> None:
    payload = '{"big":12345678901234567890123,"f":1.10,"same":1,"same":2,"text":"é\\u0000😀"}'
    text = record(Ending("Success", 1, 200, "$LATEST", None, payload.encode()), payload.encode())
    assert text.count(payload) == 2


def test_timestamps_are_utc_with_milliseconds_that_are_cut() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert timestamp(datetime(2026, 1, 1, 2, 0, 0, 999_999, tzinfo=east)) == "2025-12-31T20:30:00.999Z"


def test_an_eventbridge_entry() -> None:
    bus = "arn:aws:events:us-east-1:111111111111:event-bus/my-bus"
    entry = event_entry(bus, FN, "{}", False)
    assert entry == {
        "Source": "lambda",
        "DetailType": "Lambda Function Invocation Result - Failure",
        "Detail": "{}",
        "EventBusName": bus,
        "Resources": [bus, "arn:aws:lambda:us-east-1:111111111111:function:fn:$LATEST"],
    }
    assert event_entry(bus, FN, "{}", True)["DetailType"] == "Lambda Function Invocation Result - Success"


def test_an_object_is_named_after_function_and_utc_day() -> None:
    moment = datetime(2026, 9, 14, 23, 16, 38, tzinfo=timezone(timedelta(hours=-2)))
    key = object_key(FunctionKey("1" * 12, "us-east-1", "fn", "live"), "6d5c756f", moment)
    assert key == "aws/lambda/async/fn/2026/09/15/2026-09-15T01.16.38-6d5c756f"


def attributes(ending: Ending) -> dict[str, tuple[str, str]]:
    found = dead_letter_attributes(ID, ending)
    return {name: (value["DataType"], value["StringValue"]) for name, value in found.items()}


def test_dead_letter_attributes() -> None:
    failed = Ending("RetriesExhausted", 3, 200, "$LATEST", "Unhandled", b'{"errorMessage":"boom"}')
    assert attributes(failed) == {
        "RequestID": ("String", ID), "ErrorCode": ("Number", "200"), "ErrorMessage": ("String", "boom")
    }  # fmt: skip


def test_a_dead_letter_without_an_answer_has_no_error_code() -> None:
    words = "Function not invoked. Function isconfigured with zero reserved concurrent executions"
    assert attributes(Ending("ZeroReservedConcurrency", 0, message=words)) == {
        "RequestID": ("String", ID), "ErrorMessage": ("String", words)
    }  # fmt: skip


def test_the_error_message_is_its_first_kilobyte_cut_between_characters() -> None:
    answer = json.dumps({"errorMessage": "a" + "é" * 600}).encode()
    (_, message) = attributes(Ending("RetriesExhausted", 1, 200, "$LATEST", "Unhandled", answer))["ErrorMessage"]
    assert message == "a" + "é" * 511


@pytest.mark.parametrize("answer", [b"[1]", b"junk", b"", b'{"errorType":"X"}'])
def test_a_dead_letter_of_an_error_without_a_message_has_none(answer: bytes) -> None:
    assert set(attributes(Ending("RetriesExhausted", 1, 200, "$LATEST", "Unhandled", answer))) == {
        "RequestID", "ErrorCode"
    }  # fmt: skip
