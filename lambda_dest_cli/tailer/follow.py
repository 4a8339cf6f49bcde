"""The stream itself: gather what the readers found, put it in order, show it, stop when it is time."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from lambda_dest_cli.aws.feeds import Feed
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import ExitCode, LdsError
from lambda_dest_cli.model.outcome import Message, OutcomeLine, Tally, Watch
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.tailer.counting import Counting
from lambda_dest_cli.tailer.reader import (
    WAITING_BATCHES,
    Arrival,
    Batch,
    Failed,
    Opened,
    Reader,
    ReadThrough,
    Recovered,
    Troubled,
)
from lambda_dest_cli.tailer.selection import Seen, Selection
from lambda_dest_cli.tailer.watches import purpose

_WAKE_SECONDS = 0.2
"""A signal that comes just before a wait begins is noticed only when the wait is over, so waits are short."""


@dataclass(frozen=True, slots=True)
class TailRequest:
    """What to watch, what to show of it and when to stop. Times are in seconds."""

    watches: tuple[Watch, ...]
    selection: Selection = field(default_factory=Selection)
    follow: bool = True
    """Without it: stop once every destination has been read through."""
    count: int | None = None
    timeout: float | None = None
    delete: bool = False
    """Whether to delete the messages that were shown."""


def tail(
    request: TailRequest,
    make_feed: Callable[[Watch], Feed],
    clock: Callable[[], float],
    note: Callable[[str], None],
    footer: Callable[[Tally], None] = lambda _: None,
) -> Generator[OutcomeLine, None, ExitCode]:
    """Give the outcomes as they arrive, and at the end PARTIAL when some of what was named could not be watched.

    A line's message is deleted (if that is asked for) once the generator is resumed after it. Whatever ends the
    generator, the feeds are closed before it is over. Raises what AWS says. ``footer`` is told the counts several times
    a second.
    """
    session = _Session(request, clock, note, footer)
    readers = [Reader(watch, make_feed(watch), session.arrivals, request.follow) for watch in request.watches]
    session.reading.update(readers)
    try:
        for reader in readers:
            reader.start()
        yield from session.lines()
    except KeyboardInterrupt:
        note(session.summary())
        raise
    finally:
        put_back(readers, note)
    note(session.summary())
    for failure in (reader.failure for reader in readers if reader.failure):
        raise failure
    return ExitCode.PARTIAL if session.refusals else ExitCode.OK


def put_back(readers: Sequence[Reader], note: Callable[[str], None]) -> None:
    """End the readers. One more Ctrl-C (or the SIGTERM that often follows one) does not interrupt it, another does."""
    asked_again = False
    while True:
        try:
            for reader in readers:
                reader.stop()
            for reader in readers:
                reader.join()
        except KeyboardInterrupt:
            if asked_again:
                raise
            asked_again = True
            note("putting back what was read; once more to leave without waiting for it")
        else:
            return


class _Session:
    """One run: what is still read, and what has been shown."""

    def __init__(
        self,
        request: TailRequest,
        clock: Callable[[], float],
        note: Callable[[str], None],
        footer: Callable[[Tally], None],
    ) -> None:
        self.arrivals: SimpleQueue[Arrival] = SimpleQueue()
        self.reading: set[Reader] = set()
        self.refusals: list[Exception] = []
        self._request = request
        self._clock = clock
        self._note = note
        self._deadline = None if request.timeout is None else clock() + request.timeout
        self._seen = Seen()
        self._footer = footer
        self._shown = Counting(clock)

    def lines(self) -> Iterator[OutcomeLine]:
        """Give the outcomes until it is time to stop."""
        while self.reading or not self.arrivals.empty():
            found = [each for arrival in self._gather() for each in self._look(arrival)]
            found.sort(key=lambda each: each[0].time)
            for line, reader, message in found:
                yield line
                self._shown.add(line)
                if self._request.delete:
                    reader.delete(message)
                if self._shown.total == self._request.count:
                    return
            if self._over():
                return
            self._footer(self._shown.tally(sum(reader.held for reader in self.reading)))

    def summary(self) -> str:
        """Count what was shown."""
        return self._shown.summary()

    def _look(self, arrival: Arrival) -> Iterator[tuple[OutcomeLine, Reader, Message]]:
        """Take an arrival in; gives the outcomes of it that are to be shown."""
        watch = arrival.reader.watch
        match arrival:
            case Opened():
                self._note(f"watching {label(watch.destination)}{purpose(watch)}")
            case ReadThrough():
                self.reading.discard(arrival.reader)
            case Troubled(error=problem):
                self._note(f"{problem.message}; trying again")
            case Recovered():
                self._note(f"reading {label(watch.destination)} again")
            case Failed(error=error):
                self._refuse(arrival.reader, error)
            case Batch(messages=messages):
                for message in messages:
                    if self._seen.add((watch.destination, message.id)):
                        line = outcome_line(message, watch)
                        if self._request.selection.takes(line, watch):
                            yield line, arrival.reader, message

    def _refuse(self, reader: Reader, error: Exception) -> None:
        """Go on without a destination that could not be opened, unless it was the last; else raise what happened."""
        self.reading.discard(reader)
        self.refusals.append(error)
        if reader.opened or not isinstance(error, LdsError) or len(self.refusals) == len(self._request.watches):
            raise error
        self._note(f"not watched: {error.message}")

    def _gather(self) -> list[Arrival]:
        """Wait for the first arrival and take along what else is there; nothing when none came for a moment."""
        arrivals: list[Arrival] = []
        try:
            arrivals.append(self.arrivals.get(timeout=self._remaining()))
            while len(arrivals) < WAITING_BATCHES:  # a reader may be as fast as this loop
                arrivals.append(self.arrivals.get_nowait())
        except Empty:
            pass
        return arrivals

    def _remaining(self) -> float:
        return _WAKE_SECONDS if self._deadline is None else max(0.0, min(_WAKE_SECONDS, self._deadline - self._clock()))

    def _over(self) -> bool:
        return self._deadline is not None and self._clock() >= self._deadline
