"""Queues. Each message is received once, kept hidden while it is watched, and made visible again at the end.

SQS has no way to look without receiving (Developer Guide, "Amazon SQS visibility timeout"). A receive counts, even if
the message is put back, so a message that were let go while the feed still reads would be received and counted again
and again, and a redrive policy would move it away. Therefore everything is held until the end (or for twelve hours: SQS
hides a message no longer, and then it is received a second time). Past a limit the oldest are let go all the same,
unless the queue has a redrive policy; then no more is read.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.queue_guard import Redrive, refuse_consumed
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import LdsError, NotFound, Rejected, Throttled
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
AT_ONCE = 16
"""So many receives are under way at once while a queue has plenty: one takes as long as the way to AWS and back."""
VISIBILITY_SECONDS = 30
LONGEST_SECONDS = 60
"""So long messages may stay hidden after a run that was killed."""
_HELD_PER_SECOND = 50
"""Each so many held messages are hidden a second longer, which spares calls that keep them."""
_LET_GO_REMEMBERED = 100_000
_REPEATS = 3
"""After so many batches of nothing new there is taken to be nothing new."""
_REST = 5
"""So many polls are left out then."""
_TRIES = 3
"""How often SQS is asked again at the end, where it refuses for the rate; botocore has asked five times by then."""


@dataclass(slots=True)
class _Hold:
    receipt: str
    until: float


class SqsFeed:
    """One queue."""

    def __init__(self, watch: Watch, session: AwsSession, settings: FeedSettings) -> None:
        self._arn = watch.destination
        self._session = session
        self._settings = settings
        self._url = ""
        self._redrive = Redrive(self._arn, "", settings.note)
        self._held: dict[str, _Hold] = {}
        """By message id, the oldest first."""
        self._let_go: OrderedDict[str, None] = OrderedDict()
        self._resting = 0
        self._looked = 0.0
        self._full = False
        self._plenty = False

    def open(self) -> None:
        """Find the queue; raises NotFound, and Conflict when a function consumes it (unless told to steal)."""
        self._url = Targets(self._session).queue_url(self._arn)
        if not self._settings.steal:
            refuse_consumed(self._session, self._arn, self._settings.note)
        self._redrive = self._read_redrive()
        self._redrive.warn()

    @property
    def held(self) -> int:
        """How many messages are hidden from others for now."""
        return len(self._held)

    def tap(self) -> Tap:
        """Say that nothing is made."""
        return Tap(self._arn)

    def ready(self, wait_seconds: int) -> bool:
        """Say yes: a queue keeps what arrives."""
        return True

    def poll(self, wait_seconds: int) -> list[Message]:
        """Receive up to ten messages, each with its attributes; what was let go before is not given again."""
        for _ in range(_REPEATS):
            if self._resting or not self._make_room():
                self._resting = max(0, self._resting - 1)
                self._settings.sleep(wait_seconds)
                return []
            received = self._receive(wait_seconds)
            found = [message for message in received if message.id not in self._let_go]
            if found or not received:
                return found
        self._resting = _REST
        return []

    def _receive(self, wait_seconds: int) -> list[Message]:
        """Receive ten, or many times ten where there were as many before, as far as there is room to hold them."""
        room = (self._settings.max_held - len(self._held)) // BATCH
        visibility, asked = self._visibility(), self._settings.clock()
        if not self._plenty or room < 1:
            received = self._ask(wait_seconds, visibility)
        else:
            received = self._ask_many(min(AT_ONCE, room), visibility)
        self._plenty = len(received) >= BATCH
        for message in received:
            self._held[message["MessageId"]] = _Hold(message["ReceiptHandle"], asked + visibility)
        self._redrive.count(received)
        return [message_of(message, asked) for message in received]

    def _ask_many(self, times: int, visibility: int) -> "list[MessageTypeDef]":
        """Ask so many times at once; what some calls got is kept even where others fail, else nobody knew of it."""

        def ask(_: int) -> "list[MessageTypeDef] | LdsError":
            try:
                return self._ask(0, visibility)
            except LdsError as error:
                return error

        answers = each(ask, range(times), AT_ONCE)
        received = [message for answer in answers if isinstance(answer, list) for message in answer]
        for answer in answers:
            if isinstance(answer, LdsError) and not received:
                raise answer
        return received

    def _ask(self, wait_seconds: int, visibility: int) -> "list[MessageTypeDef]":
        with calling("sqs:ReceiveMessage", label(self._arn)):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=visibility,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        return answer.get("Messages", [])

    def _make_room(self) -> bool:
        """Let the oldest go where too many are held; says no where that must not be."""
        if len(self._held) < self._settings.max_held:
            return True
        self._say_full()
        if self._redrive:
            return False
        oldest = list(islice(self._held, BATCH))
        for id_, _ in self._change_visibility(oldest, 0):
            del self._held[id_]
            self._let_go[id_] = None
        while len(self._let_go) > _LET_GO_REMEMBERED:
            self._let_go.popitem(last=False)
        return True

    def heartbeat(self) -> None:
        """Hide for longer what would soon become visible. What SQS no longer knows as ours is forgotten."""
        now, visibility = self._settings.clock(), self._visibility()
        if 0 <= now - self._looked < 1:
            return
        self._looked = now
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
        """Make everything that is held visible again; of a queue that is gone there is nothing to make visible."""
        problem: LdsError | None = None
        try:
            for _ in range(_TRIES):
                problem = next(filter(None, _each_even_at_exit(self._release, list(_batches(list(self._held))))), None)
                if problem is None:
                    return
        except NotFound:
            return
        except LdsError as error:
            problem = error
        self._settings.note(
            f"{label(self._arn)}: what was read could not be made visible again ({problem and problem.message}); "
            f"it becomes visible by itself within {self._visibility()} seconds"
        )

    def _release(self, batch: list[str]) -> Throttled | None:
        """Make ten visible; gives the error where that may be tried again, so that the others go on."""
        held = [id_ for id_ in batch if id_ in self._held]
        try:
            self._change(held, 0)
        except Throttled as error:
            return error
        for id_ in held:
            del self._held[id_]
        return None

    @property
    def _sqs(self) -> "SQSClient":
        return self._session.client("sqs", self._arn.region)

    def _visibility(self) -> int:
        return min(LONGEST_SECONDS, VISIBILITY_SECONDS + len(self._held) // _HELD_PER_SECOND)

    def _change_visibility(
        self, ids: list[str], seconds: int
    ) -> "Iterator[tuple[str, BatchResultErrorEntryTypeDef | None]]":
        """Change the visibility of held messages, ten a call; gives each with SQS's refusal, where there is one."""
        for answers in _each_even_at_exit(lambda batch: self._change(batch, seconds), list(_batches(ids))):
            yield from answers

    def _change(self, batch: list[str], seconds: int) -> "list[tuple[str, BatchResultErrorEntryTypeDef | None]]":
        entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
            {"Id": str(number), "ReceiptHandle": self._held[id_].receipt, "VisibilityTimeout": seconds}
            for number, id_ in enumerate(batch)
        ]
        with calling("sqs:ChangeMessageVisibility", label(self._arn)):
            answer = self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
        refused = {int(refusal["Id"]): refusal for refusal in answer.get("Failed", [])}
        return [(id_, refused.get(number)) for number, id_ in enumerate(batch)]

    def _read_redrive(self) -> Redrive:
        with calling("sqs:GetQueueAttributes", label(self._arn)):
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["RedrivePolicy"])
        return Redrive(self._arn, answer.get("Attributes", {}).get("RedrivePolicy", ""), self._settings.note)

    def _say_full(self) -> None:
        if not self._full:
            what = (
                "for the sake of its redrive policy no more is read"
                if self._redrive
                else "the oldest are made visible again, and may be received, and counted, once more"
            )
            self._settings.note(f"{label(self._arn)}: holding {len(self._held)} messages (--max-held): {what}")
        self._full = True


def _each_even_at_exit(call: "Callable[[list[str]], _Item]", batches: list[list[str]]) -> Iterable[_Item]:
    """Call for every batch, many at a time; one after the other once Python shuts down and starts no more threads."""
    try:
        return each(call, batches, AT_ONCE)
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


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
