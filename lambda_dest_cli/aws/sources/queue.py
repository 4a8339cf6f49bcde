"""Queues. What is read is hidden, and stays hidden until it is deleted or put back.

A receipt is good for as long as the message is hidden (SQS Developer Guide, "Amazon SQS visibility timeout"). Once that
time may be over somebody else may have the message, so it is neither sent nor deleted any more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.queue_guard import Redrive, refuse_consumed
from lambda_dest_cli.aws.feeds.sqs import BATCH, message_of
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.sources.store import StoreSettings
from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.outcome import Message, Watch

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

VISIBILITY_SECONDS = 60
_MARGIN_SECONDS = 5
"""So much of the time must be left for a message to be taken for ours: a call takes a while to arrive."""
_AT_ONCE = 4


@dataclass(slots=True)
class _Hold:
    receipt: str
    until: float


class QueueStore:
    """One queue."""

    def __init__(self, watch: Watch, session: AwsSession, settings: StoreSettings) -> None:
        self._arn = watch.destination
        self._session = session
        self._settings = settings
        self._url = ""
        self._held: dict[str, _Hold] = {}
        """By message id."""
        self._redrive = Redrive(self._arn, "", settings.note)
        self._looked = 0.0

    @property
    def full(self) -> bool:
        """Whether as many are hidden as may be."""
        return len(self._held) >= self._settings.max_held

    def open(self) -> None:
        """Find the queue; raises NotFound, and Conflict where a function consumes it (unless told to steal)."""
        self._url = Targets(self._session).queue_url(self._arn)
        if not self._settings.steal:
            refuse_consumed(self._session, self._arn, self._settings.note)
        with calling("sqs:GetQueueAttributes", label(self._arn)):
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["RedrivePolicy"])
        self._redrive = Redrive(self._arn, answer.get("Attributes", {}).get("RedrivePolicy", ""), self._settings.note)
        self._redrive.warn()

    def poll(self, wait_seconds: int) -> list[Message]:
        """Receive some messages, with several calls at once while there are any."""
        first = self._receive(wait_seconds)
        if len(first) < BATCH:
            return first
        more = each(lambda _: self._receive(0), range(_AT_ONCE - 1), _AT_ONCE)
        return [*first, *(message for batch in more for message in batch)]

    def holds(self, id_: str) -> bool:
        """Say whether a message is still hidden for us."""
        hold = self._held.get(id_)
        return hold is not None and hold.until - self._settings.clock() > _MARGIN_SECONDS

    def heartbeat(self) -> None:
        """Hide for longer what would soon become visible; what SQS says is not ours any more is forgotten."""
        now = self._settings.clock()
        if 0 <= now - self._looked < 1:
            return
        self._looked = now
        due = [id_ for id_, hold in list(self._held.items()) if hold.until - now < VISIBILITY_SECONDS / 2]
        for id_, sender_fault in self._change_visibility(due, VISIBILITY_SECONDS):
            if sender_fault is None:
                self._held[id_].until = now + VISIBILITY_SECONDS
            elif sender_fault:
                self._held.pop(id_, None)

    def delete(self, ids: Sequence[str]) -> list[str]:
        """Delete messages; those whose time may be over are left, and so are those that SQS refuses to delete."""
        ours = [id_ for id_ in ids if self.holds(id_)]
        kept = [id_ for id_ in ids if id_ not in set(ours)]
        for refused in each(self._delete, _batches(ours), _AT_ONCE):
            kept += refused
        for id_ in ours:
            self._held.pop(id_, None)
        return kept

    def close(self) -> list[str]:
        """Make everything that is held visible again."""
        try:
            for _ in self._change_visibility(list(self._held), 0):
                pass
        except LdsError as problem:
            return [
                f"{label(self._arn)}: what was left could not be made visible again ({problem.message}); "
                f"it becomes visible by itself within {VISIBILITY_SECONDS} seconds"
            ]
        finally:
            self._held.clear()
        return []

    @property
    def _sqs(self) -> "SQSClient":
        return self._session.client("sqs", self._arn.region)

    def _receive(self, wait_seconds: int) -> list[Message]:
        asked = self._settings.clock()
        with calling("sqs:ReceiveMessage", label(self._arn)):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=VISIBILITY_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        received = answer.get("Messages", [])
        self._redrive.count(received)
        fresh = [message for message in received if message["MessageId"] not in self._held]
        for message in received:  # one that comes twice is ours by its last receipt
            self._held[message["MessageId"]] = _Hold(message["ReceiptHandle"], asked + VISIBILITY_SECONDS)
        return [message_of(each_, asked) for each_ in fresh]

    def _delete(self, batch: list[str]) -> list[str]:
        with calling("sqs:DeleteMessage", label(self._arn)):
            answer = self._sqs.delete_message_batch(
                QueueUrl=self._url,
                Entries=[{"Id": str(n), "ReceiptHandle": self._held[id_].receipt} for n, id_ in enumerate(batch)],
            )
        return [batch[int(refusal["Id"])] for refusal in answer.get("Failed", [])]

    def _change_visibility(self, ids: list[str], seconds: int) -> Iterator[tuple[str, bool | None]]:
        """Change how long messages stay hidden; gives each with None, or whether its refusal is our own fault."""

        def change(batch: list[str]) -> list[tuple[str, bool | None]]:
            with calling("sqs:ChangeMessageVisibility", label(self._arn)):
                answer = self._sqs.change_message_visibility_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": str(n), "ReceiptHandle": self._held[id_].receipt, "VisibilityTimeout": seconds}
                        for n, id_ in enumerate(batch)
                    ],
                )
            refused = {int(refusal["Id"]): bool(refusal.get("SenderFault")) for refusal in answer.get("Failed", [])}
            return [(id_, refused.get(number)) for number, id_ in enumerate(batch)]

        for answers in each(change, _batches(ids), _AT_ONCE):
            yield from answers


def _batches(ids: Iterable[str]) -> list[list[str]]:
    rest = iter(ids)
    return list(iter(lambda: list(islice(rest, BATCH)), []))
