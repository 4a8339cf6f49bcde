"""The installed lds as a process: pipes, signals, streams, credentials."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

LDS = str(Path(sys.executable).with_name("lds"))
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Give an environment in which nothing of the person who runs the tests is found."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return {**kept, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", **more}


def lds(*argv: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LDS, *argv], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False
    )


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """Serve one canned HTTP answer to everybody, or (None) accept and say nothing."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            held.append(connection)
            if answer is not None:
                connection.recv(65_536)
                connection.sendall(answer)
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for connection in held:
            connection.close()


def refusal(status: str, code: str, message: str) -> bytes:
    body = json.dumps({"message": message, "Message": message}).encode()
    head = f"HTTP/1.1 {status}\r\nx-amzn-ErrorType: {code}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def test_without_credentials_it_is_4_and_says_what_to_do(tmp_path: Path) -> None:
    answer = lds("show", "orders", "--region", "eu-west-1", env=environment(tmp_path))
    assert (answer.returncode, answer.stdout) == (4, "")
    assert "there are no AWS credentials" in answer.stderr
    assert "lds demo" in answer.stderr


def test_an_unknown_profile_is_4(tmp_path: Path) -> None:
    answer = lds("show", "orders", "--profile", "nobody", env=environment(tmp_path))
    assert answer.returncode == 4
    assert "nobody" in answer.stderr


def test_without_a_region_it_is_2(tmp_path: Path) -> None:
    answer = lds("show", "orders", env=environment(tmp_path, **KEYS))
    assert answer.returncode == 2
    assert "no region is set" in answer.stderr


def test_the_region_is_taken_from_aws_region_too(tmp_path: Path) -> None:
    with server(refusal("404 Not Found", "ResourceNotFoundException", "no")) as url:
        env = environment(tmp_path, **KEYS, AWS_REGION="eu-north-1")
        answer = lds("show", "orders", "--endpoint-url", url, env=env)
    assert answer.returncode == 1
    assert "orders: there is no such function in eu-north-1" in answer.stderr


@pytest.mark.parametrize(
    ("status", "code", "exit_code", "said"),
    [
        ("403 Forbidden", "ExpiredTokenException", 4, "the credentials have expired"),
        ("403 Forbidden", "UnrecognizedClientException", 4, "AWS does not take these credentials"),
        ("403 Forbidden", "AccessDeniedException", 1, "you may not call lambda:"),
    ],
)
def test_what_aws_refuses(tmp_path: Path, status: str, code: str, exit_code: int, said: str) -> None:
    with server(refusal(status, code, "said AWS")) as url:
        env = environment(tmp_path, **KEYS, AWS_REGION="eu-west-1")
        answer = lds("show", "orders", "--endpoint-url", url, env=env)
    assert answer.returncode == exit_code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in answer.stderr


@pytest.mark.parametrize("body", [b"<!doctype html><title>Sign in</title>", b'{"FunctionName": "ord'])
def test_an_answer_that_is_not_awss_is_an_error_not_a_traceback(tmp_path: Path, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    with server(head + body) as url:
        env = environment(tmp_path, **KEYS, AWS_REGION="eu-west-1")
        answer = lds("show", "orders", "--endpoint-url", url, env=env)
    assert answer.returncode == 1
    assert "cannot be read" in answer.stderr
    assert "fault of lds" not in answer.stderr


def test_an_endpoint_that_nobody_serves_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    env = environment(tmp_path, **KEYS, AWS_REGION="eu-west-1", AWS_MAX_ATTEMPTS="1")
    answer = lds("-o", "json", "show", "orders", "--endpoint-url", url, env=env)
    document = json.loads(answer.stdout)
    assert (answer.returncode, document["status"], document["errors"][0]["code"]) == (1, "error", "Unreachable")
    assert url in document["errors"][0]["message"]


def test_local_without_a_local_aws_says_how_to_start_one(tmp_path: Path) -> None:
    answer = lds("--local", "show", env=environment(tmp_path))
    assert answer.returncode == 1
    assert "lds local start" in answer.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_waiting_run_with_130_and_no_traceback(tmp_path: Path, sent: signal.Signals) -> None:
    env = environment(tmp_path, **KEYS, AWS_REGION="eu-west-1")
    with server(None) as url:
        running = pexpect.spawn(
            LDS, ["--debug", "show", "orders", "--endpoint-url", url], env=env, timeout=30, encoding="utf-8"
        )
        running.delaybeforesend = None
        running.expect_exact("")
        wait_for_connection(url, running)
        running.kill(sent)
        running.expect(pexpect.EOF)
        running.wait()
    assert running.exitstatus == 130
    assert "interrupted" in (running.before or "")


def wait_for_connection(url: str, running: "pexpect.spawn[str]") -> None:
    """Wait until the process is connected to the port, by the kernel's own table."""
    port = f"{int(url.rpartition(':')[2]):04X}"
    for _ in range(3_000):
        established = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        if any(words[2].endswith(port) and words[3] == "01" for words in established):
            return
        try:
            running.expect(pexpect.EOF, timeout=0.01)
        except pexpect.TIMEOUT:
            continue
        raise AssertionError(running.before)
    raise AssertionError("it never connected")


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    for words in (["--help"], ["completion", "bash"], ["show", "orders", "-o", "json"]):
        command = f"exec 3>&1; {{ {LDS} {' '.join(words)}; echo $? >&3; }} | head -0"
        answer = subprocess.run(
            ["bash", "-c", command], env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in answer.stderr
        assert "BrokenPipe" not in answer.stderr
        assert "Exception ignored" not in answer.stderr
