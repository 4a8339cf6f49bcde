"""One thread a feed: it alone opens, reads, keeps, deletes and closes, so that no way out leaves a feed open.

Python raises Ctrl-C in the main thread only, so no call to AWS is torn in the middle, which would leave messages hidden
that nobody knows of. The threads are no daemons: Python waits for them, even when the main thread has gone.

Between the main thread and a reader there are plain attributes and SimpleQueue alone. Whatever of ``threading`` and
``queue`` is written in Python (Queue, Event, Semaphore) can be left locked for ever, or unlocked twice, by a Ctrl-C
that comes while it is at work.
"""

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread, main_thread
from time import sleep

from lambda_dest_cli.aws.feeds import Feed
from lambda_dest_cli.errors import LdsError, Throttled, Unreachable
from lambda_dest_cli.model.outcome import Message, Watch

WAITING_BATCHES = 64
"""So many batches may wait to be shown; then the readers wait."""
_BATCH = 10
"""A poll may give many more, and what waits is counted in batches: a slow reader must not fill the memory."""
_SLICE_SECONDS = 1
"""How long one poll waits, and so how soon a reader notices that it is to stop. SQS counts in whole seconds."""
_IDLE_SECONDS = 0.05
_PASSING = (Throttled, Unreachable)
"""What may be over in a moment."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed is open."""

    reader: "Reader"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll gave."""

    reader: "Reader"
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ReadThrough:
    """A feed that is not followed has given all it had."""

    reader: "Reader"


@dataclass(frozen=True, slots=True)
class Failed:
    """A feed failed, and has been closed."""

    reader: "Reader"
    error: Exception


@dataclass(frozen=True, slots=True)
class Troubled:
    """A feed that is followed cannot be read for now; it is tried again."""

    reader: "Reader"
    error: LdsError


@dataclass(frozen=True, slots=True)
class Recovered:
    """It can be read again."""

    reader: "Reader"


Arrival = Opened | Batch | ReadThrough | Failed | Troubled | Recovered


class Reader:
    """The reader of one feed; what it finds, it puts into ``arrivals``, which all readers share."""

    def __init__(self, watch: Watch, feed: Feed, arrivals: "SimpleQueue[Arrival]", follow: bool) -> None:
        self.watch = watch
        self.opened = False
        self.failure: LdsError | None = None
        """Why messages that were to be deleted at the very end were not."""
        self._feed = feed
        self._arrivals = arrivals
        self._follow = follow
        self._unwanted: SimpleQueue[Message] = SimpleQueue()
        self._deleting: list[Message] = []
        self._troubled = False
        self._stopped = False
        self._ended = False
        self._thread = Thread(target=self._run, name=f"feed of {watch.destination}")

    @property
    def held(self) -> int:
        """How many messages are hidden on account of this."""
        return self._feed.held

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the reader to put everything back and end."""
        self._stopped = True

    def join(self) -> None:
        """Wait until it has ended; returns at once when it never began."""
        if self._thread.ident is None:
            return
        while not self._ended:  # a Thread.join that Ctrl-C interrupts takes the thread for ended (bpo-45274)
            sleep(_IDLE_SECONDS)
        self._thread.join()

    def delete(self, message: Message) -> None:
        """Have a message deleted, soon, and at the latest before the feed is closed."""
        self._unwanted.put(message)

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - it is raised again in the main thread
            self._arrivals.put(Failed(self, error))
        finally:
            self._ended = True

    def _work(self) -> None:
        self._feed.open()
        self.opened = True
        try:
            while self._going() and not self._feed.ready(_SLICE_SECONDS):
                self._feed.heartbeat()
            if self._going():
                self._arrivals.put(Opened(self))
                self._read()
        finally:
            self._close()

    def _read(self) -> None:
        done = False
        while self._going():
            try:
                self._delete_unwanted()
                self._feed.heartbeat()
                if done or self._arrivals.qsize() >= WAITING_BATCHES:
                    sleep(_IDLE_SECONDS)
                    continue
                messages = tuple(self._feed.poll(_SLICE_SECONDS))
            except _PASSING as error:
                self._wait_out(error)
                continue
            self._say_recovered()
            for begin in range(0, len(messages), _BATCH):
                self._arrivals.put(Batch(self, messages[begin : begin + _BATCH]))
            if not messages and not self._follow:
                done = True
                self._arrivals.put(ReadThrough(self))

    def _wait_out(self, error: LdsError) -> None:
        """Say that there is trouble, once, and wait a moment; without following there is no later, so raise it."""
        if not self._follow:
            raise error
        if not self._troubled:
            self._arrivals.put(Troubled(self, error))
        self._troubled = True
        sleep(_SLICE_SECONDS)

    def _say_recovered(self) -> None:
        if self._troubled:
            self._arrivals.put(Recovered(self))
        self._troubled = False

    def _going(self) -> bool:
        return not self._stopped and main_thread().is_alive()

    def _delete_unwanted(self) -> None:
        while True:
            try:
                self._deleting.append(self._unwanted.get_nowait())
            except Empty:
                break
        if self._deleting:
            self._feed.delete(self._deleting)
            self._deleting = []

    def _close(self) -> None:
        try:
            self._delete_unwanted()
        except LdsError as error:
            self.failure = error
        finally:
            self._feed.close()
