"""A store looked after by a thread of its own: it reads ahead, keeps hold of what it read, deletes, and puts back.

The rules of ``tailer.reader`` hold here too: one thread makes every call, Ctrl-C comes to the main thread alone, and
between the two there are plain attributes and SimpleQueue.
"""

from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread, main_thread
from time import sleep

from lambda_dest_cli.aws.sources import Store
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import LdsError, Throttled, Unreachable
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.replay import Found

_READ_AHEAD = 256
_WAIT_SECONDS = 1
_IDLE_SECONDS = 0.02
_PASSING = (Throttled, Unreachable)


class HeldSource:
    """A queue or a bucket as a run sees it."""

    loops = True

    def __init__(self, watch: Watch, store: Store, endpoint: str) -> None:
        """``endpoint`` tells AWS (empty) from its stand-ins, which have queues of the same names."""
        self.label = label(watch.destination)
        self.identity = f"{watch.destination} {endpoint}".strip()
        self._watch = watch
        self._store = store
        self._found: SimpleQueue[Message] = SimpleQueue()
        self._unwanted: SimpleQueue[str] = SimpleQueue()
        self._failure: Exception | None = None
        self._notes: list[str] = []
        self._kept = 0
        self._unsettled = 0
        """How many were given and neither removed nor left."""
        self._read_through = self._stopped = self._ended = False
        self._thread = Thread(target=self._run, name=self.label)

    def open(self) -> None:
        """Find the store and begin to read; raises what AWS says."""
        self._store.open()
        self._thread.start()

    @property
    def exhausted(self) -> bool:
        """Whether everything has been given, or no more can be held."""
        if not self._found.empty() or self._failure:
            return False
        return self._read_through or (self._store.full and self._unsettled == 0)

    def take(self, at_most: int) -> list[Found]:
        """Give some of what has been read; raises what stopped the reading."""
        taken: list[Found] = []
        try:
            while len(taken) < at_most:
                taken.append(Found(self._found.get_nowait(), self._watch))
        except Empty:
            pass
        if not taken and self._failure:
            raise self._failure
        self._unsettled += len(taken)
        return taken

    def holds(self, id_: str) -> bool:
        """Say whether a message is still ours."""
        return self._store.holds(id_)

    def remove(self, id_: str) -> None:
        """Have a message deleted."""
        self._unsettled -= 1
        self._unwanted.put(id_)

    def leave(self, id_: str) -> None:
        """Hold a message until the end."""
        self._unsettled -= 1

    def rewind(self) -> bool:
        """Say no: what was read is hidden."""
        return False

    def close(self) -> Iterable[str]:
        """Have what is left deleted or put back, and wait for it."""
        self._stopped = True
        if self._thread.ident is not None:
            while not self._ended:  # a Thread.join that Ctrl-C interrupts takes the thread for ended (bpo-45274)
                sleep(_IDLE_SECONDS)
            self._thread.join()
        if self._kept:
            self._notes.append(
                f"{self.label}: {self._kept} accepted ones could not be deleted; someone else may have taken them; "
                "the next run deletes what is still there, and sends none of it again"
            )
        return self._notes

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - it is raised again in the main thread
            self._failure = error
        finally:
            self._close()

    def _work(self) -> None:
        while not self._stopped and main_thread().is_alive():
            try:
                self._delete()
                self._store.heartbeat()
                if self._read_through or self._store.full or self._found.qsize() >= _READ_AHEAD:
                    sleep(_IDLE_SECONDS)
                    continue
                messages = self._store.poll(_WAIT_SECONDS)
            except _PASSING:
                sleep(_WAIT_SECONDS)
                continue
            for message in messages:
                self._found.put(message)
            self._read_through = not messages

    def _delete(self) -> None:
        ids: list[str] = []
        try:
            while True:
                ids.append(self._unwanted.get_nowait())
        except Empty:
            pass
        if ids:
            try:
                self._kept += len(self._store.delete(ids))
            except LdsError:
                for id_ in ids:
                    self._unwanted.put(id_)
                raise

    def _close(self) -> None:
        try:
            self._delete()
        except LdsError as problem:
            self._notes.append(f"{self.label}: some of what was accepted was not deleted: {problem.message}")
        self._notes += self._store.close()
        self._ended = True
