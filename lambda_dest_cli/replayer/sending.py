"""Several sendings at once: a few threads between two queues.

SimpleQueue alone is used, which Ctrl-C cannot leave locked (``tailer.reader`` says more).
"""

import sys
from queue import Empty, SimpleQueue
from threading import Thread

from lambda_dest_cli.model.replay import Answer, Event, State
from lambda_dest_cli.replayer.ports import Target

_TOGETHER = 3
"""A third of what is under way is waited for, but not long: an answer that waits is a connection that does not send."""
_TOGETHER_SECONDS = 0.002
_SWITCH_SECONDS = 0.0005
"""How long a thread may keep Python to itself while another waits: the one that all turns on would wait for sixteen."""


class Threads:
    """Sends from threads, which are made as they are needed."""

    def __init__(self, target: Target, most: int) -> None:
        self._target = target
        self._most = most
        self._threads: list[Thread] = []
        self._idle = 0
        self._work: SimpleQueue[tuple[int, Event] | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[int, Answer]] = SimpleQueue()
        self._under_way = 0
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)

    def submit(self, seq: int, event: Event) -> None:
        """Have an event sent."""
        self._under_way += 1
        if self._under_way > len(self._threads) and len(self._threads) < self._most:
            thread = Thread(target=self._send_on, name="sending", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._work.put((seq, event))

    def answers(self, wait_seconds: float) -> list[tuple[int, Answer]]:
        """Give the answers that have come, waiting up to so long for the first."""
        found: list[tuple[int, Answer]] = []
        try:
            found.append(self._answers.get(timeout=wait_seconds) if wait_seconds > 0 else self._answers.get_nowait())
            while len(found) < self._under_way:
                # The journal is written once for all that come together.
                together = wait_seconds > 0 and len(found) < self._under_way // _TOGETHER
                found.append(self._answers.get(timeout=_TOGETHER_SECONDS) if together else self._answers.get_nowait())
        except Empty:
            pass
        self._under_way -= len(found)
        return found

    def close(self) -> None:
        """End the threads as soon as each is through."""
        for _ in self._threads:
            self._work.put(None)
        sys.setswitchinterval(self._interval)

    def _send_on(self) -> None:
        while (item := self._work.get()) is not None:
            seq, event = item
            try:
                answer = self._target.send(event.target, event.payload)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not leave a sending without an answer
                answer = Answer(State.UNKNOWN, words=f"{type(error).__name__}: {error}", fatal=True)
            self._answers.put((seq, answer))
