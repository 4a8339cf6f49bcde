"""Events written for Step Functions: accepted once they are in the bucket, and not where a number would change."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.aws.parts import Parts
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.replay import Answer, Event, State
from lambda_dest_cli.replayer import drain
from lambda_dest_cli.replayer.drain import Drain, exact
from tests.support import REGION, StubbedSession

FUNCTION = Arn.parse(f"arn:aws:lambda:{REGION}:123456789012:function:orders")


LINE = OutcomeLine(datetime(2026, 1, 2, tzinfo=UTC), FUNCTION, RawJson("{}"))


def event(payload: bytes, target: str = "orders") -> Event:
    return Event("sqs:q", "1", payload, FunctionRef.parse(target), LINE)


def draining(session: StubbedSession) -> Drain:
    return Drain(Parts(session, "bucket", "lds-replay/m/events/"), FUNCTION, "run", lambda _: None)


def looked(sender: Drain) -> list[tuple[int, Answer]]:
    """Look until there is an answer."""
    return next(found for _ in range(100) if (found := sender.answers(0.05)))


def test_an_event_is_accepted_once_its_file_is_written() -> None:
    session = StubbedSession()
    lines = [
        {"function": str(FUNCTION), "payload": '{"a": 1.10}', "request_id": None},
        {"function": f"{FUNCTION}:live", "payload": "2", "request_id": None},
    ]
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    key = "lds-replay/m/events/run-000001.jsonl"
    session.answers("s3", "put_object", {}, Bucket="bucket", Key=key, Body=body)
    sender = draining(session)
    sender.submit(1, event(b'{"a": 1.10}'))
    assert sender.answers(0.0) == []
    sender.submit(2, event(b"2", "orders:live"))
    assert [(seq, answer.state, answer.request_id) for seq, answer in looked(sender)] == [
        (1, State.ACCEPTED, f"{key}:1"),
        (2, State.ACCEPTED, f"{key}:2"),
    ]
    session.assert_everything_was_asked()


def test_nobody_knows_of_a_file_that_could_not_be_written() -> None:
    session = StubbedSession()
    session.refuses("s3", "put_object", "AccessDenied", status=403)
    sender = draining(session)
    sender.submit(1, event(b"1"))
    ((_, answer),) = looked(sender)
    assert (answer.state, answer.fatal) == (State.UNKNOWN, True)


def test_a_full_file_is_written_at_once() -> None:
    session = StubbedSession()
    session.answers("s3", "put_object", {})
    sender = draining(session)
    for seq in range(drain.PART_EVENTS):
        sender.submit(seq, event(b"1"))
    assert len(sender.answers(0.0)) == drain.PART_EVENTS


@pytest.mark.parametrize(
    ("payload", "target", "why"),
    [
        (b"9007199254740993", "orders", drain.INEXACT),
        (b"1", "other", "it is of other, which the state machine may not invoke"),
        (b'"' + b"x" * 300_000 + b'"', "orders", drain.TOO_LARGE),
    ],
)
def test_what_must_not_go_this_way_is_refused(payload: bytes, target: str, why: str) -> None:
    sender = draining(StubbedSession())
    sender.submit(1, event(payload, target))
    assert sender.answers(0.0) == [(1, Answer(State.FAILED, words=why))]


@pytest.mark.parametrize("text", ["9007199254740993", "-9007199254740993", "0.12345678901234567890", "1e400", "NaN"])
def test_a_number_that_double_precision_cannot_hold_is_found(text: str) -> None:
    assert not exact(f'{{"deep": [{text}]}}')


@given(st.recursive(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
                    st.lists))  # fmt: skip
def test_whatever_a_double_holds_is_exact(value: object) -> None:
    assert exact(json.dumps(value))
