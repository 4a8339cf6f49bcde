"""What a run stands on. Each is a shape, so that a simulated queue, Lambda and disk can stand in and fail at will."""

from collections.abc import Iterable
from typing import Protocol

from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.replay import Answer, Event, Fate, Found


class Source(Protocol):
    """Where events that failed are kept. No call waits for long."""

    @property
    def identity(self) -> str:
        """What it is called in the journal: the same for the same source, wherever it is named from."""

    @property
    def label(self) -> str:
        """What a person calls it."""

    @property
    def loops(self) -> bool:
        """Whether what fails again may come back into it while it is read."""

    @property
    def exhausted(self) -> bool:
        """Whether everything that is there has been given."""

    def take(self, at_most: int) -> list[Found]:
        """Give some of what is there and was not given yet; nothing means that there is nothing just now."""

    def holds(self, id_: str) -> bool:
        """Say whether a message is still ours: nobody else can have received it since."""

    def remove(self, id_: str) -> None:
        """Delete a message, soon, if it is still ours."""

    def leave(self, id_: str) -> None:
        """Take note that a message is not removed: it is put back at the end."""

    def rewind(self) -> bool:
        """Begin again from the first; says no where that cannot be, and then nothing has changed."""

    def close(self) -> Iterable[str]:
        """Put back what was not removed; gives what a person should know of it. To be called once, at the end."""


class Target(Protocol):
    """Lambda."""

    def send(self, target: FunctionRef, payload: bytes) -> Answer:
        """Send an event for asynchronous invocation, once. Never raises for what Lambda or the network does."""


class Sender(Protocol):
    """Sends several at once."""

    def submit(self, seq: int, event: Event) -> None:
        """Have an event sent; ``seq`` is what its answer is called by."""

    def answers(self, wait_seconds: float) -> list[tuple[int, Answer]]:
        """Give the answers that have come, waiting up to so long for the first."""

    def close(self) -> None:
        """Take no more; to be called when nothing is under way, or nobody waits for it."""


class Page(Protocol):
    """What is written down together: all of it is on disk once the journal's ``turn`` is over, or nothing."""

    def answer(self, seq: int, answer: Answer) -> None:
        """Write down what came of a sending."""

    def sending(self, event: Event) -> int:
        """Write down that an event is about to be sent; gives the number of the sending."""


class Journal(Protocol):
    """What is known of every sending; only ever added to."""

    def known(self, event: Event) -> tuple[Fate | None, str]:
        """Say why an event must not be sent (and the run that sent it before), or None."""

    def open_page(self) -> Page:
        """Begin to write."""

    def turn(self) -> None:
        """End the page: all that was written on it is on disk when this returns. Raises JournalProblem."""
