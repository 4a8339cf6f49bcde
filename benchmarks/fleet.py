"""A plan and a doctor of a thousand functions, against what their own calls take at least, and against the aws CLI."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.endpoint import QUEUES, ROLES
from benchmarks.measure import Figure
from lambda_dest_cli.aws.parallel import WORKERS

_FUNCTIONS, _LATENCY, _LIMIT = 1_000, 0.05, 15
_MANY = 10_000
_CLI_CALLS = 10
"""So many of the aws CLI's are made, and multiplied."""
_READS = ("ListFunctions", "ListFunctionEventInvokeConfigs", "GetQueueAttributes", "SimulatePrincipalPolicy")


class _Run(NamedTuple):
    """One plan: wall seconds, peak memory in MB, and what the endpoint counted."""

    seconds: float
    memory: float
    counts: dict[str, int]

    @property
    def calls(self) -> int:
        return sum(self.counts.get(name, 0) for name in _READS)


def run(lds: Path) -> Iterator[Figure]:
    """Measure with the installed lds."""
    free = _plan(lds, _FUNCTIONS, _LATENCY, 0)
    ideal = free.calls * _LATENCY / WORKERS
    note = f"{free.calls} calls, {WORKERS} at once, 50 ms each: {ideal:.1f} s at least; it took {free.seconds:.1f} s"
    yield Figure("lds plan, 1,000 functions", free.seconds / ideal, "times", 1.15, at_least=False, note=note)
    necessary = 20 + _FUNCTIONS + 50 + 20
    told = ", ".join(f"{free.counts.get(name, 0)} {name}" for name in _READS)
    yield Figure("its calls beyond pages + functions + roles + targets", free.calls - necessary, "", 0, False, told)
    cli = _cli(_LATENCY)
    if cli:
        note = f"a loop of {_FUNCTIONS} calls of aws would take {cli * _FUNCTIONS:.0f} s ({_CLI_CALLS} were made)"
        yield Figure("faster than the aws CLI", cli * _FUNCTIONS / free.seconds, "times", 20, note=note)
    limited = _plan(lds, _FUNCTIONS, _LATENCY, _LIMIT)
    lambdas = sum(limited.counts[name] for name in _READS[:2])
    note = f"{lambdas} calls of Lambda, {limited.counts.get('refused', 0)} refused; {limited.seconds:.1f} s"
    yield Figure("the same under 15 a second", limited.seconds / (lambdas / _LIMIT), "times", 1.05, False, note)
    refused = 100 * limited.counts.get("refused", 0) / lambdas
    yield Figure("calls refused there", refused, "%", 1, at_least=False)
    yield from _doctored(lds)
    many = _plan(lds, _MANY, 0.0, 0)
    yield Figure("peak memory, 10,000 functions", many.memory, "MB", 250, False, f"{many.seconds:.0f} s")


def _doctored(lds: Path) -> Iterator[Figure]:
    """Measure doctor --all, and hold its calls against roles x 2 + targets x 3 + functions x 2 + pages."""
    with _endpoint(_FUNCTIONS, _LATENCY, 0) as url:
        found = _run(url, [str(lds), "doctor", "--all", "-o", "json"])
    of_pages = ("ListFunctions", "GetMetricData")
    pages = sum(found.counts[name] for name in of_pages)
    calls = sum(count for name, count in found.counts.items() if name not in ("most_at_once", "refused"))
    bound = 2 * ROLES + 3 * QUEUES + 2 * _FUNCTIONS + pages + 1
    told = ", ".join(f"{found.counts[name]} {name}" for name in sorted(found.counts) if name[0].isupper())
    yield Figure("lds doctor --all, 1,000 functions: its calls", calls, "calls", bound, at_least=False, note=told)
    ideal = calls * _LATENCY / WORKERS
    note = f"{calls} calls, {WORKERS} at once, 50 ms each: {ideal:.1f} s at least; it took {found.seconds:.1f} s"
    yield Figure("its time", found.seconds / ideal, "times", 1.3, at_least=False, note=note)


def _plan(lds: Path, functions: int, latency: float, rate: float) -> _Run:
    with tempfile.TemporaryDirectory() as folder, _endpoint(functions, latency, rate) as url:
        spec = Path(folder) / "lds.yaml"
        rows = (f"  f{n:05}: {{on_failure: sqs:q{n % 20}, maximum_retry_attempts: 1}}\n" for n in range(functions))
        spec.write_text("version: 1\nfunctions:\n" + "".join(rows))
        return _run(url, [str(lds), "plan", "-f", str(spec), "-o", "json"])


def _run(url: str, words: list[str]) -> _Run:
    command = [*words, "--endpoint-url", url, "--region", "us-east-1"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    with urllib.request.urlopen(f"{url}/counts") as answer:
        counts = json.load(answer)
    return _Run(seconds, usage.ru_maxrss / 1024, counts)


def _cli(latency: float) -> float:
    """Give the seconds that the aws CLI takes for one of the reads; 0 without one on the PATH."""
    aws = shutil.which("aws")
    if aws is None:
        return 0.0
    with _endpoint(_CLI_CALLS, latency, 0) as url:
        begun = time.perf_counter()
        for number in range(_CLI_CALLS):
            subprocess.run(
                [aws, "--endpoint-url", url, "--region", "us-east-1", "lambda", "list-function-event-invoke-configs",
                 "--function-name", f"f{number:05}"],
                env=_environment(), check=True, capture_output=True,
            )  # fmt: skip
        return (time.perf_counter() - begun) / _CLI_CALLS


@contextmanager
def _endpoint(functions: int, latency: float, rate: float) -> Iterator[str]:
    words = [sys.executable, "-m", "benchmarks.endpoint", str(functions), str(latency * 1000), str(rate)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.terminate()
        process.communicate()


def _environment() -> dict[str, str]:
    return {**os.environ, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
