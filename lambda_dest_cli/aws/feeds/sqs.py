"""Queues. Each message is received once, kept hidden while it is watched, and made visible again at the end.

SQS has no way to look without receiving (Developer Guide, "Amazon SQS visibility timeout"). A receive counts, even if
the message is put back, so a message that were let go while the feed still reads would be received and counted again
and again, and a redrive policy would move it away. Therefore everything is held until the end (or for twelve hours: SQS
hides a message no longer, and then it is received a second time).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import AccessDenied, Conflict, LdsError, Rejected
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import Tap

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import (
        BatchResultErrorEntryTypeDef,
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        MessageTypeDef,
    )

_Item = TypeVar("_Item")

BATCH = 10
"""The most messages in one call, either way."""
VISIBILITY_SECONDS = 30
HELD_AT_MOST = 50_000
"""SQS gives no more than about 120,000 messages of a queue out at once, to all readers together."""
_HELD_PER_SECOND = 50
"""Each so many held messages are hidden a second longer, which bounds the calls that keep them (8 a second)."""
_CONSUMING = frozenset({"Enabled", "Enabling", "Creating", "Updating"})


@dataclass(slots=True)
class _Hold:
    receipt: str
    until: float


class SqsFeed:
    """One queue."""

    def __init__(
        self, watch: Watch, session: AwsSession, settings: FeedSettings, held_at_most: int = HELD_AT_MOST
    ) -> None:
        self._arn = watch.destination
        self._session = session
        self._settings = settings
        self._url = ""
        self._held: dict[str, _Hold] = {}
        self._held_at_most = held_at_most
        self._full = False

    def open(self) -> None:
        """Find the queue; raises NotFound, and Conflict when a function consumes it (unless told to steal)."""
        self._url = Targets(self._session).queue_url(self._arn)
        if not self._settings.steal:
            self._refuse_consumed()
        self._warn_of_redrive()

    def ready(self, wait_seconds: int) -> bool:
        """Say yes: a queue keeps what arrives."""
        return True

    def tap(self) -> Tap:
        """Say that nothing is made."""
        return Tap(self._arn)

    def poll(self, wait_seconds: int) -> list[Message]:
        """Receive up to ten messages, each with its attributes."""
        if len(self._held) >= self._held_at_most:
            self._say_full()
            self._settings.sleep(wait_seconds)
            return []
        visibility = self._visibility()
        asked = self._settings.clock()
        with calling("sqs:ReceiveMessage", label(self._arn)):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=visibility,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        received = answer.get("Messages", [])
        for message in received:
            self._held[message["MessageId"]] = _Hold(message["ReceiptHandle"], asked + visibility)
        return [message_of(each, asked) for each in received]

    def heartbeat(self) -> None:
        """Hide for longer what would soon become visible. What SQS no longer knows as ours is forgotten."""
        now, visibility = self._settings.clock(), self._visibility()
        due = [id_ for id_, hold in self._held.items() if hold.until - now < visibility / 2]
        for id_, refusal in self._change_visibility(due, visibility):
            if refusal is None:
                self._held[id_].until = now + visibility
            elif refusal.get("SenderFault"):
                del self._held[id_]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages; raises Rejected when SQS keeps one."""
        for batch in _batches([message.id for message in messages if message.id in self._held]):
            with calling("sqs:DeleteMessage", label(self._arn)):
                answer = self._sqs.delete_message_batch(
                    QueueUrl=self._url,
                    Entries=[{"Id": str(n), "ReceiptHandle": self._held[id_].receipt} for n, id_ in enumerate(batch)],
                )
            for done in answer.get("Successful", []):
                del self._held[batch[int(done["Id"])]]
            for refusal in answer.get("Failed", []):
                words = refusal.get("Message") or refusal["Code"]
                raise Rejected(f"{label(self._arn)}: message {batch[int(refusal['Id'])]} was not deleted: {words}")

    def close(self) -> None:
        """Make everything that is held visible again."""
        try:
            for id_, _ in self._change_visibility(list(self._held), 0):
                del self._held[id_]
        except LdsError as problem:
            self._settings.note(
                f"{label(self._arn)}: what was read could not be made visible again ({problem.message}); "
                f"it becomes visible by itself within {self._visibility()} seconds"
            )

    @property
    def _sqs(self) -> "SQSClient":
        return self._session.client("sqs", self._arn.region)

    def _visibility(self) -> int:
        return VISIBILITY_SECONDS + len(self._held) // _HELD_PER_SECOND

    def _change_visibility(
        self, ids: list[str], seconds: int
    ) -> "Iterator[tuple[str, BatchResultErrorEntryTypeDef | None]]":
        """Change the visibility of held messages, ten a call; gives each with SQS's refusal, where there is one."""

        def change(batch: list[str]) -> "list[tuple[str, BatchResultErrorEntryTypeDef | None]]":
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": self._held[id_].receipt, "VisibilityTimeout": seconds}
                for number, id_ in enumerate(batch)
            ]
            with calling("sqs:ChangeMessageVisibility", label(self._arn)):
                answer = self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
            refused = {int(refusal["Id"]): refusal for refusal in answer.get("Failed", [])}
            return [(id_, refused.get(number)) for number, id_ in enumerate(batch)]

        for answers in _each_even_at_exit(change, list(_batches(ids))):
            yield from answers

    def _refuse_consumed(self) -> None:
        try:
            with calling("lambda:ListEventSourceMappings", label(self._arn)):
                answer = self._session.client("lambda", self._arn.region).list_event_source_mappings(
                    EventSourceArn=str(self._arn)
                )
        except AccessDenied as problem:
            self._settings.note(f"could not check whether a function consumes {label(self._arn)}: {problem.message}")
            return
        for mapping in answer.get("EventSourceMappings", []):
            if mapping.get("State", "Enabled") in _CONSUMING:
                function = mapping.get("FunctionArn", "").partition(":function:")[2] or "a function"
                raise Conflict(
                    f"{label(self._arn)} feeds {function} through an event source mapping; "
                    f"what is watched here, {function} would not get",
                    "disable the mapping, or say --steal to watch it all the same",
                )

    def _warn_of_redrive(self) -> None:
        with calling("sqs:GetQueueAttributes", label(self._arn)):
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["RedrivePolicy"])
        policy = _object(answer.get("Attributes", {}).get("RedrivePolicy", ""))
        if policy.get("maxReceiveCount") is not None:
            self._settings.note(
                f"{label(self._arn)} has a redrive policy: after {policy['maxReceiveCount']} receives a message moves "
                f"to {policy.get('deadLetterTargetArn', 'its dead-letter queue')}, and watching it counts as one"
            )

    def _say_full(self) -> None:
        if not self._full:
            self._settings.note(
                f"{label(self._arn)}: holding {len(self._held)} messages, the most; what else is there is not read"
            )
        self._full = True


def _each_even_at_exit(call: "Callable[[list[str]], _Item]", batches: list[list[str]]) -> Iterable[_Item]:
    """Call for every batch, many at a time; one after the other once Python shuts down and starts no more threads."""
    try:
        return each(call, batches)
    except RuntimeError:
        return map(call, batches)


def message_of(received: "MessageTypeDef", now: float) -> Message:
    """Read a message; ``now`` counts where it does not say when it was sent."""
    sent = received.get("Attributes", {}).get("SentTimestamp", "")
    return Message(
        id=received["MessageId"],
        body=received.get("Body", ""),
        sent=datetime.fromtimestamp(int(sent) / 1000 if sent.isdecimal() else now, UTC),
        attributes={
            name: value.get("StringValue", "") for name, value in received.get("MessageAttributes", {}).items()
        },
    )


def _object(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
