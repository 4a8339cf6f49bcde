"""Outcomes that come back, and numbers that Lambda does not take."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.outlet import Subscription
from tests.support import ACCOUNT, FUNCTION_ARN, REGION
from tests.unit.checks.scene import DONE, FAILED, TOPIC, Region, findings, subject, told

HOME = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
BILL, SHIP, ORDERS = (Arn.parse(HOME + name) for name in ("bill", "ship", "orders"))
Configs = dict[str, dict[str, EventInvokeConfig]]


class Feeds(Triggers):
    """Which functions a queue or topic feeds."""

    def __init__(self, session: Any, feeds: dict[Arn, tuple[str, ...] | LdsError]) -> None:
        super().__init__(session)
        self._feeds = feeds

    def of_queue(self, queue: Arn) -> tuple[str, ...]:
        found = self._feeds.get(queue, ())
        if isinstance(found, LdsError):
            raise found
        return found

    def of_topic(self, topic: Arn) -> tuple[Subscription, ...]:
        return tuple(Subscription(f"{topic}:1", "lambda", each) for each in self.of_queue(topic))


def looked(
    what: Subject,
    others: Configs,
    feeds: dict[Arn, tuple[str, ...] | LdsError] | None = None,
    refused: dict[str, LdsError] | None = None,
) -> tuple[Finding, ...]:
    aws = Region(others, refused=refused).aws()
    aws.__dict__["triggers"] = Feeds(aws.session, feeds or {})
    return run([what], aws, ["LDS107"])


def succeeds(arn: Arn) -> EventInvokeConfig:
    return EventInvokeConfig(on_success=arn)


def fails(arn: Arn) -> EventInvokeConfig:
    return EventInvokeConfig(on_failure=arn)


def test_two_functions_that_hand_each_other_their_successes_go_round_for_ever() -> None:
    [found] = looked(subject(on_success=BILL), {"bill": {LATEST: succeeds(ORDERS)}})
    assert told([found]) == [("fail", "on_success")]
    assert found.message.endswith("for ever, until Lambda stops it: orders -> (on-success) bill -> (on-success) orders")
    assert found.hint == "lds configure orders --on-success DEST"


def test_a_loop_of_three_is_found_and_the_shortest_way_told() -> None:
    others = {"bill": {LATEST: EventInvokeConfig(SHIP, ORDERS)}, "ship": {LATEST: succeeds(ORDERS)}}
    [found] = looked(subject(on_success=BILL), others)
    assert told([found]) == [("warn", "on_success")]
    assert found.evidence["way"] == ["bill", "orders"]
    others["bill"] = {LATEST: succeeds(SHIP)}
    [found] = looked(subject(on_success=BILL), others)
    assert (found.state, found.evidence["way"]) == ("fail", ["bill", "ship", "orders"])


@pytest.mark.parametrize(
    ("what", "others", "said"),
    [
        (subject(on_failure=BILL), {"bill": {LATEST: fails(ORDERS)}}, "(on-failure) bill -> (on-failure) orders"),
        (subject(on_success=BILL), {"bill": {LATEST: fails(ORDERS)}}, "(on-success) bill -> (on-failure) orders"),
    ],
)
def test_a_loop_that_needs_a_failure_is_a_warning(what: Subject, others: Configs, said: str) -> None:
    [found] = looked(what, others)
    assert told([found])[0][0] == "warn"
    assert said in found.message


def test_only_the_qualifier_that_is_invoked_goes_on() -> None:
    live, back_live = Arn.parse(f"{BILL}:live"), Arn.parse(f"{ORDERS}:live")
    assert looked(subject(on_success=BILL), {"bill": {"live": succeeds(ORDERS)}}) == ()
    assert looked(subject(on_success=live), {"bill": {"live": succeeds(back_live)}}) == ()
    assert len(looked(subject(on_success=live), {"bill": {"live": succeeds(ORDERS)}})) == 1
    assert len(looked(subject(qualifier="live", on_success=BILL), {"bill": {LATEST: succeeds(back_live)}})) == 1


def test_a_topic_is_followed_to_the_functions_that_are_subscribed() -> None:
    others = {"bill": {LATEST: succeeds(ORDERS)}}
    [found] = looked(subject(on_success=TOPIC), others, {TOPIC: (str(BILL), "not-an-arn-of-lambda")[:1]})
    assert "orders -> (on-success) sns:alerts -> bill -> (on-success) orders" in found.message
    [found] = looked(subject(dead_letter=TOPIC), {}, {TOPIC: (FUNCTION_ARN,)})
    assert told([found]) == [("warn", "dead_letter")]


def test_a_queue_that_the_function_itself_reads_brings_its_outcomes_back_once() -> None:
    for reader in (FUNCTION_ARN, f"{FUNCTION_ARN}:live"):
        [found] = looked(subject(on_failure=FAILED), {}, {FAILED: (reader,)})
        assert told([found]) == [("warn", "on_failure")]
        assert "goes round once" in found.message


def test_what_an_event_source_mapping_runs_has_no_destinations() -> None:
    assert looked(subject(on_success=DONE), {"bill": {LATEST: succeeds(ORDERS)}}, {DONE: (str(BILL),)}) == ()


@pytest.mark.parametrize(
    "others",
    [
        {"bill": {LATEST: succeeds(SHIP)}, "ship": {}},
        {"bill": {LATEST: succeeds(SHIP)}, "ship": {LATEST: succeeds(BILL)}},
        {"bill": {}},
        {},
    ],
)
def test_chains_that_do_not_come_back_say_nothing(others: Configs) -> None:
    assert looked(subject(on_success=BILL), others) == ()


def test_what_is_elsewhere_is_not_followed() -> None:
    there = Arn.parse(str(BILL).replace(REGION, "eu-north-1"))
    assert looked(subject(on_success=there), {"bill": {LATEST: succeeds(ORDERS)}}) == ()


def test_what_could_not_be_followed_is_a_skip_unless_a_loop_was_found() -> None:
    refused = AccessDenied("you may not call lambda:X", "ask for lambda:X")
    [found] = looked(subject(on_success=BILL), {"bill": {}}, refused={"bill": refused})
    assert told([found]) == [("skip", None)]
    assert "you may not call lambda:X" in found.message
    both = subject(EventInvokeConfig(BILL, FAILED))
    found_both = looked(both, {"bill": {LATEST: succeeds(ORDERS)}}, {FAILED: refused})
    assert [str(each.state) for each in found_both] == ["fail"]


@pytest.mark.parametrize(
    ("config", "hints"),
    [
        (EventInvokeConfig(maximum_retry_attempts=3), ["lds configure orders --retries 2"]),
        (EventInvokeConfig(maximum_retry_attempts=-1), ["lds configure orders --retries 0"]),
        (EventInvokeConfig(maximum_event_age_in_seconds=59), ["lds configure orders --max-age 60"]),
        (EventInvokeConfig(maximum_event_age_in_seconds=21_601), ["lds configure orders --max-age 21600"]),
        (EventInvokeConfig(maximum_retry_attempts=2, maximum_event_age_in_seconds=60), []),
        (EventInvokeConfig(maximum_retry_attempts=0, maximum_event_age_in_seconds=21_600), []),
    ],
)
def test_lds108_numbers_that_lambda_does_not_take(config: EventInvokeConfig, hints: list[str]) -> None:
    found = findings("LDS108", subject(replace(config, on_failure=FAILED)))
    assert [each.hint for each in found] == hints
    assert told(found) == [("fail", None)] * len(hints)
