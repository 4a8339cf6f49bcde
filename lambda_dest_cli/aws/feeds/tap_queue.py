"""The temporary queue behind a topic or a bus: made when a feed opens, gone when it closes.

The queue comes first and goes last, and its policy names what feeds it. So whatever a run leaves behind that was
killed, its queue tells (``sweep``). Its tags say that it is a tap, whose it is and until when; while a run is alive it
puts the time off.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.sqs import BATCH, message_of
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message
from lambda_dest_cli.model.tap import TapPart

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient

PREFIX = "lds-tap-"
TAP, OWNER, EXPIRES = "lds:tap", "lds:owner", "lds:expires"
"""The tags of everything that is made for a while."""
RETENTION_SECONDS = 300
LIFE_SECONDS = 600
"""So long after its last sign of life a tap may be swept away."""
_SENDERS = {"sns": "sns.amazonaws.com", "events": "events.amazonaws.com"}


class TapQueue:
    """One queue. ``home`` is the caller's account in the destination's region; ``owner`` goes into the tag."""

    def __init__(self, session: AwsSession, settings: FeedSettings, home: Arn, owner: str) -> None:
        self._session = session
        self._settings = settings
        self._owner = owner
        self._url = ""
        self._asked = False
        self._renewed = 0.0
        self.name = PREFIX + uuid4().hex[:16]
        self.arn = Arn(home.partition, "sqs", home.region, home.account, self.name)

    def tags(self) -> dict[str, str]:
        """Give the tags, with a life from now on."""
        return {TAP: self.name, OWNER: self._owner, EXPIRES: expiry(self._settings.clock())}

    def part(self, source: Arn) -> TapPart:
        """Say what is made, so that ``source`` and nothing else may send to it."""
        settings = {"region": self.arn.region, "retention_seconds": RETENTION_SECONDS, "tags": self.tags()}
        return TapPart("queue", self.name, {**settings, "policy": policy(self.arn, source)})

    def create(self, source: Arn) -> None:
        """Make the queue."""
        attributes: Any = {
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "Policy": json.dumps(policy(self.arn, source)),
        }
        self._asked = True
        with calling("sqs:CreateQueue", str(self.arn)):
            answer = self._sqs.create_queue(QueueName=self.name, Attributes=attributes, tags=self.tags())
        self._url = answer["QueueUrl"]
        self._renewed = self._settings.clock()

    def receive(self, wait_seconds: int) -> list[Message]:
        """Take up to ten messages out; the queue is ours alone, so each is gone at once."""
        asked = self._settings.clock()
        with calling("sqs:ReceiveMessage", str(self.arn)):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=wait_seconds,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
        received = answer.get("Messages", [])
        if received:
            with calling("sqs:DeleteMessage", str(self.arn)):
                self._sqs.delete_message_batch(
                    QueueUrl=self._url,
                    Entries=[{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(received)],
                )
        return [message_of(each, asked) for each in received]

    def renew(self) -> None:
        """Put the end of its life off, when half of it is over."""
        now = self._settings.clock()
        if now - self._renewed < LIFE_SECONDS / 2:
            return
        with calling("sqs:TagQueue", str(self.arn)):
            self._sqs.tag_queue(QueueUrl=self._url, Tags={EXPIRES: expiry(now)})
        self._renewed = now

    def remove(self) -> None:
        """Delete it, if it was made; raises what AWS says, unless it is that there is no such queue."""
        if not self._asked:
            return
        try:
            with calling("sqs:GetQueueUrl", str(self.arn)):  # the answer to CreateQueue may have got lost
                url = self._url or self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
            with calling("sqs:DeleteQueue", str(self.arn)):
                self._sqs.delete_queue(QueueUrl=url)
        except NotFound:
            pass
        self._asked = False

    def left_behind(self, problem: LdsError) -> str:
        """Say that it could not be removed."""
        return (
            f"the temporary queue {self.arn} and what feeds it could not be removed ({problem.message}); "
            f"remove them in {LIFE_SECONDS // 60} minutes: lds tail --sweep"
        )

    @property
    def _sqs(self) -> "SQSClient":
        return self._session.client("sqs", self.arn.region)


def policy(queue: Arn, source: Arn) -> Mapping[str, object]:
    """Give the policy that lets one topic or rule send to the queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": _SENDERS[source.service]},
        "Action": "sqs:SendMessage",
        "Resource": str(queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": str(source)}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def source_in(text: str) -> Arn | None:
    """Read from the policy of a tap what feeds it; None where it does not say."""
    try:
        return Arn.parse(json.loads(text)["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"])
    except (ValueError, KeyError, IndexError, TypeError, LdsError):
        return None


def owner_of(caller: str) -> str:
    """Give whose a tap is: of a session, its role, since each run may have another session."""
    head, found, rest = caller.partition(":assumed-role/")
    return f"{head}{found}{rest.partition('/')[0]}"


def expiry(now: float) -> str:
    """Give the tag's value for a life that begins now."""
    return datetime.fromtimestamp(now + LIFE_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
