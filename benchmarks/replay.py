"""Replay against a bare boto3 thread pool that only invokes; the summary of many lines; memory over a long file.

Both send the same payloads, over as many connections, to the same stand-in for Lambda, in a process of their own.
``LDS_REPLAY_LINES`` says how long the long file is (1,000,000 for the number in the issue; it takes long).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Figure

_AT_ONCE = 16
_EVENTS = 5_000
_SUMMARY = 100_000
_PAIRS = 3
_LATENCY_MS = "10"
_BARE = """
import sys, json, boto3
from concurrent.futures import ThreadPoolExecutor
from botocore.config import Config
config = Config(retries={"total_max_attempts": 1}, max_pool_connections=int(sys.argv[3]))
client = boto3.client("lambda", endpoint_url=sys.argv[1], config=config)
def send(line):
    payload = json.dumps(json.loads(line)["requestPayload"]).encode()
    client.invoke(FunctionName="f", InvocationType="Event", Payload=payload)["Payload"].read()
with ThreadPoolExecutor(int(sys.argv[3])) as pool:
    for _ in pool.map(send, open(sys.argv[2])): pass
"""


def run(lds: Path) -> Iterator[Figure]:
    """Measure with the installed lds."""
    with tempfile.TemporaryDirectory() as folder, _stand_in() as endpoint:
        home = Path(folder)
        environment = {
            **os.environ, "XDG_STATE_HOME": folder, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        command = [str(lds), "replay", "--endpoint-url", endpoint, "--concurrency", str(_AT_ONCE)]
        ratios = list[float]()
        for number in range(_PAIRS):
            file = _file(home / f"events-{number}.jsonl", _EVENTS, number)
            bare = _seconds([sys.executable, "-c", _BARE, endpoint, str(file), str(_AT_ONCE)], environment)
            ratios.append(bare / _seconds([*command, str(file), "--yes"], environment))
        told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        note = f"{_EVENTS:,} events, {_AT_ONCE} at once; pairs: {told}"
        yield Figure("replay's throughput over a bare boto3 pool's", sorted(ratios)[_PAIRS // 2], "", 0.8, note=note)
        long = _file(home / "summary.jsonl", _SUMMARY, 9)
        seconds = _seconds([*command, str(long), "--dry-run"], environment)
        yield Figure(f"summary of {_SUMMARY:,} JSON lines", seconds, "s", 5, at_least=False)
        lines = int(os.environ.get("LDS_REPLAY_LINES", "20000"))
        _seconds([*command, str(_file(home / "long.jsonl", lines, 10)), "--yes"], environment)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        yield Figure(f"peak memory, {lines:,} lines replayed", peak, "MB", 200, at_least=False)


def _file(path: Path, lines: int, mark: int) -> Path:
    context = {
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
        "condition": "RetriesExhausted",
    }
    payload = {"order": 1, "items": [{"sku": f"sku-{number}", "price": 1.5} for number in range(8)]}
    error = {"errorType": "KeyError", "errorMessage": "'sku'", "stackTrace": ["  File index.py, line 3\n"] * 3}
    with path.open("w") as file:
        for number in range(lines):
            request = {**context, "requestId": f"{number:08x}-b738-4f5e-8{mark:03}-a18cdf61200e"}
            record = {"version": "1.0", "timestamp": "2026-11-23T12:00:00.000Z", "requestContext": request}
            print(json.dumps({**record, "requestPayload": payload, "responsePayload": error}), file=file)
    return path


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


@contextmanager
def _stand_in() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.invocations", _LATENCY_MS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
