"""Functions as the emulator holds them, and events run in them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.code import CodeStore
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.worker import Code, command_for
from lambda_dest_cli.local.workers import Ran, Workers
from lambda_dest_cli.model.function_ref import LATEST

_NOT_FOUND = 404
_KEPT_SECONDS = 1.0
"""How long what was read is believed, should a change have come by a way that does not call ``forget``."""


@dataclass(frozen=True, slots=True)
class LocalFunction:
    """A function under one qualifier, as of the last write to it."""

    key: FunctionKey
    version: str
    role: str
    dead_letter: str
    runtime: str
    handler: str
    timeout: int
    memory: int
    environment: tuple[tuple[str, str], ...]
    sha256: str
    """Of its code, in base64 as Lambda gives it."""
    reserved: int | None
    """Reserved concurrency; 0 means that nothing may run."""


class LocalFunctions:
    """Reads functions and runs events in them."""

    def __init__(self, backend: Backend, endpoint: str) -> None:
        self._backend = backend
        self._known: dict[FunctionKey, tuple[float, LocalFunction | None]] = {}
        self._store = CodeStore(backend)
        self._workers = Workers(endpoint)
        self._commands: dict[str, list[str] | None] = {}

    def forget(self) -> None:
        """Forget what was read, after any write to Lambda; warm workers of what has not changed stay."""
        self._known.clear()

    async def get(self, key: FunctionKey) -> LocalFunction | None:
        """Read a function; None when it, or its qualifier, does not exist."""
        until, found = self._known.get(key, (0.0, None))
        if until < time.monotonic():
            found = await self._read(key)
            self._known[key] = (time.monotonic() + _KEPT_SECONDS, found)
        return found

    async def may_loop(self, key: FunctionKey) -> bool:
        """Say whether its owner allows recursive loops (PutFunctionRecursionConfig)."""
        try:
            return (await self._ask(key, "GetFunctionRecursionConfig")).get("RecursiveLoop") == "Allow"
        except ApiFault:
            return False

    async def run(self, function: LocalFunction, request_id: str, payload: bytes) -> Ran:
        """Run one event in a warm worker and give its answer and what it printed."""
        if function.runtime not in self._commands:  # which looks through the search path, and is the same all along
            self._commands[function.runtime] = command_for(function.runtime)
        command = self._commands[function.runtime]
        if command is None:
            return await self._run_in_emulator(function, payload)
        code = Code(
            function.key.unqualified_arn, function.version, function.runtime, function.handler,
            await self._store.folder(function.key, function.version, function.sha256),
            function.environment, function.timeout, function.memory,
        )  # fmt: skip
        return await self._workers.run(code, command, request_id, payload, _invoked_arn(function.key))

    async def reset(self) -> None:
        """End every worker and remove the unpacked code; more can be run afterwards."""
        self.forget()
        await self._workers.stop()
        self._store.remove()

    async def _read(self, key: FunctionKey) -> LocalFunction | None:
        try:
            answer = await self._ask(key, "GetFunctionConfiguration", Qualifier=key.qualifier)
            limit = await self._ask(key, "GetFunctionConcurrency")
        except ApiFault as fault:
            if fault.status == _NOT_FOUND:
                return None
            raise
        return _function(key, answer, limit.get("ReservedConcurrentExecutions"))

    async def _run_in_emulator(self, function: LocalFunction, payload: bytes) -> Ran:
        """Run where there is no runtime interface client of ours; the request id is then the emulator's own."""
        answer = await self._ask(function.key, "Invoke", Qualifier=function.key.qualifier, Payload=payload)
        body = answer["Payload"]
        return Ran(Answer(body if isinstance(body, bytes) else body.read(), failed="FunctionError" in answer))

    async def _ask(self, key: FunctionKey, operation: str, **params: object) -> dict[str, Any]:
        return await self._backend.call(
            "lambda", operation, {"FunctionName": key.name, **params}, account=key.account, region=key.region
        )


def _invoked_arn(key: FunctionKey) -> str:
    """Give what a handler is told; recorded against AWS: without a qualifier, where the record has $LATEST."""
    return key.unqualified_arn if key.qualifier == LATEST else key.arn


def _function(key: FunctionKey, answer: Mapping[str, Any], reserved: int | None) -> LocalFunction:
    environment = answer.get("Environment", {}).get("Variables", {})
    return LocalFunction(
        key=key,
        version=answer.get("Version", LATEST),
        role=answer["Role"],
        dead_letter=answer.get("DeadLetterConfig", {}).get("TargetArn", ""),
        runtime=answer.get("Runtime", ""),
        handler=answer.get("Handler", ""),
        timeout=answer.get("Timeout", 3),
        memory=answer.get("MemorySize", 128),
        environment=tuple(sorted(environment.items())),
        sha256=answer.get("CodeSha256", ""),
        reserved=reserved,
    )
