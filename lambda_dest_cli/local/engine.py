"""Lambda's asynchronous invocation: an event is accepted at once, run later, retried, and its outcome delivered.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
"""

import asyncio
import json
import logging
import time
from uuid import uuid4

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.delivery import Delivery, Undeliverable
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction, LocalFunctions
from lambda_dest_cli.local.invocation import MAXIMUM_HOPS, Answer, Invocation
from lambda_dest_cli.local.invoke_config import ConfigStore, StoredConfig
from lambda_dest_cli.local.lanes import Event, Lanes
from lambda_dest_cli.local.logs import Logs
from lambda_dest_cli.local.metrics import Metrics
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.records import Ending
from lambda_dest_cli.local.retries import delay_before_retry
from lambda_dest_cli.local.targets import MEGABYTE

_log = logging.getLogger(__name__)
_MOST_WAITING = 10_000
_FLUSH_SECONDS = 0.5
_NO_CONCURRENCY = "Function not invoked. Function isconfigured with zero reserved concurrent executions"
"""The dead letter's words, with AWS's own missing space (captures of Sept 2026)."""


class Engine:
    """Accepts, runs, retries and delivers."""

    def __init__(self, backend: Backend, configs: ConfigStore, clock: Clock, endpoint: str = "") -> None:
        self._configs = configs
        self._clock = clock
        self.permissions = Permissions(backend)
        self.functions = LocalFunctions(backend, endpoint)
        self._metrics = Metrics(backend)
        self._logs = Logs(backend)
        self._delivery = Delivery(backend, self.permissions, self.accept)
        self._lanes = Lanes(clock, self._attempt)
        self._flusher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to send metrics now and then."""
        self._flusher = asyncio.create_task(self._flush())

    async def stop(self) -> int:
        """Stop everything and give how many events were left in the queue."""
        left = await self._lanes.stop()
        if self._flusher:
            self._flusher.cancel()
        await self.functions.stop()
        return left

    def queued(self) -> int:
        """Give how many events wait or run."""
        return len(self._lanes)

    def forget(self) -> None:
        """Forget what was read of functions and roles, after a write to either."""
        self.functions.forget()
        self.permissions.forget()

    async def reset(self) -> None:
        """Drop every event, and everything that was read."""
        await self._lanes.stop()
        self.forget()
        self._logs.forget()

    async def accept(self, invocation: Invocation) -> str:
        """Put an event on the queue and give its request id; raises ApiFault as Invoke does."""
        _check_payload(invocation.payload)
        if await self.functions.get(invocation.function) is None:
            raise ApiFault(404, "ResourceNotFoundException", f"Function not found: {invocation.function.arn}")
        if len(self._lanes) >= _MOST_WAITING:
            raise ApiFault(429, "TooManyRequestsException", "Rate Exceeded.")
        request_id = str(uuid4())
        self._metrics.add("AsyncEventsReceived", invocation.function)
        self._lanes.add(Event(invocation, request_id, self._clock.now()))
        return request_id

    async def invoke(self, invocation: Invocation) -> Answer:
        """Run an event while the caller waits; neither retries nor destinations apply."""
        if invocation.payload.strip():
            _check_json(invocation.payload)
        function = await self.functions.get(invocation.function)
        if function is None:
            raise ApiFault(404, "ResourceNotFoundException", f"Function not found: {invocation.function.arn}")
        if function.reserved == 0:
            raise ApiFault(429, "TooManyRequestsException", "Rate Exceeded.")
        ending = await self._run(function, invocation.payload, str(uuid4()), 1)
        headers = {"X-Amz-Executed-Version": function.version}
        if ending.function_error:
            headers["X-Amz-Function-Error"] = ending.function_error
        return Answer(200, headers, ending.response or b"")

    async def _attempt(self, event: Event) -> None:
        """Make one attempt, then deliver or wait for the next. Configuration and role are read afresh each time."""
        key = event.invocation.function
        try:
            function = await self.functions.get(key)
            config = self._configs.get(key) or StoredConfig()
            ending = await self._try(event, function)
            if not ending.succeeded and ending.condition != "ZeroReservedConcurrency":
                wait, condition = delay_before_retry(event.attempts, self._clock.now() - event.accepted, config)
                if wait is not None:
                    self._lanes.add_later(event, wait)
                    return
                ending = _ended(ending, condition)
            await self._finish(event, function, config, ending)
        except ApiFault:
            _log.exception("event %s of %s was lost", event.request_id, key.arn)

    async def _try(self, event: Event, function: LocalFunction | None) -> Ending:
        key = event.invocation.function
        if function is not None and function.reserved == 0:
            return Ending("ZeroReservedConcurrency", 0, message=_NO_CONCURRENCY)
        event.attempts += 1
        if function is None:
            return Ending("", event.attempts, 404, message=f"Function not found: {key.arn}")
        if event.invocation.hops.get(key.unqualified_arn, 0) >= MAXIMUM_HOPS:
            self._metrics.add("RecursiveInvocationsDropped", key)
            return Ending("RecursiveInvocation", event.attempts, 400, message="Lambda detected a recursive loop.")
        self._metrics.add("AsyncEventAge", key, (self._clock.now() - event.accepted) * 1000)
        return await self._run(function, event.invocation.payload, event.request_id, event.attempts)

    async def _run(self, function: LocalFunction, payload: bytes, request_id: str, attempts: int) -> Ending:
        self._metrics.add("Invocations", function.key)
        started = time.monotonic()
        answer, printed = await self.functions.run(function, request_id, payload or b"{}")
        await self._logs.write(function, request_id, printed, time.monotonic() - started)
        if answer.failed:
            self._metrics.add("Errors", function.key)
            return Ending("", attempts, 200, function.version, "Unhandled", answer.body)
        return Ending("Success", attempts, 200, function.version, None, answer.body)

    async def _finish(self, event: Event, function: LocalFunction | None, config: StoredConfig, ending: Ending) -> None:
        key = event.invocation.function
        if not ending.succeeded:
            self._metrics.add("AsyncEventsDropped", key)
        if function is None:
            return  # with the function its role has gone, and nobody is left to deliver
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

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            await self._metrics.flush()


def _ended(ending: Ending, condition: str) -> Ending:
    return Ending(
        ending.condition or condition, ending.attempts, ending.status, ending.version, ending.function_error,
        ending.response, ending.message,
    )  # fmt: skip


def _check_payload(payload: bytes) -> None:
    if len(payload) > MEGABYTE:
        words = f"Request must be smaller than {MEGABYTE} bytes for the InvokeFunction operation"
        raise ApiFault(413, "RequestTooLargeException", words)
    if payload.strip():
        _check_json(payload)


def _check_json(payload: bytes) -> None:
    try:
        json.loads(payload)
    except (ValueError, RecursionError) as error:
        words = f"Could not parse request body into json: {error}"
        raise ApiFault(400, "InvalidRequestContentException", words) from error
