"""``lds tail`` while things go wrong around it: queues deleted, endpoints gone, other tails, slow readers."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.e2e.tail_world import call, lines_of, record, until_watching

LDS = str(Path(sys.executable).with_name("lds"))
Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Queue:
    """A queue of the emulator."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.name = f"faults-{random.randbytes(6).hex()}"
        self.url = self.sqs("create_queue", QueueName=self.name)["QueueUrl"]

    def sqs(self, operation: str, **asked: Any) -> dict[str, Any]:
        return call(self._endpoint, "sqs", operation, **asked)

    def send(self, *bodies: str) -> None:
        for begin in range(0, len(bodies), 10):
            entries = [{"Id": str(each), "MessageBody": body} for each, body in enumerate(bodies[begin : begin + 10])]
            self.sqs("send_message_batch", QueueUrl=self.url, Entries=entries)

    def counts(self) -> tuple[int, int]:
        """How many messages are (visible, hidden)."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs("get_queue_attributes", QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def receives(self) -> set[int]:
        """Take everything out; gives how often messages had been received before."""
        found = set()
        asked = {"MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["ApproximateReceiveCount"]}
        while messages := self.sqs("receive_message", QueueUrl=self.url, **asked).get("Messages"):
            found |= {int(each["Attributes"]["ApproximateReceiveCount"]) - 1 for each in messages}
        return found


class Road:
    """What leads to the emulator: connections are passed on, until it is closed."""

    def __init__(self, endpoint: str) -> None:
        host, port = endpoint.removeprefix("http://").split(":")
        self._target = (host, int(port))
        self._open: list[socket.socket] = []
        self._listener = self._listen(0)
        self._port = self._listener.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self._port}"

    def close(self) -> None:
        """Accept nobody, and break off what is under way."""
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open = []

    def reopen(self) -> None:
        self._listener = self._listen(self._port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def queue(emulator: str) -> Queue:
    return Queue(emulator)


@pytest.fixture
def road(emulator: str) -> Iterator[Road]:
    found = Road(emulator)
    yield found
    found.close()


def said_until(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stderr is not None
    while words not in (line := process.stderr.readline()):
        assert line, f"never said: {words}"
    return line


def test_a_queue_that_is_deleted_ends_it(start: Start, emulator: str, queue: Queue) -> None:
    queue.send(record(1))
    process = start("tail", f"sqs:{queue.name}", "--endpoint-url", emulator)
    lines_of(process, 1)
    queue.sqs("delete_queue", QueueUrl=queue.url)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"lds: sqs:{queue.name}: not found" in errors
    assert "visible again" not in errors
    assert "Traceback" not in errors


def test_an_endpoint_that_is_gone_for_a_while(start: Start, road: Road, queue: Queue) -> None:
    queue.send(record(1))
    process = start("tail", f"sqs:{queue.name}", "--endpoint-url", road.endpoint)
    lines_of(process, 1)
    road.close()
    assert "trying again" in said_until(process, f"sqs:{queue.name}: no answer")
    queue.send(record(2))
    road.reopen()
    assert "00000002" in lines_of(process, 1)[0]
    said_until(process, f"reading sqs:{queue.name} again")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert queue.counts() == (2, 0)
    assert queue.receives() == {1}


def test_two_tails_share_a_queue(start: Start, emulator: str, queue: Queue) -> None:
    words = ("tail", f"sqs:{queue.name}", "-o", "json", "--endpoint-url", emulator)
    tails = [start(*words), start(*words)]
    for each in tails:
        until_watching(each)
    numbers = set(range(60))
    queue.send(*(record(each) for each in numbers))
    while queue.counts() != (0, 60):
        pass
    for each in tails:
        each.send_signal(signal.SIGTERM)
    for each in tails:
        output, errors = each.communicate(timeout=60)
        assert "Traceback" not in errors
        lines = [json.loads(line) for line in output.splitlines()]
        assert lines.pop()["status"] == "error"  # it was interrupted
        found = [line["record"]["requestPayload"]["number"] for line in lines]
        assert len(found) == len(set(found))
        assert set(found) <= numbers
    assert queue.counts() == (60, 0)
    assert queue.receives() <= {1, 2}  # what the first to end lets go, the other may still receive


def test_credentials_that_expire_end_it_clearly(start: Start, emulator: str, queue: Queue, tmp_path: Path) -> None:
    """A credential process that has no more to give: botocore asks it again before the first ones expire."""
    program, asked = tmp_path / "give", tmp_path / "asked"
    answer = '{"Version":1,"AccessKeyId":"test","SecretAccessKey":"x","SessionToken":"y","Expiration":"%s"}'
    program.write_text(
        f"#!/bin/sh\n[ -e {asked} ] && echo the session is over >&2 && exit 1\ntouch {asked}\n"
        f"printf '{answer}' $(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)\n"
    )
    program.chmod(0o700)
    (tmp_path / "config").write_text(f"[profile short]\ncredential_process = {program}\n")
    process = start("tail", f"sqs:{queue.name}", "--profile", "short", "--endpoint-url", emulator)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 4, errors
    assert "Traceback" not in errors


def test_a_reader_that_does_not_read_holds_it_back(start: Start, emulator: str, queue: Queue) -> None:
    body = record(1, requestPayload={"text": "x" * 200_000})
    queue.send(*[body] * 5)
    process = start("tail", f"sqs:{queue.name}", "-o", "json", "--endpoint-url", emulator)
    until_watching(process)
    while queue.counts() != (0, 5):
        pass
    process.send_signal(signal.SIGTERM)  # it waits for room in the pipe: the signal must get through all the same
    assert process.stderr is not None
    assert process.wait(timeout=60) == 130
    assert queue.counts() == (5, 0)
    assert queue.receives() == {1}


def test_a_terminal_that_becomes_narrow(emulator: str, queue: Queue, environment: dict[str, str]) -> None:
    terminal: Any = pexpect.spawn(
        LDS,
        ["tail", f"sqs:{queue.name}", "--endpoint-url", emulator],
        env={name: value for name, value in environment.items() if name != "COLUMNS"} | {"TERM": "xterm"},
        dimensions=(24, 200),
        timeout=60,
        encoding="utf-8",
    )
    terminal.expect_exact("0 failed · 0 succeeded · 0.0/s")
    terminal.setwinsize(24, 30)
    queue.send(record(1))
    terminal.expect_exact("FAILED")
    terminal.expect(r"\r\x1b\[2K([^\r\n]*1 failed[^\r\n]*)")
    assert len(terminal.match[1]) <= 29
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert queue.counts() == (1, 0)


RUNS = int(os.environ.get("LDS_KILLS", "3"))
"""How often each is tried; 100 is a matter of minutes."""


def taps(queue: Queue) -> set[str]:
    return set(queue.sqs("list_queues", QueueNamePrefix="lds-tap-").get("QueueUrls", []))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_at_any_moment(start: Start, emulator: str, queue: Queue, number: signal.Signals) -> None:
    chance = random.Random(number)
    topic = call(emulator, "sns", "create_topic", Name=queue.name)["TopicArn"]
    for _ in range(RUNS):
        before = taps(queue)
        queue.sqs("purge_queue", QueueUrl=queue.url)
        queue.send(*(record(each) for each in range(30)))
        process = start("tail", f"sqs:{queue.name}", f"sns:{queue.name}", "--endpoint-url", emulator)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 1.5))
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        if "Fatal Python error: init_import_site" not in errors:
            assert process.returncode in (130, -number), errors
            assert "Traceback" not in errors or "in <module>" in errors  # Python was still starting
        visible, hidden = queue.counts()
        assert visible + hidden == 30
        if number != signal.SIGKILL:
            assert hidden == 0
            assert call(emulator, "sns", "list_subscriptions_by_topic", TopicArn=topic)["Subscriptions"] == []
            assert taps(queue) <= before
