"""The log lines under a failure: what is asked of CloudWatch Logs, and which lines are whose."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_dest_cli.aws.request_logs import RequestLogs
from lambda_dest_cli.errors import CredentialsProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from tests.support import FUNCTION_ARN, StubbedSession

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MILLIS = int(NOON.timestamp() * 1000)
HOUR = 3_600_000
ID, OTHER = "8ea123e4-b738-4f5e-8880-a18cdf61200e", "00000000-b738-4f5e-8880-a18cdf61200e"
FAILURE = OutcomeLine(
    NOON,
    Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"),
    RawJson("{}"),
    function="orders",
    function_arn=FUNCTION_ARN,
    outcome=InvocationOutcome.FAILURE,
    request_id=ID,
    attempts=1,
)
Event = tuple[str, int, str]
"""(stream, milliseconds after noon, text)."""


def start(request_id: str = ID) -> str:
    return f"START RequestId: {request_id} Version: 1\n"


def report(request_id: str = ID) -> str:
    return f"REPORT RequestId: {request_id}\tDuration: 3 ms\n"


class Stage:
    """A log group, played by Stubbers; the time is a minute past noon."""

    def __init__(self) -> None:
        self.session = StubbedSession()
        self.notes: list[str] = []
        self.slept: list[float] = []
        self.now = NOON + timedelta(minutes=1)
        self.logs = RequestLogs(self.session, self.notes.append, self.clock, self.slept.append)

    def clock(self) -> float:
        return self.now.timestamp()

    def function(self, **configuration: Any) -> None:
        self.session.answers("lambda", "get_function_configuration", configuration, FunctionName=FUNCTION_ARN)

    def page(self, *events: Event, **asked: Any) -> None:
        found = [
            {"logStreamName": stream, "eventId": str(number), "message": text, "timestamp": MILLIS + at}
            for number, (stream, at, text) in enumerate(events)
        ]
        expected = {"logGroupName": "/aws/lambda/orders"} | asked
        self.session.answers("logs", "filter_log_events", {"events": found}, **expected)

    def named(self, *events: Event, **more: Any) -> None:
        asked = {"startTime": MILLIS - HOUR, "endTime": MILLIS + 10_001, "filterPattern": f'"{ID}"'}
        self.page(*events, **(asked | more))

    def all(self, streams: list[str], begin: int, end: int, *events: Event, **more: Any) -> None:
        asked = {"startTime": MILLIS + begin, "endTime": MILLIS + end + 1, "logStreamNames": streams}
        self.page(*events, **(asked | more))

    def of(self, **changes: Any) -> tuple[str, ...] | None:
        return self.logs.joined(replace(FAILURE, **changes)).logs


@pytest.fixture
def stage() -> Iterator[Stage]:
    scene = Stage()
    yield scene
    scene.session.assert_everything_was_asked()


def test_lines_that_name_no_request_are_found_between_those_that_do(stage: Stage) -> None:
    stage.function()
    mine = [("s", -9, start()), ("s", -8, "hello\n"), ("s", -7, "[ERROR] no\rTraceback:\r  x"), ("s", -6, report())]
    stage.named(mine[0], mine[3])
    stage.all(["s"], -9, 0, *mine, ("s", -5, start(OTHER)), ("s", -4, "not this\n"), ("s", -3, report(OTHER)))
    assert stage.of() == (start().strip(), "hello", "[ERROR] no", "Traceback:", "  x", report().strip())
    assert stage.slept == []


def test_every_attempt_the_first_one_first(stage: Stage) -> None:
    stage.function()
    one = [("b", -90_000, start()), ("b", -89_999, "one\n"), ("b", -89_998, report())]
    two = [("a", -30, start()), ("a", -29, "two\n"), ("a", -28, report())]
    stage.named(one[0], one[2], two[0], two[2])
    stage.all(["b", "a"], -90_000, 0, *two, *one)
    lines = stage.of(attempts=2)
    assert lines is not None
    assert [line for line in lines if "RequestId" not in line] == ["one", "two"]


def test_the_log_group_that_the_function_names_is_asked_for_once(stage: Stage) -> None:
    stage.function(LoggingConfig={"LogGroup": "ours"})
    stage.named(logGroupName="ours")
    stage.named(logGroupName="ours")
    assert stage.of() == ()
    assert stage.of() == ()


def test_a_function_that_is_gone_has_left_its_log(stage: Stage) -> None:
    stage.session.refuses("lambda", "get_function_configuration", "ResourceNotFoundException")
    stage.named()
    assert stage.of() == ()


def test_of_a_new_failure_what_is_on_its_way_is_waited_for(stage: Stage) -> None:
    stage.now = NOON
    stage.function()
    stage.named()
    stage.named(("s", -2, start()))
    stage.all(["s"], -2, 0, ("s", -2, start()), ("s", -1, "late\n"), ("s", 0, report()))
    assert stage.of() == (start().strip(), "late", report().strip())
    assert stage.slept == [1]


def test_not_for_ever_and_not_for_what_never_ran(stage: Stage) -> None:
    stage.now = NOON
    stage.function()
    for _ in range(4):
        stage.named()
    assert stage.of() == ()
    assert stage.slept == [1, 1, 1]
    stage.named()
    assert stage.of(attempts=0) == ()
    assert stage.slept == [1, 1, 1]


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException", "ThrottlingException"])
def test_what_cannot_be_read_is_said_once(stage: Stage, code: str) -> None:
    stage.function()
    for _ in range(2):
        stage.session.refuses("logs", "filter_log_events", code, "because")
        assert stage.of() == ()
    (note,) = stage.notes
    assert note.startswith("no log lines: ")
    assert "/aws/lambda/orders" in note
    assert "because" in note


def test_expired_credentials_end_it(stage: Stage) -> None:
    stage.function()
    stage.session.refuses("logs", "filter_log_events", "ExpiredTokenException")
    with pytest.raises(CredentialsProblem):
        stage.of()


@pytest.mark.parametrize(
    "changes",
    [
        {"function_arn": None},
        {"function_arn": "arn:aws:lambda:../x:123456789012:function:orders"},
        {"function_arn": FUNCTION_ARN + "\n"},
        {"request_id": None},
        {"request_id": f'{ID}" ?"'},
    ],
)
def test_what_a_forged_record_names_is_not_asked_for(stage: Stage, changes: dict[str, Any]) -> None:
    assert stage.of(**changes) == ()


def test_only_failures_are_looked_up(stage: Stage) -> None:
    for outcome in (InvocationOutcome.SUCCESS, None):
        line = replace(FAILURE, outcome=outcome)
        assert stage.logs.joined(line) is line
