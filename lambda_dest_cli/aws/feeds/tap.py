"""Destinations that keep nothing: what arrives is led into a temporary queue, and read there."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.tap_queue import TapQueue, owner_of
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import Tap, TapPart


class Connection(Protocol):
    """What leads from a destination to a queue: a subscription, a rule."""

    @property
    def source(self) -> Arn:
        """What the queue's policy lets in; known before it is made."""

    def part(self) -> TapPart:
        """Say what is made."""

    def make(self) -> None:
        """Make it; raises what AWS says."""

    def works(self) -> bool:
        """Say whether it is known to work; else it may have sent something to see whether that arrives."""

    def is_probe(self, message: Message) -> bool:
        """Tell what was sent only to see whether it arrives."""

    def remove(self) -> None:
        """Remove it, as far as it was made; raises what AWS says, unless it is gone already."""


@dataclass(frozen=True, slots=True)
class Tapping:
    """All that a connection needs to know."""

    watch: Watch
    session: AwsSession
    settings: FeedSettings
    queue: TapQueue


class TapFeed:
    """One destination, tapped while the feed is open."""

    def __init__(
        self, watch: Watch, session: AwsSession, settings: FeedSettings, connection: Callable[[Tapping], Connection]
    ) -> None:
        self._watch = watch
        self._session = session
        self._settings = settings
        self._connection_to = connection
        self._open: tuple[TapQueue, Connection] | None = None
        self._early: list[Message] = []

    def tap(self) -> Tap:
        """Say what would be made; asks STS who the caller is."""
        queue, connection = self._plan()
        return Tap(self._watch.destination, (queue.part(connection.source), connection.part()))

    def open(self) -> None:
        """Make the queue, then what leads to it; raises what AWS says."""
        queue, connection = self._open = self._plan()
        with ExitStack() as stack:
            stack.callback(self.close)
            queue.create(connection.source)
            connection.make()
            stack.pop_all()

    def ready(self, wait_seconds: int) -> bool:
        """Say whether it is known that what arrives gets into the queue."""
        queue, connection = self._opened()
        if connection.works():
            return True
        received = queue.receive(wait_seconds)
        self._early += [message for message in received if not connection.is_probe(message)]
        return len(self._early) > 0 or len(received) > 0

    def poll(self, wait_seconds: int) -> list[Message]:
        """Receive what arrived; the queue is ours, so it is taken out at once."""
        queue, connection = self._opened()
        if self._early:
            early, self._early = self._early, []
            return early
        return [message for message in queue.receive(wait_seconds) if not connection.is_probe(message)]

    def heartbeat(self) -> None:
        """Show that the queue is in use."""
        self._opened()[0].renew()

    def delete(self, messages: Sequence[Message]) -> None:
        """Do nothing: the destination has kept nothing, nor has the queue."""

    def close(self) -> None:
        """Remove what leads to the queue, then the queue."""
        if self._open is None:
            return
        (queue, connection), self._open = self._open, None
        try:
            connection.remove()
            queue.remove()
        except LdsError as problem:
            self._settings.note(queue.left_behind(problem))

    def _opened(self) -> tuple[TapQueue, Connection]:
        assert self._open is not None, "it is open"  # noqa: S101 - the order of calls is the reader's
        return self._open

    def _plan(self) -> tuple[TapQueue, Connection]:
        caller, destination = self._session.caller(), self._watch.destination
        home = Arn(destination.partition, "sqs", destination.region, caller.home.account, "")
        queue = TapQueue(self._session, self._settings, home, owner_of(caller.arn))
        return queue, self._connection_to(Tapping(self._watch, self._session, self._settings, queue))
