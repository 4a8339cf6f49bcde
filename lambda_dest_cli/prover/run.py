"""Trials at work: one loop sends, hears all feeds and judges, so that functions that share a queue share its reader."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from lambda_dest_cli.aws.feeds import Feed
from lambda_dest_cli.errors import CredentialsProblem, LdsError, Throttled, Unreachable
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.trial import Accepted, Attempt, Trial, TrialWait
from lambda_dest_cli.prover.course import Course
from lambda_dest_cli.prover.gate import Gate
from lambda_dest_cli.prover.goal import Goal, say_what_is_not_seen, watches_of
from lambda_dest_cli.prover.judge import failed_to_try, judged
from lambda_dest_cli.prover.switch import Switch
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.tailer.follow import put_back
from lambda_dest_cli.tailer.reader import Arrival, Batch, Failed, Opened, Reader, Recovered, Troubled

_WAKE_SECONDS = 0.1
_AT_ONCE = 8
"""How many functions are tried at the same time."""
_LOG_POLL_SECONDS = 2.0
"""CloudWatch Logs allows few calls of FilterLogEvents a second."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a run may ask of the world."""

    make_feed: Callable[[Watch], Feed]
    send: Callable[[FunctionRef, bytes], Accepted]
    attempts: Callable[[FunctionFacts, Accepted], tuple[Attempt, ...]]
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    note: Callable[[str], None]
    footer: Callable[[TrialWait], None]


class Prover:
    """One run over some functions."""

    def __init__(self, goals: Sequence[Goal], door: Door, switch: Switch | None = None) -> None:
        self._door, self._switch = door, switch
        self._watches = watches_of(goals)
        self._waiting = deque(Course(goal) for goal in goals)
        self._running: list[Course] = []
        self._alone = len(goals) == 1
        self._total = len(goals)
        self._trials: list[tuple[Goal, Trial]] = []
        self._readers: dict[Arn, Reader] = {}
        self._every: list[Reader] = []
        self._open: set[Arn] = set()
        self._wanted: set[Arn] = set()
        self._unread: set[Arn] = set()
        """What could not be opened, and need not be."""
        self._arrivals: SimpleQueue[Arrival] = SimpleQueue()
        self._logs_read = 0.0

    def run(self) -> list[tuple[Goal, Trial]]:
        """Try every function; whatever ends this, it is switched on and the feeds are closed before it is over.

        Raises what keeps a single function from being tried; of several, that is its trial.
        """
        try:
            while self._waiting or self._running:
                self._begin_some()
                self._hear()
                self._send_some()
                self._read_logs()
                self._end_some()
                self._show()
        except KeyboardInterrupt:
            for course in self._running:
                if course.accepted and not course.complete:
                    self._door.note(f"{course.goal.name}: request {course.accepted.request_id} goes on by itself")
            raise
        finally:
            try:
                if self._switch:
                    self._switch.restore()
            finally:
                put_back(self._every, self._door.note)
        return self._trials

    def _begin_some(self) -> None:
        while self._waiting and len(self._running) < _AT_ONCE:
            course = self._waiting.popleft()
            say_what_is_not_seen(course.goal, self._door.note)
            self._running.append(course)
            for arn in dict.fromkeys(course.goal.routes.values()):
                if arn not in self._readers and arn not in self._unread:
                    self._open_feed(arn)

    def _open_feed(self, arn: Arn) -> None:
        watch = self._watches[arn]
        feed = Gate(self._door.make_feed(watch), lambda: arn in self._wanted, self._door.sleep)
        reader = self._readers[arn] = Reader(watch, feed, self._arrivals, follow=True)
        self._every.append(reader)
        reader.start()

    def _send_some(self) -> None:
        """Send the events of those whose feeds are all open."""
        for course in list(self._running):
            if course.accepted is None and set(course.goal.routes.values()) <= self._open | self._unread:
                try:
                    if self._switch:
                        self._switch.off()
                    accepted = self._door.send(course.goal.ref, course.goal.payload)
                except LdsError as problem:
                    self._give_up(course, problem)
                    continue
                course.begin(accepted, self._door.clock())
                self._look_again()

    def _hear(self) -> None:
        for arrival in self._gather():
            arn = arrival.reader.watch.destination
            match arrival:
                case Opened():
                    self._open.add(arn)
                case Troubled(error=problem):
                    self._door.note(f"{problem.message}; trying again")
                case Recovered():
                    self._door.note(f"reading {arn} again")
                case Failed(error=error):
                    self._feed_failed(arrival.reader, error)
                case Batch(messages=messages):
                    for message in messages:
                        self._take(message, arrival.reader.watch)

    def _take(self, message: Message, watch: Watch) -> None:
        line, now = outcome_line(message, watch), self._door.clock()
        for course in self._running:
            if course.take(line, message, now):
                self._look_again()

    def _gather(self) -> Iterable[Arrival]:
        found = []
        try:
            found.append(self._arrivals.get(timeout=_WAKE_SECONDS))
            while True:
                found.append(self._arrivals.get_nowait())
        except Empty:
            return found

    def _feed_failed(self, reader: Reader, error: Exception) -> None:
        """Give up whoever needs what cannot be read; who waits for another outcome goes on without."""
        if not isinstance(error, LdsError) or isinstance(error, CredentialsProblem):
            raise error
        arn = reader.watch.destination
        self._readers.pop(arn, None)
        self._open.discard(arn)
        self._unread.add(arn)
        said = False
        for course in [*self._running, *self._waiting]:
            if arn in course.goal.targets(course.goal.expected).values():
                self._give_up(course, error)
            elif arn in course.goal.routes.values() and not said:
                self._door.note(f"not watched: {error.message}")
                said = True

    def _give_up(self, course: Course, problem: LdsError) -> None:
        if self._alone or isinstance(problem, CredentialsProblem):
            raise problem
        self._finish(course, failed_to_try(course.goal, problem))

    def _read_logs(self) -> None:
        now = self._door.clock()
        if now - self._logs_read < (_LOG_POLL_SECONDS if self._scale() == 1 else _WAKE_SECONDS):
            return
        self._logs_read = now
        for course in self._running:
            if course.accepted and not course.log_problem:
                try:
                    course.attempts = self._door.attempts(course.goal.subject.facts, course.accepted)
                except CredentialsProblem:
                    raise
                except (Throttled, Unreachable):
                    continue
                except LdsError as problem:
                    course.log_problem = problem.message

    def _scale(self) -> float:
        return min((course.goal.clock.scale for course in self._running), default=1.0)

    def _end_some(self) -> None:
        now = self._door.clock()
        for course in list(self._running):
            if course.accepted and course.over(now):
                if self._switch:
                    self._switch.restore()
                self._finish(course, judged(course, now))
        self._look_again()

    def _finish(self, course: Course, trial: Trial) -> None:
        self._trials.append((course.goal, trial))
        if course in self._running:
            self._running.remove(course)
        else:
            self._waiting.remove(course)
        self._look_again()

    def _look_again(self) -> None:
        """Read what is waited for, and put back at once what is held of a queue that nobody waits for any more."""
        begun = [course for course in self._running if course.accepted]
        self._wanted = {arn for arn in self._open if any(course.waits_for(arn) for course in begun)}
        later = {arn for course in [*self._waiting, *self._running] if not course.accepted
                 for arn in course.goal.routes.values()}  # fmt: skip
        for arn in [arn for arn in self._open if arn not in self._wanted | later]:
            self._readers.pop(arn).stop()
            self._open.discard(arn)

    def _show(self) -> None:
        """Say below the answer what is waited for."""
        begun = [course for course in self._running if course.accepted]
        done = len(self._trials)
        if not self._running:
            return
        if not begun:
            self._door.footer(TrialWait((), done=done, total=self._total))
            return
        now = self._door.clock()
        first = begun[0]
        since = (first.attempts[-1].started - first.accepted.at).total_seconds() if first.attempts else 0.0  # type: ignore[union-attr]
        due = first.goal.clock.due(len(first.attempts), since) - (now - first.began)
        failing = first.goal.clock.waits and first.goal.expected != "success"
        self._door.footer(
            TrialWait(
                tuple(course.goal.name for course in begun), now - first.began, first.deadline - now,
                len(first.attempts), first.goal.clock.tries, due if failing else None, done, self._total,
            )
        )  # fmt: skip
