"""The shape that every feed fills in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import Tap


class Feed(Protocol):
    """What arrives at one destination. After ``open``, one thread makes every call.

    Every call but ``close`` raises LdsError when AWS says no.
    """

    def tap(self) -> Tap:
        """Say what ``open`` would make in the account; makes nothing."""

    def open(self) -> None:
        """Find the destination and make what reading it takes; leaves nothing behind when it raises."""

    def ready(self, wait_seconds: int) -> bool:
        """Say whether what arrives from now on is seen, waiting up to ``wait_seconds`` for it; asked until it is."""

    def poll(self, wait_seconds: int) -> list[Message]:
        """Give what has arrived, waiting up to ``wait_seconds`` for it; nothing means that all has been read."""

    def heartbeat(self) -> None:
        """Keep hold of what has been read; to be called every few seconds."""

    def delete(self, messages: Sequence[Message]) -> None:
        """Take messages away for good."""

    def close(self) -> None:
        """Put everything back as it was found. Never raises for what AWS says: it is noted."""


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What feeds are told: where to say something, the clock and how to wait (seconds), what they may do."""

    note: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    steal: bool = False
    """Whether to read even what another consumer lives on."""
    since: datetime | None = None
    """How far back to read where what came earlier can still be read; by default only what comes is."""


MakeFeed = Callable[[Watch, AwsSession, FeedSettings], Feed]
