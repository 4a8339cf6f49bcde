"""What would be sent again, looked at before anything is."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import sleep

from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.replay import Event, Found, ReplaySummary, Unreplayable
from lambda_dest_cli.replayer.choosing import Look
from lambda_dest_cli.replayer.ports import Source

SAMPLES = 3
_SHOWN = 10
_KINDS = 1_000
"""Anybody may write anything for the type of an error."""
_IDLE_SECONDS = 0.02
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept in memory of sources that cannot be read twice."""

    messages: int = 10_000
    size: int = 64 * 1024 * 1024


class Survey:
    """Counts."""

    def __init__(self) -> None:
        self.targets: Counter[str] = Counter()
        self.chosen = 0
        self.refs: dict[str, Event] = {}
        """By target, an event that goes there."""
        self._errors: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._not_chosen = 0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._samples: list[Event] = []

    def add(self, event: Event | Unreplayable | None) -> None:
        """Count one."""
        if event is None:
            self._not_chosen += 1
        elif isinstance(event, Unreplayable):
            self._reasons[event.why] += 1
        else:
            self._event(event)

    def _event(self, event: Event) -> None:
        self.chosen += 1
        line = event.line
        kind = line.error_type or line.condition or "unknown"
        if kind in self._errors or len(self._errors) < _KINDS:
            self._errors[kind] += 1
        target = event.target.name if event.target.qualifier == LATEST else str(event.target)
        self.targets[target] += 1
        self.refs.setdefault(target, event)
        self._first = min(self._first or line.time, line.time)
        self._last = max(self._last or line.time, line.time)
        if len(self._samples) < SAMPLES:
            self._samples.append(event)

    def summary(self, sources: Iterable[Source], complete: bool) -> ReplaySummary:
        """Give what was counted."""
        return ReplaySummary(
            sources=tuple(source.label for source in sources),
            chosen=self.chosen,
            complete=complete,
            first=self._first,
            last=self._last,
            errors=tuple(self._errors.most_common(_SHOWN)),
            targets=tuple(self.targets.most_common(_SHOWN)),
            samples=tuple(self._samples),
            not_chosen=self._not_chosen,
            not_replayable=dict(self._reasons),
        )


class Reread:
    """A source that was looked at, and is read from the beginning all the same."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: deque[Found] = deque()
        self._size = 0
        self.complete = False
        """Whether all of it has been looked at."""
        self.identity, self.label, self.loops = source.identity, source.label, source.loops
        self.holds, self.remove, self.leave = source.holds, source.remove, source.leave
        self.close = source.close

    @property
    def exhausted(self) -> bool:
        """Whether everything that is there has been given."""
        return not self._kept and self._source.exhausted

    def take(self, at_most: int) -> list[Found]:
        """Give what was looked at, then the rest."""
        if self._kept:
            return [self._kept.popleft() for _ in range(min(at_most, len(self._kept)))]
        return self._source.take(at_most)

    def rewind(self) -> bool:
        """Say no."""
        return False

    def look(self, limits: Limits) -> Iterator[Found]:
        """Give everything that is there, keeping what could not be read again; ends early where that is too much."""
        again = self._source.rewind()
        while not self._source.exhausted:
            found = self._source.take(_AT_ONCE)
            if not found:
                sleep(_IDLE_SECONDS)
            if not again:
                self._kept.extend(found)
                self._size += sum(len(each.message.body) for each in found)
            yield from found
            if len(self._kept) >= limits.messages or self._size >= limits.size:
                return
        self.complete = True
        if again:
            self._source.rewind()


def survey(sources: Iterable[Reread], look: Look, glance: Look, limits: Limits | None = None) -> tuple[Survey, bool]:
    """Look at everything, closely at the first; gives the counts, and whether that was really everything."""
    counted = Survey()
    looked = list(sources)
    for source in looked:
        for found in source.look(limits or Limits()):
            counted.add((look if counted.chosen < SAMPLES else glance)(source.identity, found))
    return counted, all(source.complete for source in looked)
