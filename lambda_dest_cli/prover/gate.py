"""A feed that is open and does not read: no message of a queue is hidden before there is one to look for."""

from collections.abc import Callable, Sequence

from lambda_dest_cli.aws.feeds import Feed
from lambda_dest_cli.model.outcome import Message
from lambda_dest_cli.model.tap import Tap

_IDLE_SECONDS = 0.05


class Gate:
    """Another feed, read only while ``wanted`` says yes."""

    def __init__(self, feed: Feed, wanted: Callable[[], bool], sleep: Callable[[float], object]) -> None:
        self._feed, self._wanted, self._sleep = feed, wanted, sleep

    @property
    def held(self) -> int:
        """What the feed holds."""
        return self._feed.held

    def tap(self) -> Tap:
        """Say what the feed would make."""
        return self._feed.tap()

    def open(self) -> None:
        """Open the feed."""
        self._feed.open()

    def ready(self, wait_seconds: int) -> bool:
        """Say whether the feed is ready."""
        return self._feed.ready(wait_seconds)

    def poll(self, wait_seconds: int) -> list[Message]:
        """Read the feed, if that is wanted."""
        if self._wanted():
            return self._feed.poll(wait_seconds)
        self._sleep(_IDLE_SECONDS)
        return []

    def heartbeat(self) -> None:
        """Keep what the feed holds."""
        self._feed.heartbeat()

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete nothing: a test takes nothing away."""

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()
