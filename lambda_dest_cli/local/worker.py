"""Warm worker processes: each runs one version of one function behind the Runtime API, one event at a time."""

import asyncio
import json
import os
import shutil
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lambda_dest_cli.local.runtime_api import Answer, RuntimeApi, Work

_BOOTSTRAP = Path(__file__).with_name("node_bootstrap.mjs")
_RESPONSE_BYTES = 6_291_556
"""The largest result that Lambda takes, by its own words (recorded on AWS, Nov 2025)."""
_LINES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Code:
    """What a worker runs. Two of the same are interchangeable."""

    function: str
    version: str
    runtime: str
    handler: str
    folder: Path
    environment: tuple[tuple[str, str], ...]
    timeout: int
    """Seconds that one event may take; real ones, whatever the time scale."""


def runtimes() -> dict[str, str]:
    """Say what runs functions here, by language."""
    node = shutil.which("node")
    python = "awslambdaric" if find_spec("awslambdaric") else "the emulator's own execution"
    return {"python": python, "nodejs": f"{node} behind the Runtime API" if node else "not installed"}


def command_for(runtime: str) -> list[str] | None:
    """Give the command that runs a runtime's functions; None where the emulator's own execution must serve."""
    if runtime.startswith("python") and find_spec("awslambdaric"):
        return [sys.executable, "-m", "awslambdaric"]
    node = shutil.which("node")
    return [node, str(_BOOTSTRAP)] if runtime.startswith("nodejs") and node else None


class Worker:
    """One process. ``run`` gives it one event and waits; a worker that timed out or died is no longer ``alive``."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._api = RuntimeApi(self._settle, self._init_failed)
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: tuple[str, asyncio.Future[Answer]] | None = None
        self._init_error: bytes | None = None
        self._watch: asyncio.Task[None] | None = None
        self.lines: deque[str] = deque(maxlen=_LINES_KEPT)
        """What the handler printed and nobody took yet."""

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return self._process is not None and self._process.returncode is None and self._waiting is None

    async def start(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Start the process; it is reachable once it asks for work."""
        address = await self._api.start()
        handler = [self._code.handler] if command[-1] == "awslambdaric" else []
        self._process = await asyncio.create_subprocess_exec(
            *command, *handler,
            cwd=self._code.folder, env={**environment, "AWS_LAMBDA_RUNTIME_API": address},
            stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        self._watch = asyncio.create_task(self._watch_process())

    async def run(self, request_id: str, payload: bytes, function_arn: str) -> Answer:
        """Run one event and give what came of it; never raises for what a handler does."""
        if self._process is None or self._process.returncode is not None:
            return self._gone(request_id)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting = (request_id, future)
        deadline = int((time.time() + self._code.timeout) * 1000)
        self._api.give(Work(request_id, payload, function_arn, deadline))
        try:
            answer = await asyncio.wait_for(future, self._code.timeout)
        except TimeoutError:
            await self.stop()
            return _error(
                "Sandbox.Timedout",
                f"RequestId: {request_id} Error: Task timed out after {self._code.timeout:.2f} seconds",
            )
        self._waiting = None
        if len(answer.body) > _RESPONSE_BYTES and not answer.failed:
            words = f"Response payload size exceeded maximum allowed payload size ({_RESPONSE_BYTES} bytes)."
            return _error("Function.ResponseSizeTooLarge", words)
        return answer

    async def stop(self) -> None:
        """End the process and everything of it."""
        await self._api.stop()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        if self._watch is not None:
            await self._watch

    def _settle(self, request_id: str, answer: Answer) -> None:
        if self._waiting and self._waiting[0] == request_id and not self._waiting[1].done():
            self._waiting[1].set_result(answer)

    def _init_failed(self, body: bytes) -> None:
        self._init_error = body

    def _gone(self, request_id: str) -> Answer:
        if self._init_error is not None:
            return Answer(self._init_error, failed=True)
        code = self._process.returncode if self._process else None
        how = f"signal: {-code}" if code is not None and code < 0 else f"exit status {code}"
        return _error("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {how}")

    async def _watch_process(self) -> None:
        assert self._process is not None  # noqa: S101 - started just before
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        while line := await _line(self._process.stdout):
            self.lines.append(line)
        await self._process.wait()
        if self._waiting:
            self._settle(self._waiting[0], self._gone(self._waiting[0]))
        await self._api.stop()


async def _line(stream: asyncio.StreamReader) -> str:
    """Give a line with its end, or a part of one that is longer than the stream's buffer; empty at the end."""
    try:
        return (await stream.readuntil(b"\n")).decode(errors="replace")
    except asyncio.IncompleteReadError as end:
        return end.partial.decode(errors="replace")
    except asyncio.LimitOverrunError as over:
        return (await stream.readexactly(over.consumed)).decode(errors="replace")


def _error(kind: str, message: str) -> Answer:
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}).encode(), failed=True)


def worker_environment(code: Code, account: str, region: str, endpoint: str) -> dict[str, str]:
    """Give the environment of a worker: Lambda Developer Guide, "Defined runtime environment variables"."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": code.handler,
        "LAMBDA_TASK_ROOT": str(code.folder),
        "AWS_LAMBDA_FUNCTION_NAME": code.function,
        "AWS_LAMBDA_FUNCTION_VERSION": code.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{code.runtime}",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": endpoint,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(code.folder),
        **dict(code.environment),
    }
