"""One run: events are taken, judged, written down, sent, their answers written down, and only then removed.

All of it happens in one thread, turn by turn; each turn writes the journal once. Threads only send (``sending``) and
look after sources.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.model.replay import Answer, Event, Fate, ReplayLine, State
from lambda_dest_cli.replayer.backlog import Backlog, Waiting
from lambda_dest_cli.replayer.choosing import Choice, Look
from lambda_dest_cli.replayer.digest import digest
from lambda_dest_cli.replayer.pace import Pace
from lambda_dest_cli.replayer.ports import Journal, Sender, Source

_TICK = 0.05
_LOOKED_AT = 500
"""So many candidates are judged in a turn at most, so that a person sees it move."""
_TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_FATES = {State.ACCEPTED: Fate.ACCEPTED, State.UNKNOWN: Fate.UNKNOWN, State.FAILED: Fate.FAILED}
_LEFT = (Fate.FAILED, Fate.UNKNOWN, Fate.IN_DOUBT, Fate.TAKEN)
"""What makes a run partly done."""


class Quit(Exception):
    """A person, asked about an event, wants to end the run."""


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What to send, and how."""

    choice: Choice = field(default_factory=Choice)
    concurrency: int = 16
    rate: float | None = None
    """Events a second."""
    maximum: int | None = None
    keep: bool = False
    """Whether what was accepted stays in its source."""
    stop_after_failures: int = 10
    """How many events may come to FAILED or UNKNOWN before the run stops by itself."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a run asks on its way. Times are in seconds; ``monotonic`` never goes back."""

    clock: Callable[[], float]
    monotonic: Callable[[], float]
    note: Callable[[str], None]
    check: Callable[[FunctionRef], None] = lambda _: None
    """Raises LdsError where nothing should be sent to a function; asked before each event."""
    decide: Callable[[Event], Event | None] = lambda event: event
    """Gives the event as it is to be sent, or None for not at all; raises Quit."""


class Run:
    """One run over some sources, which are open."""

    def __init__(
        self, sources: Iterable[Source], look: Look, journal: Journal, sender: Sender, request: ReplayRequest,
        hooks: Hooks,
    ) -> None:  # fmt: skip
        self.counts: Counter[Fate] = Counter()
        self.stopped = ""
        """Why it ended before everything was sent."""
        self._sources = list(sources)
        self._journal = journal
        self._sender = sender
        self._request = request
        self._hooks = hooks
        self._backlog = Backlog(self._sources, look, request.concurrency)
        self._pace = Pace(request.concurrency, request.rate)
        self._flying: dict[int, Waiting] = {}
        """What was sent and has no answer in the journal yet, the oldest first."""
        self._answers: list[tuple[int, Answer]] = []
        """What has come and is not in the journal yet."""
        self._tries: Counter[tuple[str, str]] = Counter()
        self._unknown: set[bytes] = set()
        """Digests of what was sent with an unknown outcome: what fails again of them has no request id we know."""
        self._last = 0
        self._begun = 0

    def lines(self) -> Generator[ReplayLine, None, ExitCode]:
        """Give what becomes of each event, as it does; at the end PARTIAL where some were not accepted.

        Whatever ends it, what is under way is waited for and written down. Raises JournalProblem, and what ``check``
        raises.
        """
        try:
            while not self._over():
                yield from self._take_in()
                self._answers += self._sender.answers(self._patience())
                yield from self._turn()
            yield from self._give_up()
        finally:
            self._land()
        return ExitCode.PARTIAL if self.stopped or any(self.counts[fate] for fate in _LEFT) else ExitCode.OK

    def _over(self) -> bool:
        if self._flying or self._answers:
            return False
        return bool(self.stopped) or self._backlog.over

    def _take_in(self) -> Iterator[ReplayLine]:
        if self.stopped:
            return
        for source, id_, found in self._backlog.take_in(self._last):
            yield self._line(Fate.NOT_REPLAYABLE, source, id_, found.line, words=found.why)

    def _patience(self) -> float:
        """Give how long an answer may be waited for: not at all where something can be sent."""
        now = self._hooks.monotonic()
        due = self._backlog.due(now)
        free = 0 if self.stopped else self._pace.allowed(len(self._flying), now)
        if free > 0 and self._backlog.can(self._oldest(), now):
            return 0.0
        return _TICK if due is None else min(_TICK, due or _TICK)

    def _oldest(self) -> int | None:
        answered = {seq for seq, _ in self._answers}
        return next((seq for seq in self._flying if seq not in answered), None)

    def _turn(self) -> Iterator[ReplayLine]:
        """Write down what has come and what is to be sent; then, and not before, remove and send."""
        chosen, lines = self._pick()
        if self._answers or chosen:
            page = self._journal.open_page()
            for seq, answer in self._answers:
                page.answer(seq, answer)
            sends = [(page.sending(item.event), item) for item in chosen]
            self._journal.turn()
            answered, self._answers = self._answers, []
            lines += [line for seq, answer in answered if (line := self._settle(seq, answer))]
            for seq, item in sends:
                self._flying[seq] = item
                self._last = seq
                self._sender.submit(seq, item.event)
            self._pace.sent(len(sends))
        yield from lines

    def _pick(self) -> tuple[list[Waiting], list[ReplayLine]]:
        """Give what is to be sent now, and lines of what is not to be sent at all."""
        now = self._hooks.monotonic()
        free = 0 if self.stopped else self._pace.allowed(len(self._flying), now)
        chosen: list[Waiting] = []
        lines: list[ReplayLine] = []
        aside: list[Waiting] = []
        busy = {key for item in self._flying.values() for key in _keys(item.event)}
        for _ in range(_LOOKED_AT):
            if len(chosen) >= free or self.stopped or (item := self._backlog.next(self._oldest(), now)) is None:
                break
            if not busy.isdisjoint(_keys(item.event)):
                aside.append(item)
                continue
            ready = self._judge(item, lines)
            if ready is not None:
                chosen.append(ready)
                busy.update(_keys(item.event))
                self._count(ready)
        self._backlog.put_back(aside)
        return chosen, lines

    def _count(self, item: Waiting) -> None:
        """Count what is sent for the first time; after --max no other is."""
        self._begun += not self._tries[item.event.source, item.event.id]
        if self._begun == self._request.maximum:
            self._backlog.cut()

    def _judge(self, item: Waiting, lines: list[ReplayLine]) -> Waiting | None:
        """Give an event as it is to be sent, or None and a line that says why it is not."""
        event, source = item.event, item.source
        fate, words = self._fate(item)
        if fate is None and not source.holds(event.id):
            fate = Fate.TAKEN
        if fate is None:
            self._hooks.check(event.target)
            try:
                decided = self._hooks.decide(event)
            except Quit:
                self.stopped = "you asked to stop"
                return None
            if decided is not None:
                return Waiting(source, decided, item.barrier)
            fate = Fate.DECLINED
        if fate is Fate.ALREADY_ACCEPTED and not self._request.keep:
            source.remove(event.id)
        else:
            source.leave(event.id)
        lines.append(self._line(fate, source, event.id, event.line, event.target, words=words))
        return None

    def _fate(self, item: Waiting) -> tuple[Fate | None, str]:
        event = item.event
        coming = {answer.request_id for _, answer in self._answers}
        if event.request_id and event.request_id in coming:
            return Fate.FAILED_AGAIN, ""
        fate, words = self._journal.known(event)
        if fate is None and self._unknown and item.source.loops and digest(event.payload) in self._unknown:
            return Fate.FAILED_AGAIN, "it may be what was sent with an unknown outcome"
        return fate, words

    def _settle(self, seq: int, answer: Answer) -> ReplayLine | None:
        """Act on an answer that is on disk."""
        item = self._flying.pop(seq)
        event = item.event
        if answer.state is State.ACCEPTED:
            self._pace.accepted()
            (item.source.leave if self._request.keep else item.source.remove)(event.id)
        elif answer.again and self._wait_for_another_try(item, answer):
            return None
        else:
            item.source.leave(event.id)
        if answer.state is State.UNKNOWN:
            self._unknown.add(digest(event.payload))
        fate = _FATES[answer.state]
        line = self._line(fate, item.source, event.id, event.line, event.target, answer.request_id, answer.words)
        self._stop_where_it_goes_wrong(answer)
        return line

    def _wait_for_another_try(self, item: Waiting, answer: Answer) -> bool:
        key = item.event.source, item.event.id
        self._tries[key] += 1
        pause = min(_LONGEST_PAUSE, max(answer.retry_after, _FIRST_PAUSE * 2 ** (self._tries[key] - 1)))
        now = self._hooks.monotonic()
        self._pace.refused(now, answer.retry_after or min(pause, _FIRST_PAUSE))
        if self._tries[key] >= _TRIES or self.stopped:
            return False
        self._backlog.try_again(item, now + pause)
        return True

    def _stop_where_it_goes_wrong(self, answer: Answer) -> None:
        bad = self.counts[Fate.FAILED] + self.counts[Fate.UNKNOWN]
        if answer.fatal:
            self.stopped = self.stopped or answer.words
        elif answer.state is not State.ACCEPTED and bad >= self._request.stop_after_failures:
            why = f"{bad} events were not accepted (--stop-after-failures); the last: {answer.words}"
            self.stopped = self.stopped or why

    def _give_up(self) -> Iterator[ReplayLine]:
        """Say of what still waited for another try that it was not sent."""
        for item in self._backlog.tried():
            event = item.event
            yield self._line(Fate.FAILED, item.source, event.id, event.line, event.target, words="not tried again")

    def _land(self) -> None:
        """Wait for what is under way, and write it down."""
        self.stopped = self.stopped or ("" if self._backlog.over else "interrupted")
        while self._flying:
            self._answers += self._sender.answers(_TICK)
            for _ in self._turn():
                pass

    def _line(
        self, fate: Fate, source: Source, id_: str, line: OutcomeLine, target: FunctionRef | None = None,
        request_id: str = "", words: str = "",
    ) -> ReplayLine:  # fmt: skip
        self.counts[fate] += 1
        time = datetime.fromtimestamp(self._hooks.clock(), UTC)
        return ReplayLine(time, fate, source.label, id_, line, target, request_id, words)


def _keys(event: Event) -> Iterator[tuple[str, str]]:
    """Give what an event is known by: two with a key in common are never under way together."""
    yield event.source, event.id
    if event.request_id:
        yield "", event.request_id
