"""Functions as the emulator holds them: their facts, their code unpacked, and warm workers to run them."""

import asyncio
import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.worker import Code, Worker, command_for, worker_environment
from lambda_dest_cli.model.function_ref import LATEST

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class LocalFunction:
    """A function under one qualifier, as of the last write to it. ``revision`` tells one code from another."""

    key: FunctionKey
    version: str
    role: str
    dead_letter: str
    runtime: str
    handler: str
    timeout: int
    environment: tuple[tuple[str, str], ...]
    revision: str
    reserved: int | None
    """Reserved concurrency; 0 means that nothing may run."""


class LocalFunctions:
    """Reads functions and runs events in them."""

    def __init__(self, backend: Backend, endpoint: str) -> None:
        self._backend = backend
        self.endpoint = endpoint
        self._known: dict[FunctionKey, LocalFunction | None] = {}
        self._folders: dict[str, Path] = {}
        self._idle: dict[Code, list[Worker]] = {}
        self._root = Path(tempfile.mkdtemp(prefix="lds-local-code-"))

    def forget(self) -> None:
        """Forget what was read, after any write to Lambda; warm workers of what has not changed stay."""
        self._known.clear()

    async def get(self, key: FunctionKey) -> LocalFunction | None:
        """Read a function; None when it, or its qualifier, does not exist."""
        if key not in self._known:
            self._known[key] = await self._read(key)
        return self._known[key]

    async def run(self, function: LocalFunction, request_id: str, payload: bytes) -> tuple[Answer, list[str]]:
        """Run one event in a warm worker and give its answer and what it printed."""
        command = command_for(function.runtime)
        if command is None:
            return await self._run_in_emulator(function, payload), []
        code = await self._code(function)
        idle = self._idle.setdefault(code, [])
        worker = idle.pop() if idle else await self._start(code, command, function.key)
        answer = await worker.run(request_id, payload, function.key.arn)
        printed = list(worker.lines)
        worker.lines.clear()
        if worker.alive:
            idle.append(worker)
        else:
            await worker.stop()
        return answer, printed

    async def stop(self) -> None:
        """End every worker and remove the unpacked code."""
        workers = [worker for idle in self._idle.values() for worker in idle]
        self._idle.clear()
        await asyncio.gather(*(worker.stop() for worker in workers))
        self._folders.clear()
        shutil.rmtree(self._root, ignore_errors=True)

    async def _start(self, code: Code, command: list[str], key: FunctionKey) -> Worker:
        worker = Worker(code)
        await worker.start(command, worker_environment(code, key.account, key.region, self.endpoint))
        return worker

    async def _read(self, key: FunctionKey) -> LocalFunction | None:
        try:
            answer = await self._ask(key, "GetFunctionConfiguration", Qualifier=key.qualifier)
            limit = await self._ask(key, "GetFunctionConcurrency")
        except ApiFault as fault:
            if fault.status == _NOT_FOUND:
                return None
            raise
        return _function(key, answer, limit.get("ReservedConcurrentExecutions"))

    async def _code(self, function: LocalFunction) -> Code:
        if function.revision not in self._folders:
            self._folders[function.revision] = await self._unpack(function)
        return Code(
            function.key.name, function.version, function.runtime, function.handler,
            self._folders[function.revision], function.environment, function.timeout,
        )  # fmt: skip

    async def _unpack(self, function: LocalFunction) -> Path:
        answer = await self._ask(function.key, "GetFunction", Qualifier=function.key.qualifier)
        url = urlsplit(answer["Code"]["Location"])
        _, _, packed = await self._backend.request("GET", url.path, url.query, {"Host": "127.0.0.1"}, b"")
        folder = Path(tempfile.mkdtemp(dir=self._root))
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(folder)
        return folder

    async def _run_in_emulator(self, function: LocalFunction, payload: bytes) -> Answer:
        """Run where there is no runtime interface client of ours; the request id is then the emulator's own."""
        answer = await self._backend.call(
            "lambda", "Invoke",
            {"FunctionName": function.key.name, "Qualifier": function.key.qualifier, "Payload": payload},
            account=function.key.account, region=function.key.region,
        )  # fmt: skip
        body = answer["Payload"]
        return Answer(body if isinstance(body, bytes) else body.read(), failed="FunctionError" in answer)

    async def _ask(self, key: FunctionKey, operation: str, **params: str) -> dict[str, Any]:
        return await self._backend.call(
            "lambda", operation, {"FunctionName": key.name, **params}, account=key.account, region=key.region
        )


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
        environment=tuple(sorted(environment.items())),
        revision=f"{answer.get('CodeSha256', '')} {key.unqualified_arn} {answer.get('Version', '')}",
        reserved=reserved,
    )
