"""Trials with feeds that a test fills: what counts as the event's own, when it is over, and what is said."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest

from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError, NotFound, Throttled, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState, Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import InvocationOutcome, Message
from lambda_dest_cli.model.tap import Tap
from lambda_dest_cli.model.trial import Accepted, Attempt, Trial, TrialWait, Verdict
from lambda_dest_cli.prover import Door, Goal, Prover, Switch, Wish
from lambda_dest_cli.prover.cause import likeliest
from lambda_dest_cli.prover.goal import goal_of, goals_of
from lambda_dest_cli.prover.retry_clock import retry_clock
from lambda_dest_cli.records.attempts import attempts_of
from lambda_dest_cli.records.invocation_log import LogLine

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOME = "arn:aws:lambda:eu-west-1:123456789012:function:"
SUCCESS, FAILURE = InvocationOutcome.SUCCESS, InvocationOutcome.FAILURE


def queue(name: str) -> Arn:
    return Arn.parse(f"arn:aws:sqs:eu-west-1:123456789012:{name}")


DONE, FAILED, DEAD = queue("done"), queue("failed"), queue("dead")
NEXT = Arn.parse(f"{HOME}next")


def subject(name: str = "orders", dead: Arn | None = None, **settings: Any) -> Subject:
    facts = FunctionFacts(name, Arn.parse(f"{HOME}{name}"), Arn.parse("arn:aws:iam::123456789012:role/r"), dead)
    config = EventInvokeConfig(**settings)
    return Subject(FunctionState(facts, {"$LATEST": config}), "$LATEST", facts, config, bool(settings), dead)


def goal(name: str = "orders", wish: Wish | None = None, dead: Arn | None = None, **settings: Any) -> Goal:
    return goal_of(subject(name, dead, **settings), FunctionRef(name), wish or Wish(b"{}", timeout=30))


def record(request: str, condition: str = "Success", function: str = "orders", id_: str = "") -> Message:
    body = {
        "version": "1.0",
        "timestamp": NOON.isoformat(),
        "requestContext": {
            "requestId": request,
            "functionArn": f"{HOME}{function}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 1,
        },
    }
    return Message(id_ or f"m-{request}-{condition}", json.dumps(body), NOON + timedelta(seconds=1))


def dead_letter(request: str) -> Message:
    attributes = {"RequestID": request, "ErrorCode": "200", "ErrorMessage": "boom"}
    return Message(f"d-{request}", "{}", NOON + timedelta(seconds=1), attributes)


@dataclass
class FakeFeed:
    """A destination that gives what is put there; before anything is wanted nobody reads it."""

    messages: list[Message] = field(default_factory=list)
    refuse: Exception | None = None
    polled: int = 0
    closed: int = 0
    held: int = 0

    def tap(self) -> Tap:
        return Tap(DONE)

    def open(self) -> None:
        if self.refuse:
            raise self.refuse

    def ready(self, wait_seconds: int) -> bool:
        return True

    def poll(self, wait_seconds: int) -> list[Message]:
        self.polled += 1
        found, self.messages = self.messages, []
        if not found:
            sleep(0.001)
        return found

    def heartbeat(self) -> None:
        return None

    def delete(self, messages: Sequence[Message]) -> None:
        raise AssertionError("a test takes nothing away")

    def close(self) -> None:
        self.closed += 1


@dataclass
class World:
    """What a run is told: feeds by destination, what arrives once an event is sent, and a clock that runs fast."""

    feeds: dict[Arn, FakeFeed]
    arrives: Callable[["World", str], None] = lambda world, request: None
    refuse: LdsError | None = None
    runs: tuple[Attempt, ...] | LdsError = (Attempt(NOON, 0.1),)
    now: float = NOON.timestamp()
    sent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waits: list[TrialWait] = field(default_factory=list)

    def send(self, ref: FunctionRef, payload: bytes) -> Accepted:
        assert not any(feed.polled for feed in self.feeds.values()) or len(self.sent) > 0
        if self.refuse:
            raise self.refuse
        request = f"id-{ref.name}"
        self.sent.append(request)
        self.arrives(self, request)
        return Accepted(request, NOON, 0.0)

    def attempts(self, facts: FunctionFacts, accepted: Accepted) -> tuple[Attempt, ...]:
        if isinstance(self.runs, LdsError):
            raise self.runs
        return self.runs

    def clock(self) -> float:
        self.now += 0.5
        return self.now

    def try_all(self, *goals: Goal, switch: Switch | None = None) -> list[Trial]:
        door = Door(
            lambda watch: self.feeds[watch.destination],
            self.send,
            self.attempts,
            self.clock,
            lambda seconds: sleep(0.001),
            self.notes.append,
            self.waits.append,
        )
        try:
            return [trial for _, trial in Prover(goals, door, switch).run()]
        finally:
            assert all(feed.closed or feed.refuse for feed in self.feeds.values())


def test_only_the_events_own_record_counts() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[DONE].messages += [record("another"), Message("x", "no record", NOON), record(request)]

    world = World({DONE: FakeFeed(), FAILED: FakeFeed()}, arrives)
    (trial,) = world.try_all(goal(on_success=DONE, on_failure=FAILED))
    assert (trial.verdict, trial.outcome, trial.request_id) == (Verdict.PASSED, SUCCESS, "id-orders")
    assert [hop.name for hop in trial.hops] == ["accepted", "attempt 1", "on_success sqs:done"]
    assert trial.words == "the success arrived at sqs:done (on-success)"


def test_a_failure_must_reach_the_destination_and_the_dead_letter_queue() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[DEAD].messages.append(dead_letter(request))

    half = World({FAILED: FakeFeed(), DEAD: FakeFeed()}, arrives)
    (trial,) = half.try_all(goal(dead=DEAD, on_failure=FAILED))
    assert trial.verdict is Verdict.FAILED
    assert dict(trial.missing) == {Slot.ON_FAILURE: FAILED}
    assert trial.words == (
        "the failure arrived at sqs:dead (dead-letter queue), but not at sqs:failed (on-failure); boom"
    )


def test_one_queue_may_serve_both() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[FAILED].messages += [dead_letter(request), record(request, "RetriesExhausted")]

    world = World({FAILED: FakeFeed()}, arrives)
    (trial,) = world.try_all(goal(dead=FAILED, on_failure=FAILED))
    assert trial.verdict is Verdict.PASSED
    assert trial.line is not None
    assert trial.line.condition == "RetriesExhausted"


def test_functions_that_share_a_queue_do_not_take_each_others_records() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[DONE].messages.append(record(request, function=request[3:]))

    names = [f"f{number}" for number in range(20)]
    world = World({DONE: FakeFeed()}, arrives)
    trials = world.try_all(*(goal(name, on_success=DONE) for name in names))
    assert {trial.function for trial in trials} == set(names)
    assert {trial.verdict for trial in trials} == {Verdict.PASSED}
    assert world.feeds[DONE].closed == 1


def test_an_outcome_that_was_not_expected_ends_it_at_once() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[FAILED].messages.append(record(request, "RetriesExhausted"))

    world = World({DONE: FakeFeed(), FAILED: FakeFeed()}, arrives)
    wish = Wish(b"{}", SUCCESS, timeout=1e9)
    (trial,) = world.try_all(goal(wish=wish, on_success=DONE, on_failure=FAILED))
    assert trial.verdict is Verdict.FAILED
    assert trial.words == "expected success, got failure; RetriesExhausted"
    assert trial.missing == {}


def test_a_destination_function_whose_log_does_not_name_the_event_proves_nothing() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[NEXT].messages.append(Message("l", "START\nhello\nEND", NOON, log_of="another-id"))

    world = World({NEXT: FakeFeed()}, arrives, runs=(Attempt(NOON),))
    (trial,) = world.try_all(goal(wish=Wish(b"{}", timeout=20), on_success=NEXT))
    assert trial.verdict is Verdict.FAILED
    assert "lambda:next ran 1 time since, and its log does not say for which event" in trial.hint


def test_a_destination_function_that_prints_its_event_proves_it() -> None:
    def arrives(world: World, request: str) -> None:
        text = f"START\n{{'requestContext': {{'requestId': '{request}', 'condition': 'Success'}}}}\nEND"
        world.feeds[NEXT].messages.append(Message("l", text, NOON, log_of="another-id"))

    world = World({NEXT: FakeFeed()}, arrives)
    (trial,) = world.try_all(goal(on_success=NEXT, on_failure=NEXT))
    assert (trial.verdict, trial.outcome) == (Verdict.PASSED, SUCCESS)


def test_what_is_not_run_again_has_succeeded() -> None:
    world = World({FAILED: FakeFeed()})
    (trial,) = world.try_all(goal(wish=Wish(b"{}", timeout=1e9, scale=1e6), on_failure=FAILED))
    assert trial.verdict is Verdict.FAILED
    assert trial.words == "it succeeded, as its log tells, and a success has no destination"
    assert trial.missing == {}
    assert "orders has no destination for a success: that would show nowhere" in world.notes


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ((), "its log shows no run of this event"),
        ((Attempt(NOON),), "its log shows 1 run of it, the last under way"),
        (AccessDenied("you may not"), "whether it ran is not known: you may not"),
    ],
)
def test_of_what_does_not_arrive_its_log_tells(runs: tuple[Attempt, ...] | LdsError, said: str) -> None:
    world = World({DONE: FakeFeed(), FAILED: FakeFeed()}, runs=runs)
    (trial,) = world.try_all(goal(wish=Wish(b"{}", timeout=1), on_success=DONE, on_failure=FAILED))
    assert trial.verdict is Verdict.FAILED
    assert trial.hint.startswith(said)
    assert "a failure may take 4m9s: give it longer with --timeout" in trial.hint
    assert trial.words.startswith("no outcome arrived at sqs:done (on-success) nor sqs:failed (on-failure) within")


@pytest.mark.parametrize("problem", [Throttled("slow"), AccessDenied("no"), NotFound("gone"), CredentialsProblem("x")])
def test_an_event_that_is_not_accepted(problem: LdsError) -> None:
    world = World({DONE: FakeFeed()}, refuse=problem)
    with pytest.raises(type(problem)):
        world.try_all(goal(on_success=DONE))
    fleet = World({DONE: FakeFeed(), FAILED: FakeFeed()}, refuse=problem)
    goals = goal("a", on_success=DONE), goal("b", on_success=FAILED)
    if isinstance(problem, CredentialsProblem):
        with pytest.raises(CredentialsProblem):
            fleet.try_all(*goals)
        return
    trials = fleet.try_all(*goals)
    assert [(trial.verdict, trial.words) for trial in trials] == [(Verdict.ERROR, problem.message)] * 2


def test_nothing_is_sent_while_a_feed_that_is_needed_cannot_be_opened() -> None:
    world = World({DONE: FakeFeed(refuse=NotFound("no queue")), FAILED: FakeFeed()})
    with pytest.raises(NotFound, match="no queue"):
        world.try_all(goal(on_success=DONE, on_failure=FAILED))
    assert world.sent == []


def test_a_feed_that_is_not_needed_is_done_without() -> None:
    def arrives(world: World, request: str) -> None:
        world.feeds[DONE].messages.append(record(request))

    world = World({DONE: FakeFeed(), FAILED: FakeFeed(refuse=NotFound("no queue"))}, arrives)
    (trial,) = world.try_all(goal(wish=Wish(b"{}", SUCCESS, 30), on_success=DONE, on_failure=FAILED))
    assert trial.verdict is Verdict.PASSED
    assert "not watched: no queue" in world.notes


@dataclass
class Concurrency:
    """A function's reserved concurrency, and what was written to it; ``trouble`` is raised by the next writes."""

    value: int | None = None
    written: list[int | None] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def write(self, value: int | None) -> None:
        if value is None or value > 0:
            for each in self.trouble[:1]:
                self.trouble.pop(0)
                raise each
        self.written.append(value)
        self.value = value

    def switch(self) -> Switch:
        return Switch(
            FunctionRef("orders"), lambda: self.value, self.write, self.notes.append, lambda: None, " --region r"
        )


@pytest.mark.parametrize("former", [None, 7])
def test_a_switch_gives_back_what_there_was_once(former: int | None) -> None:
    there = Concurrency(former)
    switch = there.switch()
    switch.off()
    assert there.value == 0
    switch.restore()
    switch.restore()
    assert there.written == [0, former]
    assert switch.by_hand() in there.notes[0]


def test_what_is_off_already_stays_so() -> None:
    there = Concurrency(0)
    switch = there.switch()
    switch.off()
    switch.restore()
    assert there.written == []


def test_a_switch_is_tried_again_and_ctrl_c_does_not_keep_it_off() -> None:
    there = Concurrency(7, trouble=[Throttled("slow"), KeyboardInterrupt(), Throttled("slow")])
    switch = there.switch()
    switch.off()
    with pytest.raises(KeyboardInterrupt):
        switch.restore()
    assert there.value == 7


def test_what_cannot_be_switched_on_is_said_with_the_command_that_does() -> None:
    there = Concurrency(7, trouble=[AccessDenied("no")] * 3)
    switch = there.switch()
    switch.off()
    with pytest.raises(AccessDenied, match="orders could not be switched on again: no") as caught:
        switch.restore()
    command = "aws lambda put-function-concurrency --function-name orders --region r --reserved-concurrent-executions 7"
    assert caught.value.hint == command
    assert command in there.notes[-1]


def test_a_forced_failure_is_on_again_whatever_ends_the_run() -> None:
    there = Concurrency(None)
    world = World({FAILED: FakeFeed()}, refuse=Throttled("slow"))
    with pytest.raises(Throttled):
        world.try_all(goal(wish=Wish(b"{}", FAILURE, 30, True), on_failure=FAILED), switch=there.switch())
    assert there.written == [0, None]


@pytest.mark.parametrize(
    ("retries", "age", "waits", "patience"),
    [
        (2, 21_600, (60, 120), 180 + 9 + 60),
        (1, 21_600, (60,), 60 + 6 + 60),
        (0, 21_600, (), 3 + 60),
        (2, 60, (60,), 60 + 6 + 60),
        (2, 179, (60,), 60 + 6 + 60),
    ],
)
def test_the_retry_clock(retries: int, age: int, waits: tuple[int, ...], patience: float) -> None:
    config = EventInvokeConfig(maximum_retry_attempts=retries, maximum_event_age_in_seconds=age)
    clock = retry_clock(config, 3, 1.0)
    assert (clock.waits, clock.patience) == (waits, patience)


def test_the_retry_clock_in_words() -> None:
    clock = retry_clock(EventInvokeConfig(), 3, 1.0)
    assert clock.words() == (
        "an event that fails is run 3 times (after 1m and 2m), so a failure's record comes about 3m after the event"
    )
    assert (clock.due(1, 0.5), clock.due(2, 61), clock.due(3, 182)) == (180.5, 181, 182)
    fast = retry_clock(EventInvokeConfig(maximum_retry_attempts=1), 3, 600.0)
    assert "after 1m, at 600 times the speed" in fast.words()
    assert retry_clock(EventInvokeConfig(), 3, 1.0, forced=True).words() == ""


def log(*lines: tuple[str, int, str]) -> Iterator[LogLine]:
    return (LogLine("", stream, NOON + timedelta(seconds=second), text) for stream, second, text in lines)


def test_the_runs_of_an_event_in_its_log() -> None:
    id_ = "8ea123e4-b738-4f5e-8880-a18cdf61200e"
    other = id_.replace("8ea", "9ea")
    found = attempts_of(
        log(
            ("a", 60, f"START RequestId: {id_} Version: 3"),
            ("a", 0, f"START RequestId: {id_} Version: 3"),
            ("a", 1, f"REPORT RequestId: {id_}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tStatus: timeout\t"),
            ("a", 2, f"REPORT RequestId: {other}\tDuration: 1 ms"),
            ("b", 180, json.dumps({"type": "platform.start", "record": {"requestId": id_}})),
            ("b", 181, json.dumps({"type": "platform.report",
                                   "record": {"requestId": id_, "metrics": {"durationMs": 7}, "status": "error"}})),
            ("b", 182, f'{{"message": "START RequestId: {id_}", "record": 1}}'),
        ),
        id_,
    )  # fmt: skip
    assert found == (
        Attempt(NOON, 0.0125, "timeout"),
        Attempt(NOON + timedelta(seconds=60)),
        Attempt(NOON + timedelta(seconds=180), 0.007, "error"),
    )


def test_causes_come_before_what_came_of_them_and_other_slots_do_not_matter() -> None:
    found = [
        Finding("LDS501", State.FAIL, "lost"),
        Finding("LDS302", State.PASS, "may", slot=Slot.ON_FAILURE),
        Finding("LDS201", State.SKIP, "unknown", slot=Slot.ON_FAILURE),
        Finding("LDS302", State.FAIL, "may not", slot=Slot.ON_FAILURE),
        Finding("LDS302", State.FAIL, "may not", slot=Slot.ON_SUCCESS),
        Finding("LDS205", State.WARN, "consumed", slot=Slot.ON_FAILURE),
    ]
    ordered = likeliest(found, {Slot.ON_FAILURE})
    assert [(each.id, each.state) for each in ordered] == [
        ("LDS302", State.FAIL), ("LDS501", State.FAIL), ("LDS205", State.WARN), ("LDS201", State.SKIP),
    ]  # fmt: skip


def test_functions_without_destinations_are_told_apart() -> None:
    goals, others = goals_of([subject("a", on_success=DONE), subject("b")], Wish(b"{}"))
    assert [each.name for each in goals] == ["a"]
    assert isinstance(others["b"], UsageProblem)


def test_the_table_of_likely_causes_names_checks_that_there_are() -> None:
    from lambda_dest_cli.checks import CHECKS
    from lambda_dest_cli.prover import cause

    assert set(cause._LIKELIEST) <= set(CHECKS)
