"""Events waiting for their turn: one lane a function, a few runners a lane, and a shelf for those that wait longer."""

import asyncio
import heapq
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.event import Event
from lambda_dest_cli.local.invocation import FunctionKey

RUNNERS = 4
"""Events of one function that run at once."""
MOST_AT_ONCE = 16
"""Events of all functions together that run at once."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    events: deque[Event] = field(default_factory=deque)
    runners: int = 0
    running: int = 0


class Lanes:
    """Holds events and gives each to ``take`` when its time has come."""

    def __init__(self, clock: Clock, take: Callable[[Event], Awaitable[None]]) -> None:
        self._clock = clock
        self._take = take
        self._lanes: dict[FunctionKey, _Lane] = defaultdict(_Lane)
        self._shelf: list[tuple[float, int, Event]] = []
        self._shelved = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0
        self._queued = 0
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    def __len__(self) -> int:
        return self._queued + len(self._shelf) + self._running

    def waiting(self) -> Mapping[str, int]:
        """Count the events of each function, as ``NAME:QUALIFIER``, that wait or run."""
        found: Counter[str] = Counter()
        for function, lane in self._lanes.items():
            found[_name(function)] += len(lane.events) + lane.running
        for _, _, event in self._shelf:
            found[_name(event.invocation.function)] += 1
        return +found

    def add(self, event: Event) -> None:
        """Let an event run as soon as a runner is free."""
        lane = self._lanes[event.invocation.function]
        lane.events.append(event)
        self._queued += 1
        if lane.runners < RUNNERS:
            lane.runners += 1
            self._start(self._run(event.invocation.function, lane))

    def add_later(self, event: Event, seconds: float) -> None:
        """Let an event wait that many of AWS's seconds first."""
        event.rest(seconds, self._clock.real())
        self._shelved += 1
        heapq.heappush(self._shelf, (self._clock.now() + seconds, self._shelved, event))
        self._start(self._unshelve(seconds))

    async def stop(self) -> Mapping[str, int]:
        """Stop running events and give how many were left of each function."""
        left = self.waiting()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        self._shelf.clear()
        self._queued = 0
        return left

    async def _run(self, function: FunctionKey, lane: _Lane) -> None:
        try:
            while lane.events:
                await self._run_next(lane)
        finally:
            lane.runners -= 1
            if not lane.events and not lane.runners:
                self._lanes.pop(function, None)

    async def _run_next(self, lane: _Lane) -> None:
        async with self._room:
            if not lane.events:  # another runner of the lane took the last one meanwhile
                return
            event = lane.events.popleft()
            self._queued -= 1
            self._running += 1
            lane.running += 1
            try:
                await self._take(event)
            except Exception:  # noqa: BLE001 - one event that breaks must not end its lane
                _log.exception("event %s of %s was lost", event.request_id, event.invocation.function.arn)
            finally:
                self._running -= 1
                lane.running -= 1

    async def _unshelve(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        # Each sleep takes one event off, the first that is due, even if the clock woke it a hair too early.
        event = heapq.heappop(self._shelf)[2]
        event.wake(self._clock.real())
        self.add(event)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _name(function: FunctionKey) -> str:
    return f"{function.name}:{function.qualifier}"
