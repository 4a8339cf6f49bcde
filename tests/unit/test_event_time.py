"""How old an event was when its outcome came, where it tells when it happened."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import DetailedOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.records.event_time import event_age
from lambda_dest_cli.render.reports.outcome_detail import as_text

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EARLIER = "2026-11-23T11:55:57.000Z"


def of(record: object) -> OutcomeLine:
    return OutcomeLine(NOON, Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"), RawJson(json.dumps(record)))


@pytest.mark.parametrize(
    "record",
    [
        {"requestPayload": {"detail-type": "order", "time": EARLIER}},
        {"requestPayload": {"Records": [{"eventSource": "aws:s3", "eventTime": EARLIER}]}},
        {"requestPayload": {"Records": [{"EventSource": "aws:sns", "Sns": {"Timestamp": EARLIER}}]}},
        {"body": {"detail-type": "order", "time": EARLIER}, "attributes": {}},
        {"KinesisBatchInfo": {"approximateArrivalOfFirstRecord": EARLIER}},
        {"DDBStreamBatchInfo": {"approximateArrivalOfFirstRecord": EARLIER}},
    ],
)
def test_events_that_tell_their_time(record: object) -> None:
    assert event_age(of(record)) == 243
    assert [line.plain for line in as_text(DetailedOutcome(of(record)))][
        1
    ] == "    age  4m3s from the event to this outcome"


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "text",
        {},
        {"time": EARLIER},
        {"detail-type": "order"},
        {"detail-type": "order", "time": 7},
        {"detail-type": "order", "time": "9999-99-99"},
        {"detail-type": "order", "time": "2026-11-23T12:00:01Z"},
        {"Records": {}},
        {"Records": []},
        {"Records": [None]},
        {"Records": [{"Sns": None, "eventTime": None}]},
    ],
)
def test_events_that_do_not(payload: Any) -> None:
    assert event_age(of({"requestPayload": payload})) is None
    assert not any("    age" in line.plain for line in as_text(DetailedOutcome(of({"requestPayload": payload}))))


@pytest.mark.parametrize("record", [[], "text", None, {}, {"KinesisBatchInfo": 7}])
def test_what_is_no_record_has_no_age(record: object) -> None:
    assert event_age(of(record)) is None
