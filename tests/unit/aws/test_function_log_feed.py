"""The feed of a destination function: what it asks of CloudWatch Logs, and what it makes of the lines."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_dest_cli.aws.feeds import FeedSettings
from lambda_dest_cli.aws.feeds.function_log import FunctionLogFeed
from lambda_dest_cli.errors import AccessDenied, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Watch
from tests.support import FUNCTION_ARN, StubbedSession

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MILLIS = int(NOON.timestamp() * 1000)
ID = "8ea123e4-b738-4f5e-8880-a18cdf61200e"
START, REPORT = f"START RequestId: {ID}\n", f"REPORT RequestId: {ID}\n"


class Stage:
    """A function and its log group, played by Stubbers."""

    def __init__(self) -> None:
        self.session = StubbedSession()
        self.slept: list[float] = []

    def opened(self, **configuration: Any) -> FunctionLogFeed:
        self.session.answers("lambda", "get_function_configuration", configuration, FunctionName=FUNCTION_ARN)
        feed = self.feed()
        feed.open()
        return feed

    def feed(self) -> FunctionLogFeed:
        settings = FeedSettings(pytest.fail, NOON.timestamp, self.slept.append, since=NOON)
        return FunctionLogFeed(Watch(Arn.parse(FUNCTION_ARN)), self.session, settings)

    def page(self, *lines: tuple[str, str, int], after: int = 0, token: str = "", **asked: str) -> None:
        events = [
            {"logStreamName": "s", "eventId": id_, "message": text, "timestamp": MILLIS + at} for id_, text, at in lines
        ]
        answer = {"events": events} | ({"nextToken": token} if token else {})
        more = {"logGroupName": "/aws/lambda/orders"} | asked
        self.session.answers("logs", "filter_log_events", answer, startTime=MILLIS + after, **more)


@pytest.fixture
def stage() -> Iterator[Stage]:
    scene = Stage()
    yield scene
    scene.session.assert_everything_was_asked()


def test_an_invocation_becomes_one_message(stage: Stage) -> None:
    feed = stage.opened()
    stage.page(("1", START, 0), ("2", "hello\n", 1), ("3", REPORT, 2))
    (message,) = feed.poll(1)
    assert (message.id, message.sent, message.log_of) == ("1", NOON, ID)
    assert message.body == f"{START}hello\n{REPORT}".rstrip("\n")


def test_empty_pages_are_no_end(stage: Stage) -> None:
    feed = stage.opened()
    stage.page(token="a")
    stage.page(token="b", nextToken="a")
    stage.page(("1", START, 0), ("2", REPORT, 2), nextToken="b")
    assert len(feed.poll(1)) == 1


def test_each_line_once_and_the_next_look_begins_a_little_earlier(stage: Stage) -> None:
    feed = stage.opened()
    lines = [("1", START, 60_000), ("2", REPORT, 60_001)]
    stage.page(*lines)
    assert len(feed.poll(1)) == 1
    assert feed.poll(1) == []
    for _ in range(3):  # it is found, and twice there is nothing more
        stage.page(("0", "late\n", 50_000), *lines, after=30_001)
    (late,) = feed.poll(1)
    assert (late.body, late.log_of) == ("late", "")


def test_a_group_of_its_own(stage: Stage) -> None:
    feed = stage.opened(LoggingConfig={"LogFormat": "JSON", "LogGroup": "/ours/orders"})
    stage.page(("1", START, 0), ("2", REPORT, 2), logGroupName="/ours/orders")
    assert len(feed.poll(1)) == 1


def test_a_function_that_has_never_run(stage: Stage) -> None:
    feed = stage.opened()
    stage.session.refuses("logs", "filter_log_events", "ResourceNotFoundException")
    assert feed.poll(1) == []
    assert stage.slept == [1]


def test_lines_without_ids_are_told_apart_by_what_they_say(stage: Stage) -> None:
    feed = stage.opened()
    lines = [("", START, 0), ("", "same\n", 1), ("", "same\n", 1), ("", REPORT, 2)]
    stage.page(*lines)
    (message,) = feed.poll(1)
    assert str(message.body).count("same") == 2
    assert feed.poll(1) == []
    stage.page(*lines)
    assert feed.poll(1) == []


def test_a_function_that_does_not_exist(stage: Stage) -> None:
    stage.session.refuses("lambda", "get_function_configuration", "ResourceNotFoundException", status=404)
    with pytest.raises(NotFound):
        stage.feed().open()


def test_who_may_not_read_the_log_is_told(stage: Stage) -> None:
    feed = stage.opened()
    stage.session.refuses("logs", "filter_log_events", "AccessDeniedException")
    with pytest.raises(AccessDenied, match="logs:FilterLogEvents"):
        feed.poll(1)
