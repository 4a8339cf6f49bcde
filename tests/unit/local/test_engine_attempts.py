"""Attempts, retries, ageing and what becomes of an event, with a clock that only the test moves."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.invocation import FunctionKey, Invocation
from lambda_dest_cli.local.invoke_config import StoredConfig
from lambda_dest_cli.local.lanes import MOST_AT_ONCE, RUNNERS
from lambda_dest_cli.local.runtime_api import Answer
from tests.unit.local.engine_stage import ACCOUNT, DEAD, DONE, FUNCTION, KEY, QUEUE, REGION, Stage, failing, succeeding

BOTH = StoredConfig(on_success=DONE, on_failure=QUEUE)
ALIAS = FunctionKey(ACCOUNT, REGION, "orders", "live")


def play(stage: Stage, act: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        try:
            await act()
        finally:
            await stage.engine.stop()

    asyncio.run(whole())


def test_a_success_goes_to_on_success_alone() -> None:
    stage = Stage(BOTH)

    async def act() -> None:
        request_id = await stage.accept(b'{"a": 1}')
        await stage.clock.settle()
        (record,) = stage.records(DONE)
        assert record["requestContext"]["requestId"] == request_id
        assert stage.records() == []
        assert stage.functions.ran == [(request_id, b'{"a": 1}')]
        assert await stage.counted("AsyncEventsReceived") == 1
        assert await stage.counted("AsyncEventsDropped") == 0

    play(stage, act)


def test_retries_come_after_one_and_two_minutes_under_one_request_id() -> None:
    stage = Stage(BOTH)
    stage.functions.outcome = failing

    async def act() -> None:
        request_id = await stage.accept()
        runs = []
        for seconds in (0, 59, 1, 119, 1):
            await stage.clock.advance(seconds)
            runs.append(len(stage.functions.ran))
        assert runs == [1, 1, 2, 2, 3]
        assert stage.contexts() == [("RetriesExhausted", 3)]
        assert {each for each, _ in stage.functions.ran} == {request_id}
        assert await stage.counted("Errors") == 3
        assert await stage.counted("AsyncEventsDropped") == 1

    play(stage, act)


def test_a_retry_that_succeeds_counts_as_success() -> None:
    stage = Stage(BOTH)
    stage.functions.outcome = failing

    async def act() -> None:
        await stage.accept()
        await stage.clock.settle()
        stage.functions.outcome = succeeding
        await stage.clock.advance(60)
        assert len(stage.records(DONE)) == 1
        assert stage.records() == []

    play(stage, act)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (StoredConfig(maximum_retry_attempts=0), ("RetriesExhausted", 1)),
        (StoredConfig(maximum_retry_attempts=1), ("RetriesExhausted", 2)),
        # The age check looks ahead (recorded on AWS, Nov 2025).
        (StoredConfig(maximum_event_age_in_seconds=60), ("EventAgeExceeded", 1)),
        (StoredConfig(maximum_event_age_in_seconds=90), ("EventAgeExceeded", 2)),
        (StoredConfig(maximum_event_age_in_seconds=179), ("EventAgeExceeded", 2)),
        (StoredConfig(maximum_event_age_in_seconds=181), ("RetriesExhausted", 3)),
    ],
)
def test_attempts_and_age_end_it(config: StoredConfig, expected: tuple[str, int]) -> None:
    stage = Stage(replace(config, on_failure=QUEUE))
    stage.functions.outcome = _failing_after(stage, 0.001)

    async def act() -> None:
        await stage.accept()
        await stage.clock.advance(200)
        assert stage.contexts() == [expected]
        assert stage.records()[0]["responseContext"]["functionError"] == "Unhandled"

    play(stage, act)


def _failing_after(stage: Stage, seconds: float) -> Callable[[], Answer]:
    """Fail after some real time, as every run takes some."""

    def outcome() -> Answer:
        stage.clock.busy += seconds
        return failing()

    return outcome


def test_running_takes_real_seconds_not_scaled_ones() -> None:
    stage = Stage(StoredConfig(on_failure=QUEUE, maximum_event_age_in_seconds=90))
    stage.functions.outcome = _failing_after(stage, 20)

    async def act() -> None:
        await stage.accept()
        await stage.clock.advance(200)
        assert stage.contexts() == [("EventAgeExceeded", 2)]  # 20 + 60 + 20: the second retry would come at 220

    play(stage, act)


def test_the_configuration_is_that_of_the_qualifier_named_and_read_at_each_attempt() -> None:
    stage = Stage(BOTH)
    stage.functions.known[ALIAS] = replace(FUNCTION, key=ALIAS, version="7")
    stage.functions.outcome = failing

    async def act() -> None:
        await stage.accept(key=ALIAS)
        await stage.clock.advance(60)
        stage.configs.put(ALIAS, StoredConfig(on_failure=DONE, maximum_retry_attempts=1))
        await stage.clock.advance(120)
        assert stage.records() == []  # $LATEST's configuration is not the alias's
        (record,) = stage.records(DONE)
        assert record["requestContext"]["functionArn"].endswith(":orders:live")
        assert record["responseContext"]["executedVersion"] == "7"

    play(stage, act)


def test_zero_reserved_concurrency_goes_straight_on() -> None:
    stage = Stage(BOTH, reserved=0, dead_letter=DEAD)

    async def act() -> None:
        await stage.accept(b'{"a":1}')
        await stage.clock.settle()
        (record,) = stage.records()
        assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
        assert record["requestContext"]["approximateInvokeCount"] == 0
        assert "responseContext" not in record
        assert "responsePayload" not in record
        assert stage.functions.ran == []
        (dead,) = [params for url, params in stage.emulator.sent if DEAD.endswith(url)]
        assert dead["MessageBody"] == '{"a":1}'
        assert "ErrorCode" not in dead["MessageAttributes"]

    play(stage, act)


def test_a_throttle_uses_up_no_retry() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=0), reserved=1)

    async def act() -> None:
        stage.functions.gate = asyncio.Event()
        await stage.accept()
        await stage.accept()
        await stage.clock.advance(30)
        assert len(stage.functions.ran) == 1
        stage.functions.gate.set()
        await stage.clock.advance(64)
        assert len(stage.functions.ran) == 2
        assert len(stage.records(DONE)) == 2
        assert await stage.counted("Throttles") >= 2

    play(stage, act)


def test_an_event_that_is_throttled_until_it_is_too_old() -> None:
    stage = Stage(StoredConfig(on_failure=QUEUE, maximum_event_age_in_seconds=60), reserved=1)

    async def act() -> None:
        stage.functions.gate = asyncio.Event()
        await stage.accept()
        await stage.accept()
        await stage.clock.advance(100)
        (record,) = stage.records()
        assert record["requestContext"]["condition"] == "EventAgeExceeded"
        assert record["requestContext"]["approximateInvokeCount"] == 0
        assert record["responseContext"] == {"statusCode": 429}
        assert "responsePayload" not in record

    play(stage, act)


def test_a_function_deleted_before_execution_still_tells() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=1))
    stage.functions.outcome = failing

    async def act() -> None:
        stage.functions.gate = asyncio.Event()
        for _ in range(RUNNERS + 1):
            await stage.accept()
        await stage.clock.settle()
        del stage.functions.known[KEY]
        stage.configs.forget_function(KEY)
        stage.functions.gate.set()
        await stage.clock.advance(200)
        records = stage.records()
        assert len(records) == RUNNERS + 1
        assert all(record["requestContext"]["condition"] == "RetriesExhausted" for record in records)
        assert [record["requestContext"]["approximateInvokeCount"] for record in records] == [2] * (RUNNERS + 1)
        assert all(record["responseContext"] == {"statusCode": 404} for record in records)
        assert all("responsePayload" not in record for record in records)

    play(stage, act)


def test_both_the_destination_and_the_dead_letter_queue_get_theirs() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=0), dead_letter=DEAD)
    stage.functions.outcome = failing

    async def act() -> None:
        request_id = await stage.accept(b' {"sku": 1.10} ')
        await stage.clock.settle()
        assert len(stage.records()) == 1
        (dead,) = [params for url, params in stage.emulator.sent if DEAD.endswith(url)]
        assert dead["MessageBody"] == ' {"sku": 1.10} '
        assert dead["MessageAttributes"] == {
            "RequestID": {"DataType": "String", "StringValue": request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": "boom"},
        }

    play(stage, act)


def test_what_the_role_may_not_deliver_is_dropped_and_counted() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=0), dead_letter=DEAD)
    stage.functions.outcome = failing
    stage.emulator.statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": DEAD}

    async def act() -> None:
        await stage.accept()
        await stage.clock.settle()
        assert stage.records() == []
        assert len(stage.emulator.sent) == 1
        assert await stage.counted("DestinationDeliveryFailures") == 1
        assert await stage.counted("DeadLetterErrors") == 0

    play(stage, act)


def test_a_dead_letter_that_is_not_allowed_is_counted_apart() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=0), dead_letter=DEAD)
    stage.functions.outcome = failing
    stage.emulator.statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}

    async def act() -> None:
        await stage.accept()
        await stage.clock.settle()
        assert len(stage.records()) == 1
        assert await stage.counted("DestinationDeliveryFailures") == 0
        assert await stage.counted("DeadLetterErrors") == 1

    play(stage, act)


def test_a_system_error_sends_the_event_back_to_the_queue() -> None:
    stage = Stage(replace(BOTH, maximum_retry_attempts=0))
    broken = [OSError("no process can be started"), OSError("still none")]

    async def act() -> None:
        inner = stage.functions.outcome

        def outcome() -> Answer:
            if broken:
                raise broken.pop(0)
            return inner()

        stage.functions.outcome = outcome
        await stage.accept()
        await stage.clock.advance(1)
        assert len(stage.functions.ran) == 2
        await stage.clock.advance(2)
        (record,) = stage.records(DONE)
        assert record["requestContext"]["approximateInvokeCount"] == 1

    play(stage, act)


def test_a_delivery_that_breaks_does_not_stop_the_function() -> None:
    stage = Stage(BOTH)
    stage.emulator.faults["GetRolePolicy"] = [ApiFault(500, "ServiceFailure", "no")] * RUNNERS

    async def act() -> None:
        for _ in range(3 * RUNNERS):
            await stage.accept()
        await stage.clock.settle()
        assert len(stage.functions.ran) == 3 * RUNNERS
        assert stage.engine.queued() == {}
        assert len(stage.records(DONE)) + await stage.counted("DestinationDeliveryFailures") == 3 * RUNNERS

    play(stage, act)


def test_a_chain_through_one_function_ends_after_sixteen_times() -> None:
    stage = Stage(BOTH)

    async def act() -> None:
        for hops in (15, 16):
            await stage.engine.accept(Invocation(KEY, b"{}", {KEY.unqualified_arn: hops}))
        await stage.clock.settle()
        assert len(stage.functions.ran) == 1
        (record,) = stage.records()
        assert record["requestContext"]["condition"] == "RecursiveInvocation"
        assert await stage.counted("RecursiveInvocationsDropped") == 1

    play(stage, act)


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        (b"{", 400, "InvalidRequestContentException"),
        (b"NaN", 400, "InvalidRequestContentException"),
        (b"\xff", 400, "InvalidRequestContentException"),
        ('"x"'.encode("utf-16"), 400, "InvalidRequestContentException"),
        (b'"' + b"x" * (1_048_576 - 1) + b'"', 413, "RequestTooLargeException"),
    ],
)
def test_what_is_refused_at_the_door(payload: bytes, status: int, code: str) -> None:
    stage = Stage(BOTH)

    async def act() -> None:
        with pytest.raises(ApiFault) as refused:
            await stage.accept(payload)
        assert (refused.value.status, refused.value.code) == (status, code)
        assert stage.engine.queued() == {}

    play(stage, act)


def test_the_largest_event_and_an_empty_one_are_taken() -> None:
    stage = Stage()

    async def act() -> None:
        await stage.accept(b'"' + b"x" * (1_048_576 - 2) + b'"')
        await stage.accept(b"")
        await stage.clock.settle()
        assert stage.functions.ran[1][1] == b"{}"

    play(stage, act)


def test_a_missing_function_is_refused_by_its_qualified_arn() -> None:
    stage = Stage()
    missing = FunctionKey(ACCOUNT, REGION, "gone", "live")

    async def act() -> None:
        with pytest.raises(ApiFault, match=f"^Function not found: {missing.arn}$") as refused:
            await stage.accept(key=missing)
        assert (refused.value.status, refused.value.code) == (404, "ResourceNotFoundException")

    play(stage, act)


def test_the_queue_is_bounded_and_accepting_never_waits() -> None:
    stage = Stage()

    async def act() -> None:
        stage.functions.gate = asyncio.Event()
        for _ in range(10_000):
            await stage.accept()
        assert stage.engine.queued() == {"orders:$LATEST": 10_000}
        with pytest.raises(ApiFault) as refused:
            await stage.accept()
        assert (refused.value.status, refused.value.code) == (429, "TooManyRequestsException")
        assert len(stage.functions.ran) <= RUNNERS
        assert await stage.engine.stop() == {"orders:$LATEST": 10_000}

    play(stage, act)


def test_few_events_run_at_once() -> None:
    stage = Stage()
    keys = [FunctionKey(ACCOUNT, REGION, f"f{number}") for number in range(MOST_AT_ONCE)]
    stage.functions.known.update({key: replace(FUNCTION, key=key) for key in keys})

    async def act() -> None:
        stage.functions.gate = asyncio.Event()
        for key in keys:
            for _ in range(RUNNERS + 1):
                await stage.accept(key=key)
        await stage.clock.settle()
        assert len(stage.functions.ran) == MOST_AT_ONCE
        stage.functions.gate.set()
        await stage.clock.settle()
        await stage.clock.settle()
        assert len(stage.functions.ran) == MOST_AT_ONCE * (RUNNERS + 1)
        assert stage.engine.queued() == {}

    play(stage, act)


def test_reset_drops_what_waits() -> None:
    stage = Stage(BOTH)
    stage.functions.outcome = failing

    async def act() -> None:
        await stage.accept()
        await stage.clock.settle()
        assert stage.engine.queued() == {"orders:$LATEST": 1}
        await stage.engine.reset()
        await stage.clock.advance(1_000)
        assert stage.engine.queued() == {}
        assert stage.records() == []
        await stage.accept()
        await stage.clock.settle()
        assert len(stage.functions.ran) == 2

    play(stage, act)


def test_a_synchronous_call_gets_the_answer_and_no_record() -> None:
    stage = Stage(BOTH, version="7")

    async def act() -> None:
        answer = await stage.engine.invoke(Invocation(KEY, b"{}"))
        assert (answer.status, answer.body) == (200, b'{"ok":true}')
        assert answer.headers["X-Amz-Executed-Version"] == "7"
        assert answer.headers["x-amzn-RequestId"] == stage.functions.ran[0][0]
        stage.functions.outcome = failing
        answer = await stage.engine.invoke(Invocation(KEY, b"{}"))
        assert answer.headers["X-Amz-Function-Error"] == "Unhandled"
        await stage.clock.settle()
        assert stage.emulator.sent == []
        assert len(stage.functions.ran) == 2

    play(stage, act)


def test_a_synchronous_call_beyond_the_reserved_concurrency_is_throttled() -> None:
    stage = Stage(reserved=0)

    async def act() -> None:
        with pytest.raises(ApiFault) as refused:
            await stage.engine.invoke(Invocation(KEY, b"{}"))
        assert (refused.value.status, refused.value.code) == (429, "TooManyRequestsException")
        assert await stage.counted("Throttles") == 1
        assert await stage.counted("Invocations") == 0

    play(stage, act)
