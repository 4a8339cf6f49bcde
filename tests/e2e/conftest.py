"""The installed lds as a subprocess, and an emulator of AWS for it to talk to."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

LDS = str(Path(sys.executable).parent / "lds")
Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The endpoint of an emulator of our own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR"}
    command = [str(Path(sys.executable).parent / "ministack")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        endpoint = f"http://127.0.0.1:{port}"
        while process.poll() is None:
            with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(endpoint):
                break
            sleep(0.05)
        assert process.poll() is None, "the emulator did not start"
        yield endpoint
        process.terminate()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a run of lds sees: credentials for the emulator, and nothing of who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LDS_"))}
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(tmp_path),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start lds and go on; whatever still runs at the end of the test is ended."""
    processes: list[subprocess.Popen[str]] = []

    def started(*argv: str, **more: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [LDS, *argv],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run lds to its end."""

    def ran(*argv: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [LDS, *argv],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **more,
        )

    return ran
