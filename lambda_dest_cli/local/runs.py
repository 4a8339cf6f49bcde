"""One run of a function: within its reserved concurrency, with its metrics and its log."""

from collections import Counter

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.functions import LocalFunction, LocalFunctions
from lambda_dest_cli.local.logs import Logs
from lambda_dest_cli.local.metrics import Metrics
from lambda_dest_cli.local.records import Ending


class Runs:
    """Runs functions."""

    def __init__(self, backend: Backend, metrics: Metrics, clock: Clock, functions: LocalFunctions) -> None:
        self._functions = functions
        self._metrics = metrics
        self._clock = clock
        self._logs = Logs(backend)
        self._running: Counter[str] = Counter()

    async def reset(self) -> None:
        """End every worker and forget everything."""
        await self._functions.reset()
        self._logs.forget()

    async def flush(self) -> None:
        """Send what functions printed to where logs are read."""
        await self._logs.flush()

    async def run(self, function: LocalFunction, payload: bytes, request_id: str, attempt: int) -> Ending | None:
        """Run one event: how it ended, without a condition where it failed. None when it is throttled.

        Raises ApiFault, OSError and zipfile.BadZipFile where the function cannot be run at all.
        """
        of_all_qualifiers = function.key.unqualified_arn
        if function.reserved is not None and self._running[of_all_qualifiers] >= function.reserved:
            self._metrics.add("Throttles", function.key)
            return None
        self._running[of_all_qualifiers] += 1
        try:
            started = self._clock.real()
            ran = await self._functions.run(function, request_id, payload)
            seconds = self._clock.real() - started
        finally:
            self._running[of_all_qualifiers] -= 1
            if not self._running[of_all_qualifiers]:
                del self._running[of_all_qualifiers]
        self._metrics.add("Invocations", function.key)
        log = self._logs.add(function, request_id, ran, seconds)
        if ran.answer.failed:
            self._metrics.add("Errors", function.key)
            return Ending("", attempt, 200, function.version, "Unhandled", ran.answer.body, log=log)
        return Ending("Success", attempt, 200, function.version, None, ran.answer.body, log=log)
