"""The feed of a bucket: what it asks of S3, and what it leaves out."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.response import StreamingBody

from lambda_dest_cli.aws.feeds import FeedSettings
from lambda_dest_cli.aws.feeds.s3 import S3Feed
from lambda_dest_cli.errors import AccessDenied
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from tests.support import FUNCTION_ARN, StubbedSession

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BUCKET = Arn.parse("arn:aws:s3:::failures")
ORDERS = "aws/lambda/async/orders/"
WATCH = Watch(BUCKET, only=frozenset({(FUNCTION_ARN, "live")}))


class Stage:
    """A bucket played by a Stubber, and what was noted."""

    def __init__(self) -> None:
        self.session = StubbedSession()
        self.notes: list[str] = []
        self.slept: list[float] = []

    def opened(self, watch: Watch = WATCH, since: datetime | None = NOON, there: tuple[str, ...] = ()) -> S3Feed:
        self.session.answers("s3", "list_objects_v2", {}, Bucket="failures", Prefix="aws/lambda/async/", MaxKeys=1)
        if since is None:
            self.lists(BEFORE_NOON, *there)
        settings = FeedSettings(self.notes.append, NOON.timestamp, self.slept.append, since=since)
        feed = S3Feed(watch, self.session, settings)
        feed.open()
        return feed

    def lists(self, after: str, *keys: str, prefix: str = ORDERS, written: datetime = NOON) -> None:
        answer = {"Contents": [{"Key": prefix + key, "LastModified": written} for key in keys]}
        self.session.answers(
            "s3", "list_objects_v2", answer, Bucket="failures", Prefix=prefix, StartAfter=prefix + after
        )

    def holds(self, key: str, body: bytes = b"{}") -> None:
        answer: dict[str, Any] = {"Body": StreamingBody(io.BytesIO(body), len(body))}
        self.session.answers("s3", "get_object", answer, Bucket="failures", Key=ORDERS + key)


@pytest.fixture
def stage() -> Iterator[Stage]:
    scene = Stage()
    yield scene
    scene.session.assert_everything_was_asked()


BEFORE_NOON = "2026/11/23/2026-11-23T11.59.00"
NAME = "2026/11/23/2026-11-23T12.00.00-8ea123e4"


def test_the_names_are_listed_from_a_little_before_the_time_asked_for(stage: Stage) -> None:
    feed = stage.opened()
    stage.lists(BEFORE_NOON, NAME)
    stage.holds(NAME, b'{"n": 1}')
    assert feed.poll(1) == [Message(ORDERS + NAME, b'{"n": 1}', NOON)]


def test_what_was_there_before_is_left_out(stage: Stage) -> None:
    feed = stage.opened(since=None, there=(NAME,))
    stage.lists(BEFORE_NOON, NAME)
    assert feed.poll(1) == []
    assert stage.slept == [1]


def test_each_object_once_and_the_listing_moves_on_over_midnight(stage: Stage) -> None:
    feed = stage.opened()
    late = "2026/11/23/2026-11-23T23.59.59-1"
    stage.lists(BEFORE_NOON, late, written=datetime(2026, 11, 24, 0, 0, 30, tzinfo=UTC))
    stage.holds(late)
    assert [message.id for message in feed.poll(1)] == [ORDERS + late]
    assert feed.poll(1) == []
    early = "2026/11/24/2026-11-24T00.00.31-2"
    stage.lists("2026/11/23/2026-11-23T23.59.30", late, early, written=datetime(2026, 11, 24, 0, 5, tzinfo=UTC))
    stage.holds(early)
    assert [message.id for message in feed.poll(1)] == [ORDERS + early]
    assert feed.poll(1) == []
    stage.lists("2026/11/24/2026-11-24T00.04.00")
    assert feed.poll(1) == []


def test_a_bucket_by_itself_is_watched_for_every_function(stage: Stage) -> None:
    feed = stage.opened(Watch(BUCKET))
    prefixes = {"CommonPrefixes": [{"Prefix": ORDERS}, {"Prefix": "aws/lambda/async/other/"}]}
    stage.session.answers(
        "s3", "list_objects_v2", prefixes, Bucket="failures", Prefix="aws/lambda/async/", Delimiter="/"
    )
    stage.lists(BEFORE_NOON)
    stage.lists(BEFORE_NOON, prefix="aws/lambda/async/other/")
    assert feed.poll(1) == []


def test_an_object_that_is_gone_again_is_said(stage: Stage) -> None:
    feed = stage.opened()
    stage.lists(BEFORE_NOON, NAME)
    stage.session.refuses("s3", "get_object", "NoSuchKey", status=404)
    assert feed.poll(1) == []
    assert stage.slept == [1]
    assert stage.notes == [f"s3:failures: {ORDERS}{NAME} was deleted before it could be read"]


def test_who_may_not_read_is_told_which_action_is_missing(stage: Stage) -> None:
    feed = stage.opened()
    stage.lists(BEFORE_NOON, NAME)
    stage.session.refuses("s3", "get_object", "AccessDenied", status=403)
    with pytest.raises(AccessDenied, match="you may not call s3:GetObject"):
        feed.poll(1)


def test_few_objects_are_fetched_at_once(stage: Stage) -> None:
    feed = stage.opened()
    names = [f"2026/11/23/{NOON + timedelta(seconds=number):%Y-%m-%dT%H.%M.%S}-x" for number in range(33)]
    stage.lists(BEFORE_NOON, *names)
    for _ in names:
        answer: dict[str, Any] = {"Body": StreamingBody(io.BytesIO(b"{}"), 2)}
        stage.session.answers("s3", "get_object", answer)
    assert len(feed.poll(1)) == 32
    assert len(feed.poll(1)) == 1
