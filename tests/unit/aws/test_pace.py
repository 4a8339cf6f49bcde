"""Lambda's control plane is called just under its limit, whatever the server does; on a clock that the test moves."""

import threading
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.aws.pace import RATE, Pace
from lambda_dest_cli.aws.paced import keep_pace

LIMIT = 15.0


class Time:
    """Passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Server:
    """Lets so many calls a second through, and a second's worth at once."""

    def __init__(self, time: Time, rate: float = LIMIT) -> None:
        self.time, self.rate, self.tokens, self.filled = time, rate, rate, time.now
        self.taken: list[float] = []
        self.refused = 0

    def allows(self) -> bool:
        self.tokens = min(self.rate, self.tokens + (self.time.now - self.filled) * self.rate)
        self.filled = self.time.now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        self.taken.append(self.time.now)
        return True


def paced(time: Time, limited: bool) -> Pace:
    return Pace(limited, clock=time.clock, sleep=time.sleep, jitter=lambda: 0.5)


def call(pace: Pace, server: Server, seconds: float = 0.05) -> bool:
    pace.wait()
    allowed = server.allows()
    server.time.now += seconds if allowed else 0.001
    pace.answered(refusal=not allowed, retry_after=0.0 if allowed else 1.0)
    return allowed


def calls(pace: Pace, server: Server, count: int, seconds: float = 0.05) -> None:
    """Make so many calls, one after the other, each again until it is let through."""
    for _ in range(count):
        while not call(pace, server, seconds):
            pass


def test_a_single_command_does_not_wait() -> None:
    time = Time()
    pace, begun = paced(time, True), time.now
    for _ in range(10):
        pace.wait()
        pace.answered()
    assert time.now == begun


@given(st.integers(11, 400), st.floats(0, 0.2))
def test_never_more_calls_in_a_stretch_than_the_rate_and_the_burst(count: int, seconds: float) -> None:
    time = Time()
    pace, moments = paced(time, True), []
    for _ in range(count):
        pace.wait()
        moments.append(time.now)
        time.now += seconds
        pace.answered()
    for start in range(0, count, 7):
        for end in range(start + 1, count, 13):
            assert end - start <= RATE * (moments[end] - moments[start]) + 10 + 1e-6


@pytest.mark.parametrize("limited", [True, False])
def test_a_thousand_calls_take_as_long_as_the_limit_asks_and_hardly_one_is_refused(limited: bool) -> None:
    time = Time()
    server = Server(time)
    pace, begun = paced(time, limited), time.now
    calls(pace, server, 1_000, 0.01)
    assert (time.now - begun) <= 1.05 * 1_000 / LIMIT
    assert server.refused < 10


def test_without_a_limit_nothing_waits() -> None:
    time = Time()
    server = Server(time, 1e9)
    pace, begun = paced(time, False), time.now
    calls(pace, server, 1_000, 0.001)
    assert time.now - begun == pytest.approx(1.0)
    assert pace.refused == 0


def test_a_lower_limit_is_found_and_held_to() -> None:
    time = Time()
    server = Server(time, 5)
    pace = paced(time, True)
    calls(pace, server, 300, 0.01)
    assert server.refused < 100
    late = [moment for moment in server.taken if moment > time.now - 20]
    assert len(late) <= 5 * 20 + 5


def test_after_a_while_without_a_refusal_it_is_as_fast_as_before() -> None:
    time = Time()
    pace = paced(time, True)
    calls(pace, Server(time), 20)
    for _ in range(3):
        pace.wait()
        time.now += 3
        pace.answered(refusal=True)
    slow = Server(time, 1e9)
    calls(pace, slow, 600, 0.0)
    last = slow.taken[-50:]
    assert 49 / (last[-1] - last[0]) == pytest.approx(RATE, rel=0.05)


def test_until_it_knows_better_only_a_few_calls_are_under_way() -> None:
    pace = Pace(limited=False)
    begun: list[int] = []
    go_on = threading.Event()

    def one(number: int) -> None:
        pace.wait()
        begun.append(number)
        go_on.wait(30)
        pace.answered()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    while len(begun) < 4:
        threading.Event().wait(0.01)
    assert len(begun) == 4
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert len(begun) == 12


def answering(*statuses: int) -> tuple[Any, list[int]]:
    """Give a Lambda client whose calls are answered so, one after the other, and the statuses that were used."""
    client = boto3.client("lambda", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y")
    keep_pace(client.meta.events, limited=False)
    used: list[int] = []
    left = list(statuses)

    def answer(**_: object) -> Any:
        used.append(left.pop(0))
        body = b'{"FunctionEventInvokeConfigs": []}' if used[-1] == 200 else b'{"message": "Rate exceeded"}'
        headers: Any = {}
        response: Any = AWSResponse("https://lambda", used[-1], headers, None)
        response._content = body
        return response

    client.meta.events.register_last("before-send.lambda", answer)
    return client, used


def test_a_refusal_for_the_rate_is_tried_again_whatever_its_code() -> None:
    client, used = answering(429, 429, 200)
    assert client.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"] == []
    assert used == [429, 429, 200]


def test_an_invocation_is_sent_once() -> None:
    client, used = answering(429, 200)
    client.meta.events.unregister("needs-retry.lambda", unique_id="retry-config-lambda")
    with pytest.raises(client.exceptions.ClientError):
        client.invoke(FunctionName="f", InvocationType="Event")
    assert used == [429]
