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
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import boto3

from benchmarks.measure import Comparison, Figure
from benchmarks.queue_endpoint import ACCOUNT, QUEUE, REGION, body
from lambda_dest_cli.aws.feeds.sqs import AT_ONCE
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.records.document import document
from lambda_dest_cli.render.json_format import dumps

_RECORDS, _LINES = 10_000, 20_000
_MANY = int(os.environ.get("LDS_TAIL_RECORDS", "1000000"))
_PAIRS = 3
_LATENCY_MS = 20
_KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
_RATE, _SENT = 50, 1_000
_OPENING_SECONDS = 3
_SHOWN = ["tail", "sqs:q", "--count", str(_SENT), "--delete", "--yes", "-o", "json"]
_BARE = """
import boto3, itertools, sys, threading
from botocore.config import Config
url, count, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sqs = boto3.client("sqs", endpoint_url=url, config=Config(max_pool_connections=threads))
queue, left = sqs.get_queue_url(QueueName="q")["QueueUrl"], itertools.count(count - 1, -1)
lock, ended = threading.Lock(), threading.Event()
def receive():
    while not ended.is_set():
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1,
                                     MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
        with lock:
            for message in answer.get("Messages", []):
                print(message["Body"], flush=True)
                if next(left) == 0: ended.set()
for _ in range(threads): threading.Thread(target=receive).start()
"""


class _Cost(NamedTuple):
    """What a process took: wall and processor seconds, and its peak of memory in MB."""

    seconds: float
    processor: float
    memory: float


def run(lds: Path) -> Iterator[Comparison | Figure]:
    """Measure with the installed lds."""
    yield from _throughput(lds)
    yield _first_line(lds)
    yield from _delay(lds)
    yield _lines()
    yield from _memory(lds)


def _throughput(lds: Path) -> Iterator[Comparison | Figure]:
    """Take the time until the last line is out; what was read is put back after it, which the bare loop does not do."""
    for latency, threads, target in ((0, AT_ONCE, 1.25), (_LATENCY_MS, AT_ONCE, 1.25), (_LATENCY_MS, 1, None)):
        ours: list[float] = []
        theirs: list[float] = []
        back: list[float] = []
        bare = [sys.executable, "-c", _BARE, "URL", str(_RECORDS), str(threads)]
        for _ in range(_PAIRS + 1):
            shown, ended = _last_line(_tail(lds, _RECORDS), latency)
            ours.append(shown)
            back.append(ended - shown)
            theirs.append(_last_line(bare, latency)[0])
        name = f"lds tail of {_RECORDS:,} records to the last line, {latency} ms a call"
        peer = f"boto3, {threads} threads that receive and print"
        yield Comparison(name, peer, tuple(ours[1:]), tuple(theirs[1:]), target)
        yield Figure("putting them back", statistics.median(back), "s", note=f"{_RECORDS // 10:,} calls")


def _last_line(command: Sequence[str], latency: int) -> tuple[float, float]:
    """Give the seconds until the last line of a command is out, and until it has ended."""
    with _queue(_RECORDS, latency) as url:
        words = [url if word == "URL" else word for word in command]
        begun = time.perf_counter()
        process = subprocess.Popen(words, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(_RECORDS):
            (process.stdout or sys.stdin.buffer).readline()
        shown = time.perf_counter() - begun
        process.communicate()
        return shown, time.perf_counter() - begun


def _first_line(lds: Path) -> Figure:
    waited = []
    for _ in range(_PAIRS):
        with _queue(1) as url:
            words = [url if word == "URL" else word for word in _tail(lds, 1, "text")]
            begun = time.perf_counter()
            process = subprocess.Popen(words, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            (process.stdout or sys.stdin.buffer).readline()
            waited.append(time.perf_counter() - begun)
            process.communicate()
    return Figure(
        "first line of a record that waits, from the start of the process", statistics.median(waited), "s", 1, False
    )


def _delay(lds: Path) -> Iterator[Figure]:
    """Send records at a steady rate to a queue of the embedded AWS, and look when each line comes out of a pipe."""
    with _local(lds) as (endpoint, environment):
        sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION, **_KEYS)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        ours = _delays(sqs, url, [str(lds), "--local", *_SHOWN], environment)
        theirs = _delays(sqs, url, [sys.executable, "-c", _BARE, endpoint, str(_SENT), "1"], environment)
    note = f"{_RATE} records a second, {len(ours)} of them, one queue of lds local; a bare long poll takes "
    for name, at, target in (("median", 0.5, 50), ("99th percentile", 0.99, 250)):
        figure, bare = (1000 * delays[int(len(delays) * at)] for delays in (ours, theirs))
        yield Figure(f"from the queue to the flushed line, {name}", figure, "ms", target, False, f"{note}{bare:.1f} ms")


def _delays(sqs: object, url: str, words: list[str], environment: dict[str, str]) -> list[float]:
    """Give the seconds from SQS's answer to each line, the shortest first."""
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(_OPENING_SECONDS)
    sent: dict[str, float] = {}
    sender = threading.Thread(target=_send, args=(sqs, url, sent))
    sender.start()
    delays = sorted(_arrivals(process.stdout, sent))
    sender.join()
    process.wait()
    return delays


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
        found = json.loads(line)
        id_ = found.get("request_id") or found["requestContext"]["requestId"]
        yield max(0.0, now - sent.get(id_, now))


def _lines() -> Figure:
    """Compare what a line of JSON costs, from the message to the text, with reading and writing the same text."""
    watch = Watch(Arn.parse(f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}"))
    now = datetime.now(UTC)
    messages = [Message(str(number), body(number), now) for number in range(_LINES)]
    ratios = []
    for _ in range(_PAIRS):
        begun = time.perf_counter()
        for message in messages:
            dumps(document(outcome_line(message, watch)))
        between = time.perf_counter()
        for message in messages:
            json.dumps(json.loads(message.body if isinstance(message.body, str) else ""))
        ratios.append((between - begun) / (time.perf_counter() - between))
    told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return Figure(
        "a line of JSON, against json.loads and json.dumps", statistics.median(ratios), "times", 3, False, told
    )


def _memory(lds: Path) -> Iterator[Figure]:
    for words, more in (("", ["--max-held", "10000"]), (" --delete", ["--delete", "--yes"])):
        with _queue(_MANY) as url:
            cost = _cost([url if word == "URL" else word for word in [*_tail(lds, _MANY), *more]])
        note = f"{_MANY:,} records in {cost.seconds:.0f} s"
        yield Figure(f"peak memory, tail{words}", cost.memory, "MB", 150, False, note)


def _tail(lds: Path, count: int, output: str = "json") -> list[str]:
    return [str(lds), "--endpoint-url", "URL", "--region", REGION, "tail", "sqs:q", "--count", str(count), "-o", output]


def _cost(command: Sequence[str]) -> _Cost:
    """Run a command to its end."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return _Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def _queue(messages: int, latency: int = 0) -> Iterator[str]:
    words = [sys.executable, "-m", "benchmarks.queue_endpoint", str(messages), str(latency)]
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
    names = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    return {**os.environ, **names}
