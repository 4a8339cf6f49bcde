"""The shape that every store fills in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.outcome import Message, Watch


class Store(Protocol):
    """What is kept at one destination. After ``open``, one thread makes every call but ``holds``.

    Every call but ``close`` raises LdsError when AWS says no.
    """

    @property
    def full(self) -> bool:
        """Whether no more can be held just now."""

    def open(self) -> None:
        """Find it; raises NotFound, and Conflict where it is somebody else's to read."""

    def poll(self, wait_seconds: int) -> list[Message]:
        """Give what has not been given, waiting up to so long for it; nothing means that all has been read."""

    def holds(self, id_: str) -> bool:
        """Say whether a message is still ours; may be asked from any thread."""

    def heartbeat(self) -> None:
        """Keep hold of what has been read; to be called every second or so."""

    def delete(self, ids: Sequence[str]) -> list[str]:
        """Delete messages that are still ours; gives those that were not deleted."""

    def close(self) -> list[str]:
        """Put back what is held; gives what a person should know of it. Never raises for what AWS says."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What stores are told: where to say something, the clock (epoch seconds), and what they may do."""

    note: Callable[[str], None]
    clock: Callable[[], float]
    steal: bool = False
    """Whether to read even what another consumer lives on."""
    since: datetime | None = None
    """How far back to read, where what is older can be told without reading it."""
    max_held: int = 10_000


MakeStore = Callable[[Watch, AwsSession, StoreSettings], Store]
