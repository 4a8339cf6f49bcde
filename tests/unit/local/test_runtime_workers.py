"""Real worker processes behind the Runtime API: Python through awslambdaric, Node.js through our bootstrap."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.worker import Code, command_for, runtimes, worker_environment
from lambda_dest_cli.local.workers import Ran, Workers

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
PYTHON, NODE = "python3.12", "nodejs22.x"
PATIENCE = 10.0


class Shop:
    """Workers and a way to run one event in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers = Workers("http://127.0.0.1:1")

    def code(self, source: str, runtime: str = PYTHON, file: str = "", **more: Any) -> Code:
        name = file or ("index.py" if runtime == PYTHON else "index.mjs")
        (self.folder / name).write_text(source)
        found: dict[str, Any] = {"handler": "index.handler", "environment": (), "timeout": 5, "memory": 256, **more}
        return Code(ARN, "$LATEST", runtime, folder=self.folder, **found)

    async def ran(self, code: Code, event: object = None, request_id: str = "the-id") -> Ran:
        command = command_for(code.runtime)
        assert command
        return await self.workers.run(code, command, request_id, json.dumps(event).encode(), f"{ARN}:live")

    async def run(self, code: Code, event: object = None, request_id: str = "the-id") -> tuple[Any, bool]:
        answer = (await self.ran(code, event, request_id)).answer
        return _read(answer), answer.failed


def _read(answer: Answer) -> Any:
    return json.loads(answer.body)


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Shop], Awaitable[None]]], None]:
    def played(act: Callable[[Shop], Awaitable[None]]) -> None:
        async def whole() -> None:
            shop = Shop(tmp_path)
            try:
                await act(shop)
            finally:
                await shop.workers.stop()

        asyncio.run(whole())

    return played


Play = Callable[[Callable[[Shop], Awaitable[None]]], None]


async def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, "it did not come about"
        await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    """Say whether a process has ended; one that only waits to be collected has.

    Its first thread may end before the one that holds its sockets (awslambdaric asks for work in a thread of its own).
    """
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return len(threads) == 1 and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


ECHO = {
    PYTHON: """
import os
def handler(event, context):
    print("printed", event)
    return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn, "pid": os.getpid(),
            "name": context.function_name, "memory": int(context.memory_limit_in_mb), "group": context.log_group_name,
            "left": context.get_remaining_time_in_millis() > 0, "mine": os.environ.get("MINE")}
""",
    NODE: """
export const handler = async (event, context) => {
  console.log("printed", event);
  return {event, id: context.awsRequestId, arn: context.invokedFunctionArn, pid: process.pid,
          name: context.functionName, memory: Number(context.memoryLimitInMB), group: context.logGroupName,
          left: context.getRemainingTimeInMillis() > 0, mine: process.env.MINE};
};
""",
}


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
def test_a_handler_gets_its_event_and_context_and_stays_warm(play: Play, runtime: str) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(ECHO[runtime], runtime, environment=(("MINE", "yes"),))
        first, failed = await shop.run(code, {"a": 1}, "id-1")
        assert not failed
        assert first == {
            "event": {"a": 1}, "id": "id-1", "arn": f"{ARN}:live", "pid": first["pid"], "name": "orders",
            "memory": 256, "group": "/aws/lambda/orders", "left": True, "mine": "yes",
        }  # fmt: skip
        ran = await shop.ran(code, {"a": 2}, "id-2")
        assert _read(ran.answer)["pid"] == first["pid"]
        assert ran.log_stream.split("/")[-1].startswith("[$LATEST]")
        assert any(line.startswith("printed") for line in ran.printed)

    play(act)


THROWS = {
    PYTHON: "def handler(event, context):\n    raise KeyError('sku')\n",
    NODE: "export const handler = async () => { throw new RangeError('sku'); };\n",
}


@pytest.mark.parametrize(
    ("runtime", "kind", "trace"), [(PYTHON, "KeyError", "stackTrace"), (NODE, "RangeError", "trace")]
)
def test_an_error_has_the_shape_of_its_runtime(play: Play, runtime: str, kind: str, trace: str) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(THROWS[runtime], runtime)
        for _ in range(2):  # and the worker lives on
            answer, failed = await shop.run(code)
            assert failed
            assert answer["errorType"] == kind
            assert "sku" in answer["errorMessage"]
            assert isinstance(answer[trace], list)

    play(act)


EXITS = {
    PYTHON: "import os\ndef handler(event, context):\n    os._exit(event or 0)\n",
    NODE: "export const handler = async (event) => { process.exit(event ?? 0); };\n",
}


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
@pytest.mark.parametrize("status", [0, 3])
def test_an_exit_is_told_and_the_next_event_gets_a_new_worker(play: Play, runtime: str, status: int) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(EXITS[runtime], runtime)
        for _ in range(2):
            assert await shop.run(code, status, "id-7") == (
                {
                    "errorType": "Runtime.ExitError",
                    "errorMessage": f"RequestId: id-7 Error: Runtime exited with error: exit status {status}",
                },
                True,
            )

    play(act)


SLEEPS = {
    PYTHON: "import os, time\nprint(os.getpid(), flush=True)\ndef handler(event, context):\n    time.sleep(60)\n",
    NODE: "console.log(process.pid); export const handler = () => { for (;;); };\n",
}


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
def test_a_timeout_ends_the_worker(play: Play, runtime: str) -> None:
    async def act(shop: Shop) -> None:
        ran = await shop.ran(shop.code(SLEEPS[runtime], runtime, timeout=1), request_id="id-9")
        assert ran.answer.failed
        assert _read(ran.answer) == {
            "errorType": "Sandbox.Timedout",
            "errorMessage": "RequestId: id-9 Error: Task timed out after 1.00 seconds",
        }
        assert gone(int(ran.printed[0]))

    play(act)


BROKEN = {
    PYTHON: [
        ("import nothing_of_that_name\n", "Runtime.ImportModuleError"),
        ("def other(event, context): ...\n", "Runtime.HandlerNotFound"),
        ("def handler(:\n", "Runtime.UserCodeSyntaxError"),
    ],
    NODE: [
        ("import 'nothing-of-that-name';\n", "Runtime.ImportModuleError"),
        ("export const other = 1;\n", "Runtime.HandlerNotFound"),
        ("export const handler = async ( => 1;\n", "Runtime.UserCodeSyntaxError"),
    ],
}


@pytest.mark.parametrize(
    ("runtime", "source", "kind"), [(runtime, *case) for runtime, cases in BROKEN.items() for case in cases]
)
def test_a_handler_that_cannot_be_loaded(play: Play, runtime: str, source: str, kind: str) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(source, runtime)
        for _ in range(2):
            answer, failed = await shop.run(code)
            assert failed
            assert answer["errorType"] == kind

    play(act)


@pytest.mark.parametrize(
    ("source", "file", "expected"),
    [
        ("exports.handler = async (event) => ({ got: event });", "index.js", {"got": 1}),
        ("exports.handler = (event, context, callback) => callback(null, { got: event });", "index.js", {"got": 1}),
        ("exports.handler = (event, _, cb) => { setTimeout(() => cb(null, 'later'), 5); };", "index.cjs", "later"),
        ("exports.handler = async () => {};", "index.js", None),
        ("exports.handler = () => 'is not a promise';", "index.js", None),
        ("exports.handler = (event, context, callback) => {};", "index.js", None),
        ("export const handler = async () => 'ESM in .js';", "index.js", "ESM in .js"),
        ("module.exports = { handler: async () => 'whole' };", "index.js", "whole"),
        ("export const handler = async () => { await new Promise((go) => setTimeout(go, 5)); return 'waited' };",
         "index.mjs", "waited"),
    ],
)  # fmt: skip
def test_the_shapes_of_a_node_handler(play: Play, source: str, file: str, expected: object) -> None:
    async def act(shop: Shop) -> None:
        if file == "index.js" and source.startswith("export "):
            (shop.folder / "package.json").write_text('{"type": "module"}')
        code = shop.code(source, NODE, file)
        for _ in range(2):
            assert await shop.run(code, 1) == (expected, False)

    play(act)


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("exports.handler = (event, context, cb) => cb(new TypeError('no'));", "TypeError", "no"),
        ("exports.handler = (event, context, cb) => cb('only text');", "string", "only text"),
        ("exports.handler = async () => { throw undefined; };", "undefined", "undefined"),
        ("exports.handler = (event, context, cb) => { setTimeout(() => { throw new Error('late'); }, 5); };",
         "Error", "late"),
        ("exports.handler = (event, context, cb) => { Promise.reject(new Error('lost')); setTimeout(cb, 1000); };",
         "Runtime.UnhandledPromiseRejection", "Error: lost"),
    ],
)  # fmt: skip
def test_the_ways_a_node_handler_fails(play: Play, source: str, kind: str, message: str) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(source, NODE, "index.js")
        for _ in range(2):
            answer, failed = await shop.run(code)
            assert failed
            assert (answer["errorType"], answer["errorMessage"]) == (kind, message)

    play(act)


def test_a_result_that_cannot_be_written_is_an_error(play: Play) -> None:
    async def act(shop: Shop) -> None:
        answer, failed = await shop.run(shop.code("def handler(event, context):\n    return {1, 2}\n"))
        assert failed
        assert answer["errorType"] == "Runtime.MarshalError"

    play(act)


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
def test_a_result_over_six_megabytes(play: Play, runtime: str) -> None:
    source = {
        PYTHON: "def handler(event, context):\n    return 'x' * event\n",
        NODE: "export const handler = async (event) => 'x'.repeat(event);\n",
    }

    async def act(shop: Shop) -> None:
        code = shop.code(source[runtime], runtime)
        assert await shop.run(code, 6_291_554) == ("x" * 6_291_554, False)
        assert await shop.run(code, 6_291_555) == (
            {
                "errorType": "Function.ResponseSizeTooLarge",
                "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
            },
            True,
        )
        assert await shop.run(code, 1) == ("x", False)

    play(act)


def test_a_handler_that_prints_without_end_costs_bounded_memory(play: Play) -> None:
    async def act(shop: Shop) -> None:
        source = "def handler(event, context):\n    print('x' * 300_000)\n    [print(n) for n in range(3000)]\n"
        ran = await shop.ran(shop.code(source))
        assert not ran.answer.failed
        assert len(ran.printed) <= 1_000

    play(act)


def test_a_process_of_the_handler_that_stays_does_not_hold_up_the_answer(play: Play) -> None:
    async def act(shop: Shop) -> None:
        source = (
            "import os, subprocess\n"
            "def handler(event, context):\n"
            "    print(subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
            "    os._exit(1)\n"
        )
        ran = await shop.ran(shop.code(source))
        assert _read(ran.answer)["errorType"] == "Runtime.ExitError"
        os.kill(int(ran.printed[0]), signal.SIGKILL)

    play(act)


def test_a_worker_that_died_while_idle_is_replaced(play: Play) -> None:
    async def act(shop: Shop) -> None:
        code = shop.code(ECHO[PYTHON])
        first, _ = await shop.run(code)
        os.kill(first["pid"], signal.SIGKILL)
        await until(lambda: gone(first["pid"]))
        second, failed = await shop.run(code)
        assert not failed
        assert second["pid"] != first["pid"]

    play(act)


def test_new_code_gets_new_workers_and_the_old_ones_end(play: Play) -> None:
    async def act(shop: Shop) -> None:
        old, _ = await shop.run(shop.code(ECHO[PYTHON]))
        new, _ = await shop.run(shop.code(ECHO[PYTHON], environment=(("MINE", "new"),)))
        assert new["mine"] == "new"
        assert gone(old["pid"])

    play(act)


def test_stop_ends_workers_in_the_middle_of_an_event(play: Play) -> None:
    async def act(shop: Shop) -> None:
        mark = shop.folder / "pid"
        source = (
            "import os, time, pathlib\n"
            f"def handler(event, context):\n    pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
            "    time.sleep(60)\n"
        )
        run = asyncio.ensure_future(shop.ran(shop.code(source, timeout=60)))
        await until(lambda: mark.exists() and mark.read_text() != "")
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        assert gone(int(mark.read_text()))

    play(act)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_workers_end_with_a_server_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    (tmp_path / "index.mjs").write_text(
        "import { writeFileSync } from 'node:fs';\n"
        f"export const handler = () => {{ writeFileSync({str(mark)!r}, String(process.pid)); for (;;); }};\n"
    )
    server = (
        "import asyncio, sys, pathlib\n"
        "from lambda_dest_cli.local.worker import Code, command_for\n"
        "from lambda_dest_cli.local.workers import Workers\n"
        f"code = Code({ARN!r}, '1', {NODE!r}, 'index.handler', pathlib.Path({str(tmp_path)!r}), (), 60, 128)\n"
        "asyncio.run(Workers('').run(code, command_for(code.runtime), 'id', b'{}', code.function_arn))\n"
    )
    with subprocess.Popen([sys.executable, "-c", server]) as process:
        asyncio.run(until(lambda: mark.exists() and mark.read_text() != ""))
        worker = int(mark.read_text())
        assert not gone(worker)
        process.kill()
    asyncio.run(until(lambda: gone(worker)))


def test_what_runs_here_is_named() -> None:
    assert runtimes()["python"] == "awslambdaric"
    node = shutil.which("node")
    assert node is not None
    assert node in runtimes()["nodejs"]
    assert command_for("java21") is None
    assert command_for("provided.al2023") is None


def test_a_worker_sees_nothing_of_the_servers_environment(tmp_path: Path) -> None:
    code = Code(ARN, "$LATEST", PYTHON, "index.handler", tmp_path, (("A", "b"),), 3, 128)
    environment = worker_environment(code, "http://127.0.0.1:4566", "stream")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["AWS_ACCESS_KEY_ID"] == "123456789012"
    assert environment["A"] == "b"
    assert "HOME" not in environment
