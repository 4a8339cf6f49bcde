"""A queue, a Lambda and a crash, simulated: whatever may happen at each step is drawn by hypothesis."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import Message, OutcomeLine, Watch
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.replay import Answer, Event, Fate, Found, ReplayLine, State, Unreplayable
from lambda_dest_cli.replayer.journal import JournalFile, RunJournal
from lambda_dest_cli.replayer.run import Hooks, ReplayRequest, Run

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUEUE = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed")
ORDERS = FunctionRef("orders")
ANSWERS = ("accept", "accept", "accept", "accept and fail again", "lost, accepted", "lost, not accepted", "busy", "no")
Draw = Callable[[str, Iterable[Any]], Any]


class Crash(BaseException):
    """The process is gone: nothing more of it happens."""


@dataclass
class Item:
    """A message: an event that failed once in the request it names."""

    id: str
    request_id: str
    event: str
    """What tells the event apart, whichever message carries it."""
    parent: str = ""
    """The request that this one came of, where it failed again."""


@dataclass
class World:
    """What outlives a run."""

    draw: Draw
    queue: dict[str, Item] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    accepted: Counter[str] = field(default_factory=Counter)
    """By the request that failed: how often Lambda took its event."""
    steps_left: int | None = None
    """Until the crash; None for none."""
    dead: bool = False
    number: int = 0

    def step(self) -> None:
        """Come one step nearer to the crash."""
        if self.steps_left is not None:
            self.steps_left -= 1
            self.dead = self.dead or self.steps_left < 0
        if self.dead:
            raise Crash

    def put(self, parent: str = "", event: str = "", request_id: str = "") -> Item:
        """Let an event fail: its record comes to the queue."""
        self.number += 1
        item = Item(f"m{self.number}", request_id or f"r{self.number}", event or f"e{self.number}", parent)
        self.queue[item.id] = item
        return item


class Queue:
    """The queue as a run sees it."""

    identity, label, loops = "sim", "sqs:failed", True

    def __init__(self, world: World) -> None:
        self.world = world
        self.lapsed: set[str] = set()
        self.given: set[str] = set()

    @property
    def exhausted(self) -> bool:
        return not self._visible()

    def _visible(self) -> list[Item]:
        return [item for id_, item in self.world.queue.items() if id_ not in self.world.hidden]

    def take(self, at_most: int) -> list[Found]:
        self.world.step()
        items = self._visible()[: min(at_most, self.world.draw("batch", range(1, 4)))]
        self.world.hidden.update(item.id for item in items)
        found = [Found(Message(item.id, item.request_id, NOW), Watch(QUEUE)) for item in items]
        if found and self.world.draw("delivered twice", (False, False, False, True)):
            found.append(found[0])
        return found

    def holds(self, id_: str) -> bool:
        self.world.step()
        if self.world.draw("lapse", (False,) * 9 + (True,)):
            self.lapsed.add(id_)
        return id_ not in self.lapsed

    def remove(self, id_: str) -> None:
        self.world.step()
        if id_ not in self.lapsed:
            self.world.queue.pop(id_, None)

    def leave(self, id_: str) -> None:
        self.world.step()

    def rewind(self) -> bool:
        return False

    def close(self) -> Iterable[str]:
        return ()


class Lambda:
    """Takes events, and answers late, wrongly or not at all."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waiting: list[tuple[int, Event]] = []
        self.ready: list[tuple[int, Answer]] = []

    def submit(self, seq: int, event: Event) -> None:
        self.waiting.append((seq, event))
        self.world.step()

    def answers(self, wait_seconds: float) -> list[tuple[int, Answer]]:
        self.world.step()
        count = self.world.draw("answers", range(len(self.waiting) + 1)) if wait_seconds == 0 else len(self.waiting)
        for _ in range(count):
            place = self.world.draw("which", range(len(self.waiting)))
            seq, event = self.waiting.pop(place)
            self.ready.append((seq, self.answer(event, self.world.draw("answer", ANSWERS))))
        found, self.ready = self.ready, []
        return found

    def close(self) -> None:
        return

    def crash(self) -> None:
        """Let what was under way arrive, or not."""
        for _, event in self.waiting:
            self.answer(event, self.world.draw("arrived", ("accept", "busy")))

    def answer(self, event: Event, how: str) -> Answer:
        request, new = str(event.request_id), f"n{self.world.number}-{sum(self.world.accepted.values())}"
        if how in ("accept", "accept and fail again", "lost, accepted"):
            self.world.accepted[request] += 1
            if how != "accept":
                self.world.put(request, event.payload.decode(), new)
        if how.startswith("accept"):
            return Answer(State.ACCEPTED, new)
        if how == "busy":
            return Answer(State.FAILED, words="429", again=True)
        return Answer(State.FAILED, words="413") if how == "no" else Answer(State.UNKNOWN, words="no answer")


class Steps:
    """A journal that may be the last that was ever written to."""

    def __init__(self, journal: RunJournal, world: World) -> None:
        self.journal, self.world = journal, world

    def known(self, event: Event) -> tuple[Fate | None, str]:
        self.world.step()
        return self.journal.known(event)

    def open_page(self) -> "Steps":
        self.world.step()
        self.journal.open_page()
        return self

    def turn(self) -> None:
        self.world.step()
        self.journal.turn()
        self.world.step()

    def answer(self, seq: int, answer: Answer) -> None:
        self.world.step()
        self.journal.answer(seq, answer)

    def sending(self, event: Event) -> int:
        self.world.step()
        return self.journal.sending(event)


def replay(world: World, path: Path, run_id: str, crash_after: int | None = None) -> list[ReplayLine]:
    """Run once, to the end or to the crash; gives the lines that were shown."""
    world.steps_left, world.dead = crash_after, False
    file = JournalFile(path, lambda: 0.0)
    clock = iter(range(10**9))
    taker, queue, shown = Lambda(world), Queue(world), list[ReplayLine]()
    journal = Steps(RunJournal.begin(file, run_id, {queue.identity: queue.label}, "{}"), world)
    hooks = Hooks(lambda: 0.0, lambda: float(next(clock)), lambda _: None)
    run = Run([queue], lambda source, found: _event(world, source, found), journal, taker, _REQUEST, hooks)
    try:
        shown.extend(run.lines())
    except Crash:
        taker.crash()
    file.close()
    world.hidden.clear()
    return shown


_REQUEST = ReplayRequest(concurrency=3, stop_after_failures=1_000)


def _event(world: World, source: str, found: Found) -> Event | Unreplayable | None:
    item = world.queue.get(found.message.id)
    request = str(found.message.body)
    line = OutcomeLine(NOW, QUEUE, RawJson("null"), request_id=request)
    return Event(source, found.message.id, (item.event if item else request).encode(), ORDERS, line)
