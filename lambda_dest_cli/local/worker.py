"""One warm worker process: runs one version of one function behind the Runtime API, one event at a time."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from lambda_dest_cli.local.runtime_api import Answer, RuntimeApi, Work

_BOOTSTRAP = Path(__file__).with_name("node_bootstrap.mjs")
_LEASH = Path(__file__).with_name("leash.py")
_RESPONSE_BYTES = 6_291_556
"""The largest result that Lambda takes, by its own words (recorded on AWS, Nov 2025)."""
_INIT_SECONDS = 10
"""How long a runtime may take to start: Developer Guide, "Understanding the Lambda execution environment lifecycle"."""
_LINES_KEPT = 1_000
_LONGEST_LINE = 65_536
_END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Code:
    """What a worker runs. Two of the same are interchangeable."""

    function_arn: str
    """Without a qualifier."""
    version: str
    runtime: str
    handler: str
    folder: Path
    environment: tuple[tuple[str, str], ...]
    timeout: int
    """Seconds that one event may take; real ones, whatever the time scale."""
    memory: int
    """Megabytes, which a handler is told; nothing limits it."""


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
        self._transport: asyncio.SubprocessTransport | None = None
        self._ended = asyncio.Event()
        self._waiting: tuple[str, asyncio.Future[Answer]] | None = None
        self._init_error: bytes | None = None
        self._warm = False
        self.lines: deque[str] = deque(maxlen=_LINES_KEPT)
        """What the handler printed and nobody took yet."""
        self.log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{code.version}]{uuid4().hex}"

    @property
    def alive(self) -> bool:
        """Whether it can take another event."""
        return self._transport is not None and not self._ended.is_set() and self._waiting is None

    async def start(self, command: list[str], endpoint: str) -> None:
        """Start the process; it is reachable once it asks for work. Raises OSError."""
        address = await self._api.start()
        environment = {**worker_environment(self._code, endpoint, self.log_stream), "AWS_LAMBDA_RUNTIME_API": address}
        leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid())]
        handler = [self._code.handler] if command[-1] == "awslambdaric" else []
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Watch(self.lines, self._gone),
            *leash, *command, *handler,
            cwd=self._code.folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._transport = transport

    async def run(self, request_id: str, payload: bytes, function_arn: str) -> Answer | None:
        """Run one event and give what came of it; never raises for what a handler does.

        None when the worker, warm from earlier events, turned out to be dead: the event is to be given to another.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting = (request_id, future)
        if self._ended.is_set():
            self._gone()
        work = Work(request_id, payload, function_arn, self._code.timeout)
        self._api.give(work)
        if not await self._in_time(work, future):
            await self.stop()
            words = f"RequestId: {request_id} Error: Task timed out after {self._code.timeout:.2f} seconds"
            return _error("Sandbox.Timedout", words)
        self._waiting = None
        if self._warm and not work.taken.is_set():
            return None
        self._warm = True
        answer = future.result()
        if len(answer.body) > _RESPONSE_BYTES and not answer.failed:
            words = f"Response payload size exceeded maximum allowed payload size ({_RESPONSE_BYTES} bytes)."
            return _error("Function.ResponseSizeTooLarge", words)
        return answer

    async def stop(self) -> None:
        """End the process and everything of it."""
        await self._api.stop()
        if self._transport is None:
            return
        with suppress(ProcessLookupError):
            self._transport.kill()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _END_SECONDS)
        # A process that the handler started may hold the pipe open; nobody reads it any more.
        self._transport.close()

    async def _in_time(self, work: Work, future: "asyncio.Future[Answer]") -> bool:
        """Wait for the answer. The function's own time starts when the runtime takes the work, not as it starts."""
        taken = asyncio.ensure_future(work.taken.wait())
        try:
            await asyncio.wait((taken, future), timeout=_INIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if taken.done():
                await asyncio.wait((future,), timeout=self._code.timeout)
        finally:
            taken.cancel()
        return future.done()

    def _settle(self, request_id: str, answer: Answer) -> None:
        if self._waiting and self._waiting[0] == request_id and not self._waiting[1].done():
            self._waiting[1].set_result(answer)

    def _init_failed(self, body: bytes) -> None:
        self._init_error = body

    def _gone(self) -> None:
        self._ended.set()
        if self._waiting:
            self._settle(self._waiting[0], self._last_words(self._waiting[0]))

    def _last_words(self, request_id: str) -> Answer:
        if self._init_error is not None:
            return Answer(self._init_error, failed=True)
        code = self._transport.get_returncode() if self._transport else None
        how = f"signal: {-code}" if code is not None and code < 0 else f"exit status {code}"
        return _error("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {how}")


class _Watch(asyncio.SubprocessProtocol):
    """Collects what a process prints, and tells when it has gone."""

    def __init__(self, lines: deque[str], gone: Callable[[], None]) -> None:
        self._lines = lines
        self._gone = gone
        self._rest = b""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\n")
        self._lines.extend(f"{line.decode(errors='replace')}\n" for line in whole)
        if len(self._rest) > _LONGEST_LINE:
            self._flush()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._flush()

    def process_exited(self) -> None:
        self._gone()

    def _flush(self) -> None:
        if self._rest:
            self._lines.append(self._rest.decode(errors="replace"))
        self._rest = b""


def _error(kind: str, message: str) -> Answer:
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}).encode(), failed=True)


def worker_environment(code: Code, endpoint: str, log_stream: str) -> Mapping[str, str]:
    """Give the environment of a worker: Lambda Developer Guide, "Defined runtime environment variables"."""
    _, _, _, region, account, _, name = code.function_arn.split(":")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": code.handler,
        "LAMBDA_TASK_ROOT": str(code.folder),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": code.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(code.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
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
