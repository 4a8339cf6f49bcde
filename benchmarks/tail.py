"""``lds tail``: how fast, how soon, and with how much memory, beside a boto3 loop that only receives and prints."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import boto3

from benchmarks.measure import Comparison, Figure
from benchmarks.queue_endpoint import REGION, body

_RECORDS, _MANY, _LINES = 10_000, 1_000_000, 100_000
_PAIRS = 5
_RATE, _SENT = 50, 1_000
_BARE = """
import boto3, sys
sqs = boto3.client("sqs", endpoint_url=sys.argv[1])
url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
left = int(sys.argv[2])
while left:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"],
                                 MessageSystemAttributeNames=["All"])
    for message in answer.get("Messages", []):
        print(message["Body"], flush=True)
        left -= 1
"""
_JSON = "import json, sys\nfor line in sys.stdin: print(json.dumps(json.loads(line)))"


class _Cost(NamedTuple):
    """What a process took: wall and processor seconds, and its peak of memory in MB."""

    seconds: float
    processor: float
    memory: float


def run(lds: Path) -> Iterator[Comparison | Figure]:
    """Measure with the installed lds."""
    yield _throughput(lds)
    yield _first_line(lds)
    yield from _delay(lds)
    yield from _lines(lds)
    yield from _memory(lds)


def _throughput(lds: Path) -> Comparison:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_PAIRS + 1):
        for seconds, command in (
            (ours, _tail(lds, _RECORDS)),
            (theirs, [sys.executable, "-c", _BARE, "URL", str(_RECORDS)]),
        ):
            with _queue(_RECORDS) as url:
                seconds.append(_cost([url if word == "URL" else word for word in command]).seconds)
    name, peer = f"lds tail of {_RECORDS:,} records", "boto3, one thread that receives and prints"
    return Comparison(name, peer, tuple(ours[1:]), tuple(theirs[1:]), 1.25)


def _first_line(lds: Path) -> Figure:
    waited = []
    for _ in range(_PAIRS):
        with _queue(1) as url:
            begun = time.perf_counter()
            _cost([url if word == "URL" else word for word in _tail(lds, 1, "text")])
            waited.append(time.perf_counter() - begun)
    return Figure("first line of a record that waits, process included", statistics.median(waited), "s", 1, False)


def _delay(lds: Path) -> Iterator[Figure]:
    """Send records at a steady rate to a queue of the embedded AWS, and look when each line comes out of a pipe."""
    with _local(lds) as (endpoint, environment):
        sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        words = [str(lds), "--local", "tail", "sqs:q", "--count", str(_SENT), "-o", "json"]
        tail = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert tail.stderr is not None
        tail.stderr.readline()  # "watching …"
        threading.Thread(target=tail.stderr.read, daemon=True).start()
        sent: dict[str, float] = {}
        sender = threading.Thread(target=_send, args=(sqs, url, sent))
        sender.start()
        delays = sorted(_arrivals(tail.stdout, sent))
        sender.join()
        tail.wait()
    note = f"{_RATE} records a second, {len(delays)} of them, one queue of lds local"
    median, late = statistics.median(delays), delays[int(len(delays) * 0.99)]
    yield Figure("from the queue to the flushed line, median", median * 1000, "ms", 50, False, note)
    yield Figure("the same, 99th percentile", late * 1000, "ms", 250, False)


def _send(sqs: object, url: str, sent: dict[str, float]) -> None:
    begun = time.perf_counter()
    for number in range(_SENT):
        time.sleep(max(0.0, begun + number / _RATE - time.perf_counter()))
        text = body(number)
        sqs.send_message(QueueUrl=url, MessageBody=text)  # type: ignore[attr-defined]
        sent[json.loads(text)["requestContext"]["requestId"]] = time.perf_counter()


def _arrivals(lines: IO[str] | None, sent: dict[str, float]) -> Iterator[float]:
    """Give the seconds since SQS had each record; a line may come before its sender has its answer."""
    for line in lines or ():
        now = time.perf_counter()
        yield max(0.0, now - sent.get(json.loads(line)["request_id"], now))


def _lines(lds: Path) -> Iterator[Figure]:
    """Compare the processor's time for a line of JSON with that of reading and writing the same line in Python."""
    with tempfile.NamedTemporaryFile() as file:
        with _queue(_LINES) as url:
            ours = _cost([url if word == "URL" else word for word in _tail(lds, _LINES)], output=file.name)
        theirs = _cost([sys.executable, "-c", _JSON], source=file.name)
    note = f"processor seconds for {_LINES:,} lines: {ours.processor:.1f} (receiving included), {theirs.processor:.1f}"
    yield Figure(
        "tail -o json, against json.loads and json.dumps", ours.processor / theirs.processor, "times", 3, False, note
    )


def _memory(lds: Path) -> Iterator[Figure]:
    for words, more in (("", ["--max-held", "10000"]), (" --delete", ["--delete", "--yes"])):
        with _queue(_MANY) as url:
            cost = _cost([url if word == "URL" else word for word in [*_tail(lds, _MANY), *more]])
        note = f"{_MANY:,} records in {cost.seconds:.0f} s"
        yield Figure(f"peak memory, tail{words}", cost.memory, "MB", 150, False, note)


def _tail(lds: Path, count: int, output: str = "json") -> list[str]:
    return [str(lds), "--endpoint-url", "URL", "--region", REGION, "tail", "sqs:q", "--count", str(count), "-o", output]


def _cost(command: Sequence[str], source: str = os.devnull, output: str = os.devnull) -> _Cost:
    """Run a command to its end."""
    with open(source, "rb") as given, open(output, "wb") as taken:  # noqa: PTH123 - /dev/null and a temporary file
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=_environment(), stdin=given, stdout=taken, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return _Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def _queue(messages: int) -> Iterator[str]:
    words = [sys.executable, "-m", "benchmarks.queue_endpoint", str(messages)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def _local(lds: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**_environment(), "XDG_STATE_HOME": folder}
        words = [str(lds), "local", "start", "-o", "json"]
        started = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
        try:
            yield json.loads(started.stdout)["data"]["endpoint"], environment
        finally:
            subprocess.run([str(lds), "local", "stop"], env=environment, check=True, capture_output=True)


def _environment() -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    return {**os.environ, **keys}
