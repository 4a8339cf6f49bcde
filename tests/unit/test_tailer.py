"""The stream of outcomes: what is shown, in which order, when it stops, and that every feed is put back."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread, current_thread
from typing import Any, cast

import click
import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.commands.tail import Time
from lambda_dest_cli.context import Context
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import (
    CredentialsProblem,
    ExitCode,
    LdsError,
    NotFound,
    Rejected,
    Throttled,
    Unreachable,
    UsageProblem,
)
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState, Slot
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import Message, OutcomeLine, Route, Watch
from lambda_dest_cli.model.tap import Tap
from lambda_dest_cli.tailer import Selection, TailRequest, find_watches, tail
from lambda_dest_cli.tailer.reader import WAITING_BATCHES
from lambda_dest_cli.tailer.selection import Seen
from lambda_dest_cli.tailer.watches import purpose

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOME = Arn.parse("arn:aws:lambda:eu-west-1:123456789012:function:*")
ORDERS = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


def queue(name: str) -> Arn:
    return Arn.parse(f"arn:aws:sqs:eu-west-1:123456789012:{name}")


def outcome(number: int, condition: str = "RetriesExhausted", function: str = f"{ORDERS}:live") -> Message:
    time = NOON + timedelta(seconds=number)
    record = {
        "version": "1.0",
        "timestamp": time.isoformat(),
        "requestContext": {"requestId": f"id-{number}", "functionArn": function, "condition": condition},
        "responsePayload": {"errorType": "KeyError" if number % 2 else "ValueError"},
    }
    return Message(f"m-{number}", json.dumps(record), time)


@dataclass
class FakeFeed:
    """A destination with some batches in it; what is done to it is written down."""

    batches: list[list[Message]] = field(default_factory=list)
    refuse_open: Exception | None = None
    refuse_poll: Exception | None = None
    passing: list[Exception] = field(default_factory=list)
    refuse_delete: LdsError | None = None
    deleted: list[str] = field(default_factory=list)
    closed: int = 0
    threads: set[Thread] = field(default_factory=set)
    empty: Event = field(default_factory=Event)

    @property
    def held(self) -> int:
        return len(self.threads)

    def tap(self) -> Tap:
        return Tap(queue("failed"))

    def open(self) -> None:
        self.threads.add(current_thread())
        if self.refuse_open:
            raise self.refuse_open

    def ready(self, wait_seconds: int) -> bool:
        return True

    def poll(self, wait_seconds: int) -> list[Message]:
        self.threads.add(current_thread())
        if self.passing:
            raise self.passing.pop(0)
        if self.batches:
            return self.batches.pop(0)
        if self.refuse_poll:
            raise self.refuse_poll
        self.empty.wait(0.01)
        return []

    def heartbeat(self) -> None:
        self.threads.add(current_thread())

    def delete(self, messages: Sequence[Message]) -> None:
        self.threads.add(current_thread())
        if self.refuse_delete:
            raise self.refuse_delete
        self.deleted += [message.id for message in messages]

    def close(self) -> None:
        self.threads.add(current_thread())
        self.closed += 1


@dataclass
class Stage:
    """Feeds by the name of their queue, a clock that is turned by hand, and what was noted."""

    feeds: dict[str, FakeFeed]
    notes: list[str] = field(default_factory=list)
    now: float = 0.0
    code: ExitCode | None = None

    def tail(self, **asked: Any) -> Iterator[OutcomeLine]:
        watches = asked.pop("watches", tuple(Watch(queue(name)) for name in self.feeds))
        request = TailRequest(watches, **asked)
        lines = tail(request, self.make_feed, lambda: self.now, self.notes.append)
        self.code = yield from lines

    def make_feed(self, watch: Watch) -> FakeFeed:
        return self.feeds[watch.destination.resource]

    def ids(self, **asked: Any) -> list[str | None]:
        return [line.request_id for line in self.tail(**asked)]


def stage(*batches: list[Message], **more: Any) -> Stage:
    return Stage({"failed": FakeFeed(list(batches), **more)})


def test_without_following_it_ends_when_all_has_been_read() -> None:
    scene = stage([outcome(1)], [outcome(2), outcome(3)])
    assert scene.ids(follow=False) == ["id-1", "id-2", "id-3"]
    assert scene.code is ExitCode.OK
    assert scene.feeds["failed"].closed == 1
    assert scene.notes == ["watching sqs:failed", "3 outcomes: 3 failed, 0 succeeded"]


def test_an_empty_destination_gives_nothing() -> None:
    scene = stage()
    assert scene.ids(follow=False) == []
    assert scene.notes[-1] == "0 outcomes: 0 failed, 0 succeeded"


def test_a_batch_is_put_in_order_of_time() -> None:
    assert stage([outcome(3), outcome(1), outcome(2)]).ids(follow=False) == ["id-1", "id-2", "id-3"]


def test_a_message_that_comes_twice_is_shown_once() -> None:
    assert stage([outcome(1)], [outcome(1), outcome(2)]).ids(follow=False) == ["id-1", "id-2"]


def test_the_same_name_in_another_destination_is_another_message() -> None:
    scene = Stage({"one": FakeFeed([[outcome(1)]]), "two": FakeFeed([[outcome(1)]])})
    assert scene.ids(follow=False) == ["id-1", "id-1"]


def test_it_stops_after_so_many_outcomes() -> None:
    scene = stage([outcome(1), outcome(2), outcome(3)])
    assert scene.ids(count=2) == ["id-1", "id-2"]
    assert scene.notes[-1] == "2 outcomes: 2 failed, 0 succeeded"
    assert scene.feeds["failed"].closed == 1


def test_it_stops_when_the_time_is_up() -> None:
    scene = stage()
    assert scene.ids(timeout=0) == []
    assert scene.feeds["failed"].closed == 1


def test_the_time_is_up_even_while_outcomes_pour_in() -> None:
    scene = stage(*([outcome(number)] for number in range(1_000)))
    lines = scene.tail(timeout=5)
    next(lines)
    scene.now = 6
    rest = list(lines)
    assert len(rest) < 999
    assert scene.code is ExitCode.OK


def test_closing_the_stream_closes_the_feeds_and_says_nothing_more() -> None:
    scene = stage([outcome(1), outcome(2)])
    lines = scene.tail(delete=True)
    next(lines)
    cast(Any, lines).close()
    assert scene.feeds["failed"].closed == 1
    assert scene.feeds["failed"].deleted == []
    assert scene.notes == ["watching sqs:failed"]


def test_ctrl_c_closes_the_feeds_and_sums_up() -> None:
    scene = stage([outcome(1), outcome(2)])
    lines = scene.tail()
    next(lines)
    with pytest.raises(KeyboardInterrupt):
        cast(Any, lines).throw(KeyboardInterrupt())
    assert scene.feeds["failed"].closed == 1
    assert scene.notes[-1] == "0 outcomes: 0 failed, 0 succeeded"


def test_one_thread_alone_touches_a_feed() -> None:
    scene = stage([outcome(1)])
    scene.ids(follow=False, delete=True)
    threads = scene.feeds["failed"].threads
    assert len(threads) == 1
    assert current_thread() not in threads
    assert not threads.pop().is_alive()


@dataclass
class EndlessFeed(FakeFeed):
    """A destination that always has a hundred and sixty more; it tells how often it was only kept alive since."""

    polls: int = 0
    idle: int = 0

    def poll(self, wait_seconds: int) -> list[Message]:
        self.polls, self.idle = self.polls + 1, 0
        return [outcome(160 * self.polls + number) for number in range(160)]

    def heartbeat(self) -> None:
        self.idle += 1
        if self.idle > 1:
            self.empty.set()


def test_who_does_not_read_holds_the_readers_back() -> None:
    feed = EndlessFeed()
    lines = Stage({"failed": feed}).tail()
    next(lines)
    feed.empty.clear()
    assert feed.empty.wait(60)
    assert feed.polls <= 1 + 2 * (WAITING_BATCHES // 16 + 1)
    cast(Any, lines).close()


def test_only_what_was_shown_is_deleted() -> None:
    scene = stage([outcome(1), outcome(2, "Success"), outcome(3)])
    ids = scene.ids(follow=False, delete=True, selection=Selection(conditions=("retriesexhausted",)))
    assert ids == ["id-1", "id-3"]
    assert scene.feeds["failed"].deleted == ["m-1", "m-3"]


def test_a_message_is_deleted_only_after_its_line_was_taken() -> None:
    scene = stage([outcome(1), outcome(2)])
    lines = scene.tail(delete=True)
    assert [next(lines).request_id, next(lines).request_id] == ["id-1", "id-2"]
    cast(Any, lines).close()
    assert scene.feeds["failed"].deleted == ["m-1"]


def test_nothing_is_deleted_unasked() -> None:
    scene = stage([outcome(1)])
    scene.ids(follow=False)
    assert scene.feeds["failed"].deleted == []


def test_a_deletion_that_fails_is_an_error() -> None:
    scene = stage([outcome(1)], refuse_delete=Rejected("no"))
    with pytest.raises(Rejected, match="no"):
        scene.ids(count=1, delete=True)
    assert scene.feeds["failed"].closed == 1


def test_the_only_destination_that_cannot_be_opened_is_the_error() -> None:
    scene = stage(refuse_open=NotFound("gone"))
    with pytest.raises(NotFound, match="gone"):
        scene.ids()
    assert scene.feeds["failed"].closed == 0


def test_it_goes_on_without_one_of_several_and_says_so() -> None:
    scene = Stage({"one": FakeFeed([[outcome(1)]]), "two": FakeFeed(refuse_open=NotFound("two is gone"))})
    assert scene.ids(follow=False) == ["id-1"]
    assert scene.code is ExitCode.PARTIAL
    assert "not watched: two is gone" in scene.notes


def test_none_of_several_that_can_be_opened_is_an_error() -> None:
    scene = Stage({name: FakeFeed(refuse_open=NotFound("gone")) for name in ("one", "two")})
    with pytest.raises(NotFound):
        scene.ids()


def test_a_feed_that_fails_ends_it_and_all_are_closed() -> None:
    scene = Stage({"one": FakeFeed([[outcome(1)]], refuse_poll=CredentialsProblem("expired")), "two": FakeFeed()})
    with pytest.raises(CredentialsProblem, match="expired"):
        scene.ids()
    assert [feed.closed for feed in scene.feeds.values()] == [1, 1]


def test_what_may_be_over_in_a_moment_is_said_and_waited_out() -> None:
    scene = stage([outcome(1)], passing=[Unreachable("sqs:failed: no answer"), Throttled("slower")])
    assert scene.ids(count=1) == ["id-1"]
    assert scene.notes[1:3] == ["sqs:failed: no answer; trying again", "reading sqs:failed again"]


def test_without_following_it_is_not_waited_out() -> None:
    scene = stage([outcome(1)], passing=[Unreachable("no answer")])
    with pytest.raises(Unreachable):
        scene.ids(follow=False)
    assert scene.feeds["failed"].closed == 1


def test_a_fault_of_a_feed_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        stage(refuse_poll=ZeroDivisionError()).ids()


def test_a_reader_that_nobody_listens_to_still_stops() -> None:
    scene = stage(*([outcome(number)] for number in range(200)))
    lines = scene.tail()
    next(lines)
    cast(Any, lines).close()
    assert scene.feeds["failed"].closed == 1
    assert scene.feeds["failed"].batches, "the readers went on although nobody took what they had read"


def one(**changes: Any) -> OutcomeLine:
    return replace(next(stage([outcome(1)]).tail(follow=False)), **changes)


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(conditions=("RETRIESexhausted", "x")), True),
        (Selection(conditions=("Success",)), False),
        (Selection(error_types=("keyerror",)), True),
        (Selection(error_types=("ValueError",)), False),
        (Selection(since=NOON), True),
        (Selection(since=NOON + timedelta(seconds=2)), False),
        (Selection(("RetriesExhausted",), ("ValueError",)), False),
    ],
)
def test_the_selection(selection: Selection, taken: bool) -> None:
    assert selection.takes(one(), Watch(queue("failed"))) is taken


def test_what_has_no_condition_is_not_the_condition_asked_for() -> None:
    assert not Selection(conditions=("Success",)).takes(one(condition=None), Watch(queue("failed")))


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ({"function_arn": f"{ORDERS}:live", "qualifier": "live"}, True),
        ({"function_arn": f"{ORDERS}:$LATEST", "qualifier": "$LATEST"}, False),
        ({"function_arn": ORDERS, "qualifier": None}, True),
        ({"function_arn": None, "qualifier": None}, True),
        ({"function_arn": f"{ORDERS}-other:live", "qualifier": "live"}, False),
        ({"function_arn": f"{ORDERS}:live".replace("eu-", "us-"), "qualifier": "live"}, False),
    ],
)
def test_what_others_send_to_a_shared_queue_is_left_out(line: dict[str, Any], taken: bool) -> None:
    watch = Watch(queue("failed"), only=frozenset({(ORDERS, "live")}))
    assert Selection().takes(one(**line), watch) is taken


def test_the_memory_is_bounded_and_keeps_what_is_seen_again() -> None:
    seen = Seen(2)
    assert [seen.add(key) for key in "abacab"] == [True, True, False, True, False, True]


# -- from names to destinations ---------------------------------------------------------------------------------------


def state(name: str, dead_letter: Arn | None = None, **configurations: EventInvokeConfig) -> FunctionState:
    arn = Arn.parse(ORDERS.replace("orders", name))
    role = Arn.parse("arn:aws:iam::123456789012:role/r")
    return FunctionState(
        FunctionFacts(name, arn, role, dead_letter),
        {("$LATEST" if qualifier == "latest" else qualifier): config for qualifier, config in configurations.items()},
    )


@dataclass
class FakeAws:
    """What find_watches asks of AWS, answered out of a list of functions."""

    known: list[FunctionState]
    read: int = 0

    @property
    def functions(self) -> "FakeAws":
        return self

    @property
    def session(self) -> "FakeAws":
        return self

    region = "eu-west-1"

    def home(self) -> Arn:
        return HOME

    def state(self, ref: FunctionRef) -> FunctionState:
        for each in self.known:
            if each.facts.name == ref.name:
                return each
        raise NotFound(f"{ref}: there is no such function")

    def all(self) -> Iterator[FunctionFacts]:
        return (each.facts for each in self.known)

    def states(self, found: Iterable[FunctionFacts]) -> list[FunctionState]:
        names = [facts.name for facts in found]
        self.read += len(names)
        return [each for each in self.known if each.facts.name in names]


def find(names: str, *states: FunctionState, note: Callable[[str], None] = lambda _: None) -> tuple[Watch, ...]:
    return find_watches(names.split(), cast(Aws, FakeAws(list(states))), note)


FULL = state(
    "orders",
    queue("dlq"),
    latest=EventInvokeConfig(on_success=queue("done"), on_failure=queue("failed")),
    live=EventInvokeConfig(on_failure=queue("failed")),
)


def test_all_destinations_of_a_function_each_once() -> None:
    watches = find("orders", FULL)
    assert [watch.destination.resource for watch in watches] == ["done", "failed", "dlq"]
    assert watches[1] == Watch(
        queue("failed"),
        (
            Route("orders", ORDERS, "$LATEST", Slot.ON_FAILURE),
            Route("orders", ORDERS, "live", Slot.ON_FAILURE),
        ),
        frozenset({(ORDERS, None)}),
    )
    assert purpose(watches[1]) == " (on-failure of orders, on-failure of orders:live)"
    assert purpose(watches[2]) == " (dead-letter queue of orders)"


def test_one_qualifier_and_the_dead_letter_queue() -> None:
    watches = find("orders:live", FULL)
    assert [watch.destination.resource for watch in watches] == ["failed", "dlq"]
    assert watches[0].only == {(ORDERS, "live")}


def test_functions_that_share_a_queue() -> None:
    other = state("other", None, latest=EventInvokeConfig(on_failure=queue("failed")))
    watch = next(each for each in find("orders other", FULL, other) if each.destination == queue("failed"))
    assert {route.function for route in watch.routes} == {"orders", "other"}
    assert watch.only == {(ORDERS, None), (ORDERS.replace("orders", "other"), None)}


@pytest.mark.parametrize(
    "name",
    [
        "sqs:failed",
        str(queue("failed")),
        "https://sqs.eu-west-1.amazonaws.com/123456789012/failed",
        "http://127.0.0.1:4566/123456789012/failed",
    ],
)
def test_a_queue_by_any_name(name: str) -> None:
    assert find(name) == (Watch(queue("failed")),)


def test_a_queue_named_beside_its_function_shows_everyones() -> None:
    watch = next(each for each in find("orders sqs:failed", FULL) if each.destination == queue("failed"))
    assert watch.only == frozenset()
    assert len(watch.routes) == 2


def test_a_functions_arn_is_a_function() -> None:
    assert len(find(f"{ORDERS}:live", FULL)) == 2


@pytest.mark.parametrize("name", ["sns:topic", "events:default", "s3:some-bucket", "lambda:other"])
def test_every_type_of_destination_by_itself(name: str) -> None:
    (watch,) = find(name)
    assert (label(watch.destination), watch.routes) == (name, ())


STREAM = Arn.parse("arn:aws:kinesis:eu-west-1:123456789012:stream/outcomes")


def test_what_is_no_destination_is_refused() -> None:
    with pytest.raises(UsageProblem, match="cannot be watched"):
        find(str(STREAM))


def test_a_destination_of_a_type_that_is_not_known_is_said() -> None:
    notes: list[str] = []
    mixed = state("orders", queue("dlq"), latest=EventInvokeConfig(on_failure=STREAM))
    assert [watch.destination for watch in find("orders", mixed, note=notes.append)] == [queue("dlq")]
    assert notes == [f"not watched: {STREAM}"]
    with pytest.raises(NotFound, match="kinesis"):
        find("orders", state("orders", None, latest=EventInvokeConfig(on_failure=STREAM)))


def test_a_function_without_destinations() -> None:
    with pytest.raises(NotFound, match="orders:live has no destination") as problem:
        find("orders:live", state("orders", None, latest=EventInvokeConfig(on_failure=queue("failed"))))
    assert problem.value.hint == "set one: lds configure orders:live --on-failure sqs:NAME"


def test_a_region_without_destinations() -> None:
    with pytest.raises(NotFound, match="no function in eu-west-1 has a destination"):
        find("", state("orders"))


def test_every_function_of_the_region() -> None:
    watches = find("", state("quiet"), FULL)
    assert [watch.destination.resource for watch in watches] == ["done", "failed", "dlq"]
    assert all(watch.only == frozenset() for watch in watches)


@pytest.mark.parametrize(("count", "watched", "said"), [(20, 20, 0), (21, 20, 1), (50, 20, 1)])
def test_not_more_than_twenty_functions_of_a_region(count: int, watched: int, said: int) -> None:
    notes: list[str] = []
    aws = FakeAws([state(f"f-{number}", queue(f"q-{number}")) for number in range(count)])
    assert len(find_watches([], cast(Aws, aws), notes.append)) == watched
    assert len(notes) == said
    assert aws.read <= 40


def test_a_function_that_does_not_exist() -> None:
    with pytest.raises(NotFound, match="no such function"):
        find("nope", FULL)


# -- what is typed ----------------------------------------------------------------------------------------------------


def since(text: str) -> datetime:
    context = Context(make_screen=lambda _: pytest.fail("nothing is said"), clock=NOON.timestamp)
    return Time().convert(text, None, click.Context(click.Command("tail"), obj=context))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", NOON - timedelta(minutes=15)),
        ("90", NOON - timedelta(seconds=90)),
        ("2026-11-23T11:00:00Z", NOON - timedelta(hours=1)),
        (" 2026-11-23T13:00:00+02:00", NOON - timedelta(hours=1)),
        ("999999999d", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_as_typed(text: str, expected: datetime) -> None:
    assert since(text) == expected


def test_a_time_without_a_zone_is_local() -> None:
    assert since("2026-11-23T12:00:00").astimezone().strftime("%H:%M") == "12:00"


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a time"):
        since(text)
