"""The feed of a queue: what it asks of SQS, and what it makes of the answers."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.stub import Stubber

from lambda_dest_cli.aws import feeds
from lambda_dest_cli.aws.feeds import FEEDS, FeedSettings, feed_of, has_feed
from lambda_dest_cli.aws.feeds.sqs import AT_ONCE, VISIBILITY_SECONDS, SqsFeed
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import TYPES
from lambda_dest_cli.errors import AccessDenied, Conflict, NotFound, Rejected, Throttled
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch

QUEUE = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:orders-failed")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-failed"
KEYS: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@dataclass
class Stage:
    """A session of stubbed clients, a clock that is turned by hand, and what was noted."""

    stubs: dict[str, Stubber]
    notes: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: float = 1_000.0

    def client(self, service: str, region: str = "") -> Any:
        assert region == "eu-west-1"
        return self.stubs[service].client

    def feed(self, steal: bool = False, **more: Any) -> SqsFeed:
        settings = FeedSettings(self.notes.append, lambda: self.now, self.slept.append, steal, **more)
        return SqsFeed(Watch(QUEUE), cast(AwsSession, self), settings)

    def sqs(self, method: str, answer: dict[str, Any], **asked: Any) -> None:
        self.stubs["sqs"].add_response(method, answer, asked)

    def consumers(self, *mappings: dict[str, Any]) -> None:
        answer = {"EventSourceMappings": list(mappings)}
        self.stubs["lambda"].add_response("list_event_source_mappings", answer, {"EventSourceArn": str(QUEUE)})

    def queue(self, **attributes: str) -> None:
        asked = {"QueueUrl": URL, "AttributeNames": ["RedrivePolicy"]}
        self.sqs("get_queue_attributes", {"Attributes": attributes}, **asked)

    def url(self) -> None:
        self.sqs("get_queue_url", {"QueueUrl": URL}, QueueName="orders-failed", QueueOwnerAWSAccountId="123456789012")

    def opened(self, redrive: str = "", **more: Any) -> SqsFeed:
        self.url()
        self.queue(RedrivePolicy=redrive)
        feed = self.feed(steal=True, **more)
        feed.open()
        return feed

    def received(self, *messages: dict[str, Any], visibility: int = VISIBILITY_SECONDS, wait: int = 1) -> None:
        self.sqs(
            "receive_message",
            {"Messages": list(messages)} if messages else {},
            QueueUrl=URL,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait,
            VisibilityTimeout=visibility,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )

    def changed(self, receipts: list[str], seconds: int, refused: tuple[int, ...] = ()) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
            for number, receipt in enumerate(receipts)
        ]
        answer = {
            "Successful": [{"Id": each["Id"]} for each in entries if int(str(each["Id"])) not in refused],
            "Failed": [{"Id": str(each), "SenderFault": True, "Code": "MessageNotInflight"} for each in refused],
        }
        self.sqs("change_message_visibility_batch", answer, QueueUrl=URL, Entries=entries)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with ExitStack() as stack:
        clients = {
            "sqs": boto3.client("sqs", "eu-west-1", **KEYS),
            "lambda": boto3.client("lambda", "eu-west-1", **KEYS),
        }
        stubs = {name: stack.enter_context(Stubber(client)) for name, client in clients.items()}
        yield Stage(stubs)
        for stub in stubs.values():
            stub.assert_no_pending_responses()


def message(number: int, receipt: str = "") -> dict[str, Any]:
    return {"MessageId": f"m-{number}", "ReceiptHandle": receipt or f"r-{number}", "Body": f"body {number}"}


def test_every_feed_is_of_a_destination_type_and_in_the_table() -> None:
    assert set(FEEDS) <= set(TYPES)
    shared = {"__init__", "feed", "aws_time", "queue_guard", "tap", "tap_queue", "sweep"}
    files = {path.stem for path in Path(feeds.__file__).parent.glob("*.py")} - shared
    assert {cast(Any, make).__module__.rpartition(".")[2] for make in FEEDS.values()} == files
    assert has_feed(QUEUE)
    assert not has_feed(Arn.parse("arn:aws:kinesis:eu-west-1:123456789012:stream/x"))


def test_the_feed_of_a_queue(stage: Stage) -> None:
    settings = FeedSettings(stage.notes.append, lambda: 0.0, stage.slept.append)
    assert isinstance(feed_of(Watch(QUEUE), cast(AwsSession, stage), settings), SqsFeed)


@pytest.mark.parametrize("state", ["Enabled", "Enabling", "Creating", "Updating"])
def test_a_queue_that_a_function_consumes_is_refused(stage: Stage, state: str) -> None:
    stage.url()
    stage.consumers({"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:worker:live", "State": state})
    with pytest.raises(Conflict, match="feeds worker:live") as refusal:
        stage.feed().open()
    assert "--steal" in refusal.value.hint


@pytest.mark.parametrize("state", ["Disabled", "Disabling", "Deleting"])
def test_a_mapping_that_is_off_consumes_nothing(stage: Stage, state: str) -> None:
    stage.url()
    stage.consumers({"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:worker", "State": state})
    stage.queue()
    stage.feed().open()
    assert stage.notes == []


def test_who_may_not_ask_for_consumers_is_told(stage: Stage) -> None:
    stage.url()
    stage.stubs["lambda"].add_client_error("list_event_source_mappings", "AccessDeniedException", "no", 403)
    stage.queue()
    stage.feed().open()
    assert "could not check whether a function consumes sqs:orders-failed" in stage.notes[0]


def test_a_queue_that_does_not_exist(stage: Stage) -> None:
    stage.stubs["sqs"].add_client_error("get_queue_url", "AWS.SimpleQueueService.NonExistentQueue", "gone", 400)
    with pytest.raises(NotFound):
        stage.feed().open()


def test_a_redrive_policy_is_warned_of(stage: Stage) -> None:
    stage.url()
    stage.queue(
        RedrivePolicy='{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:last", "maxReceiveCount": 3}'
    )
    stage.feed(steal=True).open()
    assert "after 3 receives a message moves to arn:aws:sqs:eu-west-1:123456789012:last" in stage.notes[0]
    assert stage.notes[0].endswith("which leaves 2 to a new one")


@pytest.mark.parametrize("policy", ["", "no JSON", "[]", "{}"])
def test_a_redrive_policy_that_says_nothing_is_no_warning(stage: Stage, policy: str) -> None:
    stage.url()
    stage.queue(RedrivePolicy=policy)
    stage.feed(steal=True).open()
    assert stage.notes == []


def test_messages_come_with_their_attributes_and_time(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(
        message(1)
        | {
            "Attributes": {"SentTimestamp": "1764028800500", "ApproximateReceiveCount": "1"},
            "MessageAttributes": {
                "RequestID": {"DataType": "String", "StringValue": "8ea1"},
                "Blob": {"DataType": "Binary", "BinaryValue": b"\x00"},
            },
        },
        message(2),
    )
    sent = datetime(2025, 11, 25, 0, 0, 0, 500_000, tzinfo=UTC)
    assert feed.poll(1) == [
        Message("m-1", "body 1", sent, {"RequestID": "8ea1", "Blob": ""}),
        Message("m-2", "body 2", datetime.fromtimestamp(stage.now, UTC), {}),
    ]


def test_nothing_is_held_longer_than_it_must(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    feed.poll(1)
    stage.now += 10
    stage.received(message(2))
    feed.poll(1)
    feed.heartbeat()  # nothing is due yet
    stage.now += 6
    stage.changed(["r-1"], VISIBILITY_SECONDS)
    feed.heartbeat()
    stage.now += 10
    stage.changed(["r-2"], VISIBILITY_SECONDS)
    feed.heartbeat()
    stage.changed(["r-1", "r-2"], 0)
    feed.close()
    feed.close()  # there is nothing left to put back


def test_a_message_that_is_no_longer_ours_is_forgotten(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1), message(2))
    feed.poll(1)
    stage.now += 20
    stage.changed(["r-1", "r-2"], VISIBILITY_SECONDS, refused=(0,))
    feed.heartbeat()
    stage.changed(["r-2"], 0)
    feed.close()


def test_the_last_receipt_of_a_message_counts(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    stage.received(message(1, "r-1-again"))
    feed.poll(1)
    feed.poll(1)
    stage.changed(["r-1-again"], 0)
    feed.close()


def test_what_was_deleted_is_not_put_back(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1), message(2))
    first, _ = feed.poll(1)
    stage.sqs(
        "delete_message_batch",
        {"Successful": [{"Id": "0"}], "Failed": []},
        QueueUrl=URL,
        Entries=[{"Id": "0", "ReceiptHandle": "r-1"}],
    )
    feed.delete([first])
    stage.changed(["r-2"], 0)
    feed.close()


def test_a_message_that_sqs_keeps_is_an_error_and_stays_held(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    messages = feed.poll(1)
    stage.sqs(
        "delete_message_batch",
        {"Successful": [], "Failed": [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]},
        QueueUrl=URL,
        Entries=[{"Id": "0", "ReceiptHandle": "r-1"}],
    )
    with pytest.raises(Rejected, match="m-1 was not deleted: InternalError"):
        feed.delete(messages)
    stage.changed(["r-1"], 0)
    feed.close()


def test_a_refusal_names_the_action_and_the_queue(stage: Stage) -> None:
    feed = stage.opened()
    stage.stubs["sqs"].add_client_error("receive_message", "AccessDenied", "no", 403)
    with pytest.raises(AccessDenied, match=r"sqs:orders-failed: you may not call sqs:ReceiveMessage"):
        feed.poll(1)


def test_closing_never_raises_and_says_what_it_could_not_do(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    feed.poll(1)
    stage.stubs["sqs"].add_client_error("change_message_visibility_batch", "ExpiredToken", "expired", 403)
    feed.close()
    assert "becomes visible by itself within 30 seconds" in stage.notes[0]


POLICY = '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:last", "maxReceiveCount": "3"}'


def test_a_full_feed_of_a_queue_with_a_redrive_policy_waits_instead_of_reading(stage: Stage) -> None:
    feed = stage.opened(POLICY, max_held=2)
    stage.received(message(1), message(2))
    feed.poll(1)
    assert feed.poll(1) == []
    assert feed.poll(1) == []
    assert stage.slept == [1, 1]
    assert stage.notes[1:] == [
        "sqs:orders-failed: holding 2 messages (--max-held): for the sake of its redrive policy no more is read"
    ]


def test_a_full_feed_lets_the_oldest_go_and_does_not_show_them_again(stage: Stage) -> None:
    feed = stage.opened(max_held=11)
    stage.received(*(message(number) for number in range(10)))
    stage.received(message(10), message(11))
    feed.poll(1)
    feed.poll(1)
    stage.changed([f"r-{number}" for number in range(10)], 0)
    stage.received(message(0, "r-0-again"), message(12))
    assert [each.id for each in feed.poll(1)] == ["m-12"]
    stage.changed(["r-10", "r-11", "r-0-again", "r-12"], 0)
    feed.close()
    assert len(stage.notes) == 1
    assert "holding 12 messages (--max-held): the oldest are made visible again" in stage.notes[0]


def test_when_only_what_was_let_go_comes_it_rests(stage: Stage) -> None:
    feed = stage.opened(max_held=1)
    stage.received(message(0))
    feed.poll(1)
    for turn in range(3):
        stage.changed([f"r-{turn}"], 0)
        stage.received(message(0, f"r-{turn + 1}"))
    assert feed.poll(1) == []
    assert stage.slept == []
    for _ in range(5):
        assert feed.poll(1) == []
    assert stage.slept == [1] * 5


def counted(number: int, times: int) -> dict[str, Any]:
    return message(number) | {"Attributes": {"ApproximateReceiveCount": str(times)}}


def test_how_often_a_message_can_still_be_received_is_said_when_it_is_less_than_before(stage: Stage) -> None:
    feed = stage.opened(POLICY)
    for number, times in enumerate([1, 2, 2, 3, 9]):
        stage.received(counted(number, times))
        feed.poll(1)
    last = "arn:aws:sqs:eu-west-1:123456789012:last"
    assert stage.notes[1:] == [
        f"sqs:orders-failed: a message can be received 1 more time before it moves to {last}",
        f"sqs:orders-failed: a message now moves with its next receive to {last}",
    ]


def test_nothing_stays_hidden_for_more_than_a_minute(stage: Stage) -> None:
    feed = stage.opened()
    for batch in range(170):
        numbers = range(9 * batch, 9 * batch + 9)
        stage.received(*(message(number) for number in numbers), visibility=min(60, 30 + 9 * batch // 50))
        feed.poll(1)
    stage.received(visibility=60)
    feed.poll(1)


def test_a_queue_with_plenty_is_read_many_calls_at_once_and_one_by_one_when_it_is_empty(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(*map(message, range(10)))
    assert len(feed.poll(1)) == 10
    for batch in range(1, AT_ONCE + 1):
        stage.received(*map(message, range(10 * batch, 10 * batch + 10)), wait=0)
    assert len({each.id for each in feed.poll(1)}) == 10 * AT_ONCE
    for _ in range(AT_ONCE):
        stage.received(visibility=30 + (AT_ONCE + 1) * 10 // 50, wait=0)
    assert feed.poll(1) == []
    stage.received(visibility=30 + (AT_ONCE + 1) * 10 // 50)
    assert feed.poll(1) == []


def test_what_one_call_got_is_held_even_where_another_failed(stage: Stage) -> None:
    feed = stage.opened(max_held=40)
    stage.received(*map(message, range(10)))
    feed.poll(1)
    stage.received(*map(message, range(10, 20)), wait=0)
    stage.stubs["sqs"].add_client_error("receive_message", "RequestThrottled", "slow down")
    stage.received(*map(message, range(20, 30)), wait=0)
    assert len(feed.poll(1)) == 20
    assert feed.held == 30
    stage.stubs["sqs"].add_client_error("receive_message", "RequestThrottled", "slow down")
    with pytest.raises(Throttled):
        feed.poll(1)


def test_a_batch_that_is_refused_for_the_rate_does_not_keep_the_others_hidden(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(*map(message, range(10)))
    feed.poll(1)
    stage.stubs["sqs"].add_client_error("change_message_visibility_batch", "RequestThrottled", "slow down")
    stage.changed([f"r-{number}" for number in range(10)], 0)
    feed.close()
    assert (feed.held, stage.notes) == (0, [])


def test_what_is_refused_again_and_again_is_said(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    feed.poll(1)
    for _ in range(3):
        stage.stubs["sqs"].add_client_error("change_message_visibility_batch", "RequestThrottled", "slow down")
    feed.close()
    assert feed.held == 1
    assert "slow down" in stage.notes[0]
    assert stage.notes[0].endswith("it becomes visible by itself within 30 seconds")


def test_of_a_queue_that_was_deleted_nothing_is_to_be_put_back(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    feed.poll(1)
    code = "AWS.SimpleQueueService.NonExistentQueue"
    stage.stubs["sqs"].add_client_error("receive_message", code, "The specified queue does not exist.")
    stage.stubs["sqs"].add_client_error("change_message_visibility_batch", code, "The specified queue does not exist.")
    with pytest.raises(NotFound, match=r"sqs:orders-failed: not found"):
        feed.poll(1)
    feed.close()
    assert stage.notes == []


def test_who_may_not_hide_for_longer_is_told_the_action(stage: Stage) -> None:
    feed = stage.opened()
    stage.received(message(1))
    feed.poll(1)
    stage.now += VISIBILITY_SECONDS
    for _ in range(2):
        stage.stubs["sqs"].add_client_error("change_message_visibility_batch", "AccessDenied", "no")
    with pytest.raises(AccessDenied, match="sqs:ChangeMessageVisibility"):
        feed.heartbeat()
    feed.close()
    assert "within 30 seconds" in stage.notes[0]


def test_the_more_is_held_the_longer_it_is_hidden(stage: Stage) -> None:
    feed = stage.opened()
    for batch in range(12):
        stage.received(*(message(9 * batch + number) for number in range(9)), visibility=30 + 9 * batch // 50)
        feed.poll(1)
    stage.received(visibility=32)
    feed.poll(1)
