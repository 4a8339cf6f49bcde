"""Events on their way to be sent: taken from the sources, waiting for their turn, or for another try.

A message that came while sendings were under way may be what one of them left behind when it failed again, and that
shows only once their answers tell the new request ids. So each waits until all sendings that were under way when it was
taken have been answered.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from lambda_dest_cli.model.replay import Event, Unreplayable
from lambda_dest_cli.replayer.choosing import Look
from lambda_dest_cli.replayer.ports import Source

_AHEAD = 4
"""So many times what is sent at once is taken ahead."""
_AHEAD_AT_LEAST = 64


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event, and the last sending that must be answered before it may be judged."""

    source: Source
    event: Event
    barrier: int


class Backlog:
    """What waits."""

    def __init__(self, sources: Iterable[Source], look: Look, concurrency: int) -> None:
        self._sources = list(sources)
        self._look = look
        self._most = max(_AHEAD_AT_LEAST, _AHEAD * concurrency)
        self._waiting: deque[Waiting] = deque()
        self._tries: list[tuple[float, int, Waiting]] = []
        self._number = 0

    def take_in(self, last_sending: int) -> Iterator[tuple[Source, str, Unreplayable]]:
        """Fill up from the sources; gives what cannot be sent (with the source's name for it)."""
        for source in self._sources:
            room = self._most - len(self._waiting)
            if room <= 0 or source.exhausted:
                continue
            for found in source.take(room):
                event = self._look(source.identity, found)
                if isinstance(event, Unreplayable):
                    yield source, found.message.id, event
                    source.leave(found.message.id)
                elif event is None:
                    source.leave(found.message.id)
                else:
                    self._waiting.append(Waiting(source, event, last_sending if source.loops else 0))

    def next(self, oldest_under_way: int | None, now: float) -> Waiting | None:
        """Give the next that may be judged: another try that is due, or the oldest that waits."""
        if self._tries and self._tries[0][0] <= now:
            return heappop(self._tries)[2]
        if not self.can(oldest_under_way, now):
            return None
        return self._waiting.popleft()

    def cut(self) -> None:
        """Take nothing more: only what was tried already is tried again."""
        self._sources.clear()
        self._waiting.clear()

    def can(self, oldest_under_way: int | None, now: float) -> bool:
        """Say whether ``next`` would give one."""
        if self._tries and self._tries[0][0] <= now:
            return True
        return bool(self._waiting) and (oldest_under_way is None or oldest_under_way > self._waiting[0].barrier)

    def put_back(self, items: list[Waiting]) -> None:
        """Put some back at the head."""
        self._waiting.extendleft(reversed(items))

    def try_again(self, item: Waiting, due: float) -> None:
        """Have one tried again at a time."""
        self._number += 1
        heappush(self._tries, (due, self._number, item))

    def due(self, now: float) -> float | None:
        """Give the seconds until the next try, or None."""
        return max(0.0, self._tries[0][0] - now) if self._tries else None

    def tried(self) -> list[Waiting]:
        """Take out what waits for another try."""
        found = [item for _, _, item in self._tries]
        self._tries.clear()
        return found

    @property
    def over(self) -> bool:
        """Whether nothing waits, and nothing more will come."""
        return not self._waiting and not self._tries and all(source.exhausted for source in self._sources)
