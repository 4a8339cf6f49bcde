"""``lds tail`` of topics and buses, from outside: what it hears, and that nothing of it stays."""

import json
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import randrange
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.tail_world import (
    REGION,
    call,
    configured_function,
    function_arn,
    lines_of,
    record,
    until_watching,
)

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
RESULT = "Lambda Function Invocation Result - "


@dataclass
class Taps:
    """A topic and a bus in an account of their own, and what listens to them."""

    endpoint: str
    account: str = field(default_factory=lambda: str(randrange(10**11, 10**12)))
    name: str = field(default_factory=lambda: f"tapped-{uuid4().hex[:12]}")

    def call(self, service: str, operation: str, **asked: Any) -> dict[str, Any]:
        return call(self.endpoint, service, operation, self.account, **asked)

    def __post_init__(self) -> None:
        self.topic: str = self.call("sns", "create_topic", Name=self.name)["TopicArn"]
        self.call("events", "create_event_bus", Name=self.name)

    @property
    def dests(self) -> tuple[str, str]:
        return f"sns:{self.name}", f"events:{self.name}"

    def publish(self, body: str, **attributes: str) -> None:
        texts = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.call("sns", "publish", TopicArn=self.topic, Message=body, MessageAttributes=texts)

    def put(self, body: str, ending: str = "Failure", source: str = "lambda", bus: str = "") -> None:
        entry = {"Source": source, "DetailType": RESULT + ending, "Detail": body, "EventBusName": bus or self.name}
        assert self.call("events", "put_events", Entries=[entry])["FailedEntryCount"] == 0

    def subscriptions(self) -> list[str]:
        found = self.call("sns", "list_subscriptions_by_topic", TopicArn=self.topic)["Subscriptions"]
        return [each["Endpoint"] for each in found]

    def rules(self, bus: str = "") -> list[str]:
        found = self.call("events", "list_rules", EventBusName=bus or self.name)["Rules"]
        return [each["Name"] for each in found]

    def queues(self) -> list[str]:
        found: list[str] = self.call("sqs", "list_queues", QueueNamePrefix="lds-tap-").get("QueueUrls", [])
        return found

    def left(self) -> tuple[list[str], list[str], list[str]]:
        return self.subscriptions(), self.rules(), self.queues()

    def age(self, url: str, **tags: str) -> None:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        changed = {"lds:expires": past} | {f"lds:{name}": value for name, value in tags.items()}
        self.call("sqs", "tag_queue", QueueUrl=url, Tags=changed)


@pytest.fixture
def taps(emulator: str, environment: dict[str, str]) -> Taps:
    made = Taps(emulator)
    environment["AWS_ACCESS_KEY_ID"] = made.account
    return made


NOTHING: tuple[list[str], list[str], list[str]] = ([], [], [])


def test_a_topic_is_heard_and_nothing_stays(start: Start, emulator: str, taps: Taps) -> None:
    taps.publish(record(1))
    process = start("tail", taps.dests[0], "--count", "2", "-o", "json", "--endpoint-url", emulator)
    until_watching(process)
    (queue,) = taps.queues()
    attributes = taps.call("sqs", "get_queue_attributes", QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "300"
    (statement,) = json.loads(attributes["Policy"])["Statement"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": taps.topic}}
    tags = taps.call("sqs", "list_queue_tags", QueueUrl=queue)["Tags"]
    assert tags["lds:owner"] == f"arn:aws:iam::{taps.account}:root"
    assert datetime.fromisoformat(tags["lds:expires"]) > datetime.now(UTC)
    taps.publish(record(2).replace('"number": 2', '"number": 12345678901234567890.10'))
    taps.publish('{"bare": "event"}', RequestID="8ea123e4", ErrorMessage="'sku'", ErrorCode="200")
    output, _ = process.communicate(timeout=60)
    assert "12345678901234567890.10" in output
    found = [json.loads(line) for line in output.splitlines()]
    assert [each["request_id"] for each in found] == ["00000002-b738-4f5e-8880-a18cdf61200e", "8ea123e4"]
    assert found[1]["slot"] == "dead_letter"
    assert {each["destination"] for each in found} == {taps.topic}
    assert taps.left() == NOTHING


def test_a_bus_is_heard_and_nothing_stays(start: Start, emulator: str, taps: Taps) -> None:
    process = start("tail", taps.dests[1], "--count", "2", "--endpoint-url", emulator)
    until_watching(process)
    taps.put(record(1))
    assert "00000001" in lines_of(process, 1)[0]
    taps.put(record(2), source="somebody.else")
    taps.put(record(3, condition="Success"), "Success")
    output, _ = process.communicate(timeout=60)
    assert "00000003" in output
    assert "00000002" not in output
    assert process.returncode == 0
    assert taps.left() == NOTHING


def test_the_default_bus(start: Start, emulator: str, taps: Taps) -> None:
    process = start("tail", "events:default", "--count", "1", "--endpoint-url", emulator)
    until_watching(process)
    taps.put(record(1), bus="default")
    assert "00000001" in lines_of(process, 1)[0]
    process.communicate(timeout=60)
    assert taps.rules("default") == []
    assert taps.queues() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_behind(start: Start, emulator: str, taps: Taps, number: signal.Signals) -> None:
    process = start("tail", *taps.dests, "--endpoint-url", emulator)
    until_watching(process, 2)
    assert [len(each) for each in taps.left()] == [1, 1, 2]
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert taps.left() == NOTHING


def test_a_signal_while_it_opens_leaves_nothing_behind(start: Start, emulator: str, taps: Taps) -> None:
    process = start("tail", *taps.dests, "--endpoint-url", emulator)
    while not taps.queues():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert taps.left() == NOTHING


def test_a_closed_pipe_leaves_nothing_behind(start: Start, emulator: str, taps: Taps) -> None:
    process = start("tail", taps.dests[0], "--endpoint-url", emulator)
    until_watching(process)
    assert process.stdout is not None
    process.stdout.close()
    taps.publish(record(1))
    assert process.wait(timeout=60) == 0
    assert taps.left() == NOTHING


def test_an_error_leaves_nothing_behind(run: Run, emulator: str, taps: Taps) -> None:
    answer = run("tail", "sns:no-such-topic", "--endpoint-url", emulator)
    assert answer.returncode == 1
    assert "sns:no-such-topic: not found" in answer.stderr
    answer = run("tail", "events:no-such-bus", "--endpoint-url", emulator)
    assert answer.returncode == 1
    assert taps.queues() == []


def test_a_bus_of_another_account_is_refused(run: Run, emulator: str, taps: Taps) -> None:
    bus = f"arn:aws:events:{REGION}:123456789012:event-bus/theirs"
    answer = run("tail", bus, "--endpoint-url", emulator)
    assert answer.returncode == 2
    assert "is of another account" in answer.stderr
    assert taps.queues() == []


def test_what_a_killed_run_leaves_is_swept_once_it_has_expired(
    start: Start, run: Run, emulator: str, taps: Taps
) -> None:
    process = start("tail", *taps.dests, "--endpoint-url", emulator)
    until_watching(process, 2)
    process.kill()
    process.communicate()
    left = taps.left()
    assert [len(each) for each in left] == [1, 1, 2]
    swept = run("tail", "--sweep", "-o", "json", "--endpoint-url", emulator)
    assert len(json.loads(swept.stdout)["data"]["kept"]) == 2
    assert taps.left() == left
    for url in left[2]:
        taps.age(url, owner="arn:aws:iam::123456789012:user/somebody")
    run("tail", "--sweep", "--endpoint-url", emulator)
    assert taps.left() == left
    for url in left[2]:
        taps.age(url, owner=f"arn:aws:iam::{taps.account}:root")
    swept = run("tail", "--sweep", "--endpoint-url", emulator)
    assert swept.returncode == 0
    assert swept.stdout.count("removed arn:aws:sqs:") == 2
    assert taps.left() == NOTHING
    assert "nothing was left behind" in run("tail", "--sweep", "--endpoint-url", emulator).stdout


def test_the_next_run_sweeps_too(start: Start, emulator: str, taps: Taps) -> None:
    process = start("tail", taps.dests[0], "--endpoint-url", emulator)
    until_watching(process)
    process.kill()
    process.communicate()
    (url,) = taps.queues()
    taps.age(url)
    process = start("tail", taps.dests[0], "--endpoint-url", emulator)
    said = until_watching(process)
    assert any("which an earlier run left behind" in line for line in said)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert taps.left() == NOTHING


def test_a_queue_that_only_has_such_a_name_is_left_alone(run: Run, emulator: str, taps: Taps) -> None:
    url = taps.call("sqs", "create_queue", QueueName=f"lds-tap-{uuid4().hex[:8]}")["QueueUrl"]
    run("tail", "--sweep", "--endpoint-url", emulator)
    assert taps.queues() == [url]
    taps.call("sqs", "delete_queue", QueueUrl=url)


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(run: Run, emulator: str, taps: Taps) -> None:
    answer = run("tail", *taps.dests, "sqs:whatever", "--dry-run", "-o", "json", "--endpoint-url", emulator)
    assert answer.returncode == 0, answer.stderr
    topic, bus, queue = json.loads(answer.stdout)["data"]["taps"]
    assert [each["kind"] for each in topic["makes"]] == ["queue", "subscription"]
    assert [each["kind"] for each in bus["makes"]] == ["queue", "rule"]
    assert bus["makes"][1]["pattern"]["source"] == ["lambda", "aws.lambda", "lds.tap"]
    assert queue["makes"] == []
    text = run("tail", *taps.dests, "--dry-run", "--endpoint-url", emulator).stdout
    assert "+ subscription" in text
    assert taps.left() == NOTHING


def test_without_following_there_is_nothing_to_hear(run: Run, emulator: str, taps: Taps) -> None:
    answer = run("tail", *taps.dests, "--no-follow", "--endpoint-url", emulator)
    assert answer.returncode == 2
    assert "leave --no-follow out" in answer.stderr


def test_of_a_shared_bus_only_the_function_is_asked_for(start: Start, emulator: str, taps: Taps) -> None:
    bus = f"arn:aws:events:{REGION}:{taps.account}:event-bus/{taps.name}"
    name = configured_function(emulator, {"OnFailure": {"Destination": bus}}, taps.account)
    process = start("tail", name, "--count", "1", "-o", "json", "--endpoint-url", emulator)
    until_watching(process)
    (rule,) = taps.rules()
    found = taps.call("events", "describe_rule", Name=rule, EventBusName=taps.name)
    prefix: Any = {"prefix": function_arn(name, "", taps.account)}
    assert json.loads(found["EventPattern"])["detail"]["requestContext"]["functionArn"] == [prefix]
    taps.put(record(1, "somebody-else"))
    taps.put(record(2, name, account=taps.account))
    output, _ = process.communicate(timeout=60)
    assert json.loads(output)["function"] == name
    assert taps.left() == NOTHING
