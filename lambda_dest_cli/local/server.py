"""The embedded AWS as a background process: started once, found again, stopped whole."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from typing import Any

from lambda_dest_cli.errors import LocalProblem
from lambda_dest_cli.local import state
from lambda_dest_cli.model.local_status import LocalStatus

DEFAULT_PORT = 4566
_READY_SECONDS = 20.0
_STOP_SECONDS = 8.0
_POLL_SECONDS = 0.02
_NOT_RUNNING = LocalStatus(running=False)
# No proxy of the environment's: the server is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def start(port: int | None, time_scale: float, eventual: bool = False) -> LocalStatus:
    """Start it and wait until it answers; raises LocalProblem when it runs already, or cannot.

    ``eventual`` lets IAM's changes take a few seconds to reach Lambda.
    """
    if find_spec("ministack") is None:
        raise LocalProblem("the embedded AWS is not installed", "pip install 'lambda-dest-cli[local]'")
    with state.locked():
        refuse_second()
        chosen = _free_port(port)
        token = secrets.token_hex(16)
        process = _spawn(chosen, time_scale, token, eventual)
        server = state.Written(f"http://127.0.0.1:{chosen}", chosen, process.pid, token)
        try:
            answer = _wait_until_ready(server, process)
            state.write(server)
            process.returncode = 0  # it is meant to outlive us: no waiting for it, and no warning that nobody waited
        except BaseException:
            _end(process.pid)
            raise
        return _status(server, answer)


def stop() -> LocalStatus:
    """Stop it and everything it started; gives what it was. Raises LocalProblem when none runs."""
    with state.locked():
        server = state.read()
        answer = _ask(server, "/_lds/stop") if server else None
        if server is None or answer is None:
            state.erase()
            raise LocalProblem("no embedded AWS is running", "start one with: lds local start")
        _end(server.pid)
        state.erase()
        return LocalStatus(running=False, stopped=True, waiting=answer["waiting"])


def status() -> LocalStatus:
    """Say whether it runs, and where."""
    server = state.read()
    answer = _ask(server) if server else None
    return _status(server, answer) if server and answer else _NOT_RUNNING


def reset() -> LocalStatus:
    """Empty it; raises LocalProblem when none runs."""
    server = state.read()
    answer = _ask(server, "/_lds/reset") if server and _ask(server) else None
    if server is None or answer is None:
        raise LocalProblem("no embedded AWS is running", "start one with: lds local start")
    return _status(server, answer)


def refuse_second() -> None:
    """Raise LocalProblem when one runs already."""
    server = state.read()
    if server and _ask(server):
        raise LocalProblem(
            f"the embedded AWS runs already: {server.endpoint}, pid {server.pid}",
            "use it with --local, or end it first: lds local stop",
        )


def _status(server: state.Written, answer: dict[str, Any]) -> LocalStatus:
    return LocalStatus(
        running=True,
        endpoint=server.endpoint,
        pid=server.pid,
        port=server.port,
        version=answer["version"],
        time_scale=answer["time_scale"],
        runtimes=answer["runtimes"],
        eventual=answer["eventual"],
        waiting=answer["waiting"],
    )


def _ask(server: state.Written, path: str = "/_lds/status") -> dict[str, Any] | None:
    """Ask the server who it is; None when nobody answers, or a stranger does (the port may have passed on)."""
    method = "GET" if path.endswith("status") else "POST"
    request = urllib.request.Request(f"{server.endpoint}{path}", method=method)  # noqa: S310 - our own http address
    try:
        with _OPENER.open(request, timeout=5) as answer:
            found = json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return None
    return found if isinstance(found, dict) and found.get("token") == server.token else None


def _free_port(wanted: int | None) -> int:
    """Give the port that was asked for, else 4566, else a free one."""
    for port in [wanted] if wanted else [DEFAULT_PORT, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LocalProblem(f"port {wanted} is taken", "name another with --port, or none to have a free one found")


def _spawn(port: int, time_scale: float, token: str, eventual: bool) -> "subprocess.Popen[bytes]":
    """Start the process in a session of its own, so that it outlives the terminal and can be ended as a whole."""
    words = [sys.executable, "-m", "lambda_dest_cli.local.serve", str(port), str(time_scale), token]
    words += ["eventual"] if eventual else []
    log = os.open(state.log_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        return subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/", close_fds=True
        )
    finally:
        os.close(log)


def _wait_until_ready(server: state.Written, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise LocalProblem("the embedded AWS ended as it started", f"its last words are in {state.log_path()}")
        if answer := _ask(server):
            return answer
        time.sleep(_POLL_SECONDS)
    raise LocalProblem("the embedded AWS did not answer in time", f"its words are in {state.log_path()}")


def _end(pid: int) -> None:
    """End the server's whole session: ask first, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number) if number is signal.SIGTERM else os.killpg(pid, number)
        except ProcessLookupError:
            break
        end = time.monotonic() + _STOP_SECONDS
        while _lives(pid) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        if not _lives(pid):
            break
    try:
        os.killpg(pid, signal.SIGKILL)  # workers that outlived it; the group has our server's number
    except (ProcessLookupError, PermissionError):
        return


def _lives(pid: int) -> bool:
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass  # another lds started it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
