"""``lds local``, ``lds tail`` and ``lds replay`` together for minutes at 50 events a second, and every event counted.

A function fails for one event in five, by chance; what failed is sent again until it succeeds, while a tail listens at
the topic for successes. At the end each event has succeeded exactly once, nothing is left in the queue for failures,
and memory and open files are where they were. ``LDS_SOAK_SECONDS`` says how long (600).
"""

import io
import json
import os
import subprocess
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from benchmarks.measure import Figure

_SECONDS = int(os.environ.get("LDS_SOAK_SECONDS", "600"))
_RATE = 50
_REPLAY_EVERY, _LOOK_EVERY = 20.0, 10.0
_AT_MOST = 120.0
"""How long the last failures may take to be sent again."""
_HANDLER = """
def handler(event, context):
    if int(context.aws_request_id.replace("-", ""), 16) % 5 == 0:
        raise ValueError("by chance")
    return None
"""
_KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


def run(lds: Path) -> Iterator[Figure]:
    """Soak with the installed lds."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_STATE_HOME": folder}
        words = [str(lds), "local", "start", "-o", "json"]
        started = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
        try:
            yield from _Soak(lds, environment, json.loads(started.stdout)["data"]).run()
        finally:
            subprocess.run([str(lds), "local", "stop"], env=environment, check=True, capture_output=True)


class _Soak:
    def __init__(self, lds: Path, environment: dict[str, str], status: dict[str, Any]) -> None:
        self._lds, self._environment = str(lds), environment
        self._pid = int(status["pid"])
        self._clients: dict[str, Any] = {
            name: boto3.client(name, endpoint_url=status["endpoint"], **_KEYS)
            for name in ("iam", "lambda", "sns", "sqs")
        }
        self._succeeded: Counter[int] = Counter()
        self._replayed = 0
        self._url = self._set_up()

    def run(self) -> Iterator[Figure]:
        """Send, listen and replay, then count."""
        tail = self._start("tail", "sns:done", "-o", "json")
        assert tail.stderr is not None
        while "watching" not in tail.stderr.readline():
            pass
        threading.Thread(target=tail.stderr.read, daemon=True).start()
        listener = threading.Thread(target=self._listen, args=(tail,))
        listener.start()
        sizes: list[tuple[tuple[float, int], tuple[float, int]]] = []
        sent = self._send(lambda: sizes.append((_size(self._pid), _size(tail.pid))))
        self._until_all_succeeded(sent)
        tail.terminate()
        listener.join()
        tail.wait()
        yield from self._figures(sent, sizes)

    def _figures(self, sent: int, sizes: list[tuple[tuple[float, int], tuple[float, int]]]) -> Iterator[Figure]:
        twice = sum(1 for times in self._succeeded.values() if times > 1)
        note = f"{sent:,} events in {_SECONDS} s, {self._replayed:,} of them failed and were sent again"
        yield Figure(
            "events that did not succeed exactly once", sent - len(self._succeeded) + twice, "", 0, False, note
        )
        yield Figure("messages left in the queue for failures", self._left(), "", 0, at_least=False)
        for name, at in (("lds local", 0), ("lds tail", 1)):
            memory = [size[at][0] for size in sizes]
            files = [size[at][1] for size in sizes]
            told = f"every {_LOOK_EVERY:.0f} s from {memory[0]:.0f} to {memory[-1]:.0f} MB, at most {max(memory):.0f}"
            yield Figure(
                f"memory gained by {name} in the second half", memory[-1] - memory[len(memory) // 2], "MB", note=told
            )
            told = f"from {files[0]} to {files[-1]}, at most {max(files)}"
            yield Figure(
                f"open files gained by {name} in the second half", files[-1] - files[len(files) // 2], "", note=told
            )

    def _send(self, look: Any) -> int:
        begun, sent = time.monotonic(), 0
        next_replay, next_look = _REPLAY_EVERY, 0.0
        replays: list[threading.Thread] = []
        while (now := time.monotonic() - begun) < _SECONDS:
            self._clients["lambda"].invoke(
                FunctionName="f", InvocationType="Event", Payload=json.dumps({"number": sent}).encode()
            )["Payload"].read()  # the connection is free again only then
            sent += 1
            if now >= next_look:
                look()
                next_look += _LOOK_EVERY
            if now >= next_replay and not any(thread.is_alive() for thread in replays):
                replays.append(threading.Thread(target=self._replay))
                replays[-1].start()
                next_replay = now + _REPLAY_EVERY
            time.sleep(max(0.0, begun + sent / _RATE - time.monotonic()))
        for thread in replays:
            thread.join()
        return sent

    def _until_all_succeeded(self, sent: int) -> None:
        end = time.monotonic() + _AT_MOST
        while len(self._succeeded) < sent and time.monotonic() < end:
            self._replay()
            time.sleep(1)

    def _replay(self) -> None:
        process = self._start("replay", "sqs:failed", "--yes", "-o", "json")
        output, errors = process.communicate()
        fates = Counter(json.loads(line).get("outcome") for line in output.splitlines())
        self._replayed += fates["accepted"]
        if process.returncode not in (0, 5):
            raise RuntimeError(f"replay ended with {process.returncode}: {errors}")

    def _listen(self, tail: "subprocess.Popen[str]") -> None:
        for line in tail.stdout or ():
            found = json.loads(line)
            if "record" in found:  # the last line tells that it was ended
                self._succeeded[found["record"]["requestPayload"]["number"]] += 1

    def _start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self._lds, "--local", *words], env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _left(self) -> int:
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._clients["sqs"].get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def _set_up(self) -> str:
        iam, functions = self._clients["iam"], self._clients["lambda"]
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": ["sqs:SendMessage", "sns:Publish"], "Resource": "*"}
        iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=_document(allow))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", _HANDLER)
        functions.create_function(
            FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        topic = self._clients["sns"].create_topic(Name="done")["TopicArn"]
        url: str = self._clients["sqs"].create_queue(QueueName="failed")["QueueUrl"]
        slots = {"OnSuccess": topic, "OnFailure": topic.replace(":sns:", ":sqs:").replace(":done", ":failed")}
        functions.put_function_event_invoke_config(
            FunctionName="f", MaximumRetryAttempts=0,
            DestinationConfig={slot: {"Destination": arn} for slot, arn in slots.items()},
        )  # fmt: skip
        return url


def _size(pid: int) -> tuple[float, int]:
    """Give a process's memory in MB, and how many files it has open."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})
