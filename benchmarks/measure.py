"""Whole processes, timed in pairs: A B A B …, so that a machine whose speed drifts does not decide."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Wall seconds of two commands run in turn, and what their ratio may be."""

    name: str
    peer: str
    seconds: tuple[float, ...]
    peer_seconds: tuple[float, ...]
    target: float | None

    @property
    def ratios(self) -> list[float]:
        """The ratio pair by pair."""
        return [ours / theirs for ours, theirs in zip(self.seconds, self.peer_seconds, strict=True)]

    def row(self) -> str:
        """Give a line of a Markdown table."""
        ours, theirs = statistics.median(self.seconds), statistics.median(self.peer_seconds)
        ratio, low, high = statistics.median(self.ratios), min(self.ratios), max(self.ratios)
        target = f"<= {self.target:g}" if self.target else "-"
        return (
            f"| {self.name} | {self.peer} | {ours * 1000:.0f} ms | {theirs * 1000:.0f} ms "
            f"| {ratio:.2f} ({low:.2f} to {high:.2f}) | {target} |"
        )

    def as_json(self) -> dict[str, object]:
        """Give the figures."""
        return {
            "name": self.name,
            "peer": self.peer,
            "seconds": self.seconds,
            "peer_seconds": self.peer_seconds,
            "median_ratio": statistics.median(self.ratios),
            "target": self.target,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and what it is to be: at least or at most ``target``."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True
    note: str = ""

    def row(self) -> str:
        """Give a line of the same table: no peer, no ratio."""
        target = "-" if self.target is None else f"{'>=' if self.at_least else '<='} {self.target:g} {self.unit}"
        return f"| {self.name} | {self.note or '-'} | {self.value:,.4g} {self.unit} | - | - | {target} |"

    def as_json(self) -> dict[str, object]:
        """Give the figure."""
        return {"name": self.name, "value": self.value, "unit": self.unit, "target": self.target, "note": self.note}


HEAD = "| what | against | median | its median | ratio, median (min to max) | target |\n|---|---|---|---|---|---|"


def compare(
    name: str,
    command: Sequence[str],
    peer: str,
    peer_command: Sequence[str],
    *,
    target: float | None = None,
    runs: int = 15,
    environment: Mapping[str, str] | None = None,
) -> Comparison:
    """Run two commands in turn, one pair first that does not count; raises CalledProcessError when one fails."""
    whole = _whole(environment)
    ours, theirs = [], []
    for _ in range(runs + 1):
        ours.append(_seconds(command, whole))
        theirs.append(_seconds(peer_command, whole))
    return Comparison(name, peer, tuple(ours[1:]), tuple(theirs[1:]), target)


def peak_memory(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Run a command and give the most memory that it had resident, in MB; raises CalledProcessError when it fails."""
    process = subprocess.Popen(command, env=_whole(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss / 1024


def _whole(environment: Mapping[str, str] | None) -> dict[str, str]:
    """Give this process's environment and more, with bytecode kept as where a package is installed."""
    whole = {**os.environ, **(environment or {})}
    whole.pop("PYTHONDONTWRITEBYTECODE", None)  # else a changed module is compiled anew in every run that is timed
    return whole


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start
