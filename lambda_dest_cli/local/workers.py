"""The pool of warm workers: lends one to each event, and keeps few enough of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.worker import Code, Worker

_MOST_OF_ONE = 10
"""Workers of one version of one function, at most."""
_MOST_IDLE = 16
"""Workers that are kept warm, of all functions together."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one event: the answer, and what was printed to which log stream."""

    answer: Answer
    printed: Sequence[str] = ()
    log_stream: str = ""


class Workers:
    """Starts workers as they are needed. ``endpoint`` is what handlers find AWS at."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._idle: list[tuple[Code, Worker]] = []
        self._all: set[Worker] = set()
        self._room: dict[Code, asyncio.Semaphore] = {}

    async def run(self, code: Code, command: list[str], request_id: str, payload: bytes, function_arn: str) -> Ran:
        """Run one event in a worker of this code, once there is room for one. Raises OSError."""
        if code not in self._room:
            await self._retire_older(code)
        async with self._room.setdefault(code, asyncio.Semaphore(_MOST_OF_ONE)):
            while True:
                worker = self._warm(code) or await self._start(code, command)
                try:
                    answer = await worker.run(request_id, payload, function_arn)
                    printed = list(worker.lines)
                finally:
                    worker.lines.clear()
                    await self._take_back(code, worker)
                if answer is not None:
                    return Ran(answer, printed, worker.log_stream)

    async def stop(self) -> None:
        """End every worker, those in the middle of an event too."""
        workers = list(self._all)
        self._all.clear()
        self._idle.clear()
        self._room.clear()
        await asyncio.gather(*(worker.stop() for worker in workers))

    def _warm(self, code: Code) -> Worker | None:
        """Give the idle worker of this code that ran last."""
        for index in range(len(self._idle) - 1, -1, -1):
            if self._idle[index][0] == code:
                return self._idle.pop(index)[1]
        return None

    async def _start(self, code: Code, command: list[str]) -> Worker:
        worker = Worker(code)
        self._all.add(worker)
        try:
            await worker.start(command, self._endpoint)
        except BaseException:  # also when the event was cancelled meanwhile
            await self._end(worker)
            raise
        return worker

    async def _take_back(self, code: Code, worker: Worker) -> None:
        if not worker.alive or worker not in self._all or code not in self._room:
            await self._end(worker)
            return
        self._idle.append((code, worker))
        if len(self._idle) > _MOST_IDLE:
            await self._end(self._idle.pop(0)[1])

    async def _retire_older(self, code: Code) -> None:
        """End the idle workers of what this version of the function was before it changed."""
        same = (code.function_arn, code.version)
        for older in [each for each in self._room if (each.function_arn, each.version) == same]:
            del self._room[older]
        retired = [worker for each, worker in self._idle if (each.function_arn, each.version) == same]
        self._idle = [(each, worker) for each, worker in self._idle if worker not in retired]
        await asyncio.gather(*(self._end(worker) for worker in retired))

    async def _end(self, worker: Worker) -> None:
        self._all.discard(worker)
        await worker.stop()
