"""Events waiting for their turn: one lane a function, a few runners a lane, and a shelf for those that wait longer."""

import asyncio
import heapq
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.invocation import FunctionKey, Invocation

RUNNERS = 4
"""Events of one function that run at once."""


@dataclass(slots=True)
class Event:
    """An accepted event. ``accepted`` is in AWS's seconds; ``attempts`` counts those made."""

    invocation: Invocation
    request_id: str
    accepted: float
    attempts: int = 0


@dataclass(slots=True)
class _Lane:
    events: deque[Event] = field(default_factory=deque)
    runners: int = 0


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

    def __len__(self) -> int:
        return sum(len(lane.events) for lane in self._lanes.values()) + len(self._shelf) + self._running

    def add(self, event: Event) -> None:
        """Let an event run as soon as a runner is free."""
        lane = self._lanes[event.invocation.function]
        lane.events.append(event)
        if lane.runners < RUNNERS:
            lane.runners += 1
            self._start(self._run(event.invocation.function, lane))

    def add_later(self, event: Event, seconds: float) -> None:
        """Let an event wait that many of AWS's seconds first."""
        self._shelved += 1
        heapq.heappush(self._shelf, (self._clock.now() + seconds, self._shelved, event))
        self._start(self._unshelve(seconds))

    async def stop(self) -> int:
        """Stop running events and give how many were left."""
        left = len(self)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        self._shelf.clear()
        return left

    async def _run(self, function: FunctionKey, lane: _Lane) -> None:
        try:
            while lane.events:
                self._running += 1
                try:
                    await self._take(lane.events.popleft())
                finally:
                    self._running -= 1
        finally:
            lane.runners -= 1
            if not lane.events and not lane.runners:
                self._lanes.pop(function, None)

    async def _unshelve(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        while self._shelf and self._shelf[0][0] <= self._clock.now():
            self.add(heapq.heappop(self._shelf)[2])

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
