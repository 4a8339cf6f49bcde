"""Replay beyond one machine: a Distributed Map of Step Functions sends, and this makes, starts and watches it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath

from lambda_dest_cli.aws.parts import Parts
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.state_machines import StateMachines
from lambda_dest_cli.model.state_machine import Machine, Progress, RemoteReplay
from lambda_dest_cli.replayer.drain import Drain
from lambda_dest_cli.statemachine import definition, role_policy, trust_policy

_PAUSES = (0.2, 0.5, 1.0, 2.0)
_PAUSE = 5.0
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Window:
    """Which of a bucket's objects are meant, and where they go instead of where they came from."""

    since: datetime | None = None
    until: datetime | None = None
    to: str = ""


class Distributed:
    """One machine's life."""

    def __init__(
        self, machine: Machine, session: AwsSession, clock: Callable[[], float], sleep: Callable[[float], object]
    ) -> None:
        self.machine = machine
        self._machines = StateMachines(session, sleep)
        self._parts = Parts(session, machine.bucket, machine.read_prefix)
        self._clock = clock
        self._sleep = sleep

    def make(self) -> None:
        """Make role and machine, or bring them up to date."""
        machine = self.machine
        self._machines.put(machine, definition(machine), trust_policy(machine), role_policy(machine))

    def drain(self, run: str) -> Drain:
        """Give what writes a run's events into the bucket."""
        return Drain(self._parts, self.machine.function, run, self._sleep)

    def start(self, window: Window | None = None) -> tuple[str, ...]:
        """Start what there is to do; gives the executions.

        A file that lds wrote is started under its own name, so that whatever was started before, by a run that was
        killed too, is not started again. A bucket is read up to now.
        """
        if self.machine.drained:
            return tuple(self._machines.start(self.machine, _name(key), {"key": key}) for key in self._parts.find())
        window = window or Window()
        until = (window.until or datetime.fromtimestamp(self._clock(), UTC)).timestamp()
        since = window.since.timestamp() if window.since else 0
        given: Mapping[str, object] = {"since": since, "until": until, "to": window.to}
        # Under the same name nothing is started twice, so the name says all that it was asked for.
        name = f"{datetime.fromtimestamp(until, UTC):%Y%m%dT%H%M%S}-{sha256(repr(given).encode()).hexdigest()[:8]}"
        return (self._machines.start(self.machine, name, given),)

    def watch(self, executions: tuple[str, ...], advance: Advance) -> RemoteReplay:
        """Wait for all to end; ``advance`` is told (done, of how many). What is stopped meanwhile ends too.

        The files of what came through whole are deleted.
        """
        ended: dict[str, Progress] = {}
        looks = 0
        while len(ended) < len(executions):
            now = {each: ended.get(each) or self._machines.progress(each) for each in executions}
            ended = {each: found for each, found in now.items() if found.over}
            all_ = joined(list(now.values()))
            advance(all_.succeeded + all_.failed, all_.total)
            if len(ended) < len(executions):
                self._sleep(_PAUSES[looks] if looks < len(_PAUSES) else _PAUSE)
            looks += 1
        self._clear(ended)
        errors: Counter[str] = Counter()
        for each, found in ended.items():
            if found.failed:
                errors.update(self._machines.errors(each))
        results = f"s3://{self.machine.bucket}/{self.machine.results_prefix}/"
        return RemoteReplay(self.machine.name, executions, joined(list(ended.values())), dict(errors), results)

    def stop(self, executions: tuple[str, ...]) -> None:
        """Stop them: what was sent is sent, what was not is where it was."""
        for each in executions:
            self._machines.stop(each)

    def tear_down(self) -> bool:
        """Remove machine and role; says whether there were any. What is in the bucket stays."""
        return self._machines.remove(self.machine)

    def _clear(self, ended: Mapping[str, Progress]) -> None:
        whole = {
            each.rpartition(":")[2] for each, found in ended.items() if found.status == "SUCCEEDED" and not found.failed
        }
        if self.machine.drained:
            for key in self._parts.find():
                if _name(key) in whole:
                    self._parts.remove(key)


def joined(parts: list[Progress]) -> Progress:
    """Add up; the status is the worst."""
    worst = next((each for each in parts if each.status != "SUCCEEDED"), None)
    return Progress(
        worst.status if worst else "SUCCEEDED",
        sum(each.total for each in parts),
        sum(each.succeeded for each in parts),
        sum(each.failed for each in parts),
        next((each.error for each in parts if each.error), ""),
    )


def _name(key: str) -> str:
    """Give an execution's name, by which Step Functions knows a file for 90 days; it takes 80 characters."""
    return f"{PurePosixPath(key).stem[:60]}-{sha256(key.encode()).hexdigest()[:8]}"


def as_one(reports: list[RemoteReplay]) -> RemoteReplay:
    """Tell of several machines as of one."""
    errors: Counter[str] = Counter()
    for report in reports:
        errors.update(report.errors)
    return RemoteReplay(
        ", ".join(report.machine for report in reports),
        tuple(execution for report in reports for execution in report.executions),
        joined([report.progress for report in reports]),
        dict(errors),
        ", ".join(report.results for report in reports),
    )
