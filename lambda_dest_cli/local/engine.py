"""Lambda's asynchronous invocation: an event is accepted at once, run later, retried, and its outcome delivered.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.delivery import Delivery
from lambda_dest_cli.local.event import Event
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction, LocalFunctions
from lambda_dest_cli.local.invocation import MAXIMUM_HOPS, Answer, FunctionKey, Invocation
from lambda_dest_cli.local.invoke_config import ConfigStore, StoredConfig
from lambda_dest_cli.local.lanes import Lanes
from lambda_dest_cli.local.metrics import Metrics
from lambda_dest_cli.local.parcels import Undeliverable
from lambda_dest_cli.local.payload import QUEUE_BYTES, checked
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.records import Ending
from lambda_dest_cli.local.retries import delay_after_refusal, delay_before_retry
from lambda_dest_cli.local.runs import Runs

_log = logging.getLogger(__name__)
_MOST_WAITING = 10_000
_FLUSH_SECONDS = 0.5
_NO_CONCURRENCY = "Function not invoked. Function isconfigured with zero reserved concurrent executions"
"""The dead letter's words, with AWS's own missing space (captures of Sept 2026)."""
_THROTTLED = 429
_BROKEN = 500


class Engine:
    """Accepts, runs, retries and delivers."""

    def __init__(
        self,
        backend: Backend,
        configs: ConfigStore,
        clock: Clock,
        endpoint: str = "",
        functions: LocalFunctions | None = None,
        permissions: Permissions | None = None,
    ) -> None:
        """``endpoint`` is what handlers find AWS at; ``functions`` is what runs them, where not our own workers.

        ``permissions`` is how Lambda sees roles, where not as they are.
        """
        self._configs = configs
        self._clock = clock
        self.permissions = permissions or Permissions(backend)
        self._metrics = Metrics(backend)
        self.functions = functions or LocalFunctions(backend, endpoint)
        self._runs = Runs(backend, self._metrics, clock, self.functions)
        self._delivery = Delivery(backend, self.permissions, self.accept)
        self._lanes = Lanes(clock, self._attempt)
        self._flusher: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        """Begin to send metrics and logs now and then."""
        self._flusher = asyncio.create_task(self._keep_flushing())

    async def stop(self) -> Mapping[str, int]:
        """Take no more events, stop everything, and give how many were left of each function (``NAME:QUALIFIER``)."""
        self._stopped = True
        if self._flusher:
            self._flusher.cancel()
        return await self._drop()

    def queued(self) -> Mapping[str, int]:
        """Give how many events of each function (``NAME:QUALIFIER``) wait or run."""
        return self._lanes.waiting()

    def forget(self) -> None:
        """Forget what was read of functions, roles and destinations, after a write to one of them."""
        self.functions.forget()
        self.permissions.forget()
        self._delivery.forget()

    async def reset(self) -> None:
        """Drop every event, every worker, and everything that was read."""
        await self._drop()
        self.forget()

    async def accept(self, invocation: Invocation) -> str:
        """Put an event on the queue and give its request id; raises ApiFault as Invoke does."""
        if self._stopped:
            raise ApiFault(503, "ServiceUnavailableException", "The embedded AWS is being stopped.")
        payload = checked(invocation.payload, QUEUE_BYTES)
        function = await self._existing(invocation.function)
        if len(self._lanes) >= _MOST_WAITING:
            raise ApiFault(_THROTTLED, "TooManyRequestsException", "Rate Exceeded.", "CallerRateLimitExceeded")
        request_id = str(uuid4())
        self._metrics.add("AsyncEventsReceived", invocation.function)
        config = self._configs.get(invocation.function) or StoredConfig()
        self._lanes.add(Event(replace(invocation, payload=payload), request_id, function, config, self._clock.real()))
        return request_id

    async def invoke(self, invocation: Invocation) -> Answer:
        """Run an event while the caller waits; neither retries nor destinations apply. Raises ApiFault."""
        payload = checked(invocation.payload)
        function = await self._existing(invocation.function)
        request_id = str(uuid4())
        ending = await self._runs.run(function, payload, request_id, 1)
        if ending is None:
            reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
            raise ApiFault(_THROTTLED, "TooManyRequestsException", "Rate Exceeded.", reason)
        headers = {"X-Amz-Executed-Version": function.version, "x-amzn-RequestId": request_id}
        if ending.function_error:
            headers["X-Amz-Function-Error"] = ending.function_error
        return Answer(200, headers, ending.response or b"", ending.log)

    async def _existing(self, key: FunctionKey) -> LocalFunction:
        function = await self.functions.get(key)
        if function is None:
            raise ApiFault(404, "ResourceNotFoundException", f"Function not found: {key.arn}")
        return function

    async def _attempt(self, event: Event) -> None:
        """Make one attempt, then deliver or wait for the next."""
        status = _THROTTLED
        try:
            ending = await self._try(event)
        except Exception:  # noqa: BLE001 - whatever broke is a system error, after which AWS tries again too
            _log.exception("event %s of %s goes back to the queue", event.request_id, event.invocation.function.arn)
            ending, status = None, _BROKEN
        wait, last = self._what_next(event, ending, status)
        if wait is None:
            await self._finish(event, last)
        else:
            self._lanes.add_later(event, wait)

    def _what_next(self, event: Event, ending: Ending | None, status: int) -> tuple[float | None, Ending]:
        """Give how long to wait, None for no more, and how it ended so far."""
        age = event.age(self._clock.real())
        if ending is None:
            wait = delay_after_refusal(event.refusals, age, event.config)
            event.refusals += 1
            last = event.last or Ending("", event.attempts, status, message="Rate Exceeded.")
            return wait, replace(last, condition="EventAgeExceeded")
        if ending.condition:
            return None, ending
        event.last = ending
        wait, condition = delay_before_retry(event.attempts, age, event.config)
        return wait, replace(ending, condition=condition)

    async def _try(self, event: Event) -> Ending | None:
        """Run the event, with configuration and role read afresh: what came of it, or None when it was throttled."""
        key = event.invocation.function
        function = await self.functions.get(key)
        if function is None:
            event.attempts += 1
            return Ending("", event.attempts, 404, message=f"Function not found: {key.arn}")
        event.function = function
        event.config = self._configs.get(key) or StoredConfig()
        if function.reserved == 0:
            return Ending("ZeroReservedConcurrency", event.attempts, message=_NO_CONCURRENCY)
        if event.invocation.hops.get(key.unqualified_arn, 0) >= MAXIMUM_HOPS and not await self.functions.may_loop(key):
            self._metrics.add("RecursiveInvocationsDropped", key)
            return Ending("RecursiveInvocation", event.attempts, 400, message="Lambda detected a recursive loop.")
        age = event.age(self._clock.real())
        ending = await self._runs.run(function, event.invocation.payload, event.request_id, event.attempts + 1)
        if ending is not None:
            event.attempts += 1
            self._metrics.add("AsyncEventAge", key, age * 1000)
        return ending

    async def _finish(self, event: Event, ending: Ending) -> None:
        """Count it and deliver. A function that was deleted meanwhile delivers as it would have."""
        key, function, config = event.invocation.function, event.function, event.config
        self._metrics.add("AsyncEventsDropped", key, 0.0 if ending.succeeded else 1.0)
        destination = config.on_success if ending.succeeded else config.on_failure
        if destination:
            try:
                await self._delivery.record(function, event.invocation, event.request_id, ending, destination)
            except Undeliverable as problem:
                _log.warning("record of %s dropped: %s", event.request_id, problem)
                self._metrics.add("DestinationDeliveryFailures", key)
        if function.dead_letter and not ending.succeeded:
            try:
                await self._delivery.dead_letter(function, event.invocation, event.request_id, ending)
            except Undeliverable as problem:
                _log.warning("dead letter of %s dropped: %s", event.request_id, problem)
                self._metrics.add("DeadLetterErrors", key)

    async def flush(self) -> None:
        """Send metrics and logs to where they are read."""
        await self._metrics.flush()
        await self._runs.flush()

    async def _keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self.flush()

    async def _drop(self) -> Mapping[str, int]:
        left = await self._lanes.stop()
        await self._runs.reset()
        return left
