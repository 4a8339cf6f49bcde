"""``lds tail`` from outside: signals, pipes, exit codes, and the queue as it is found afterwards."""

import io
import json
import signal
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest

from tests.e2e.tail_world import ACCOUNT, KEYS, lines_of, record

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_sqs.client import SQSClient

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass
class Queue:
    """A queue of the emulator."""

    sqs: "SQSClient"
    name: str
    url: str
    arn: str

    def send(self, *bodies: str, **attributes: str) -> None:
        texts: Any = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body, MessageAttributes=texts)

    def counts(self) -> tuple[int, int]:
        """How many messages are (visible, hidden)."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(attributes[names[0]]), int(attributes[names[1]])

    def drain(self) -> dict[str, int]:
        """Take everything that is visible: body, and how often it had been received before."""
        found = {}
        while messages := self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        ).get("Messages", []):
            for message in messages:
                found[message["Body"]] = int(message["Attributes"]["ApproximateReceiveCount"]) - 1
        return found


@pytest.fixture
def sqs(emulator: str) -> "Iterator[SQSClient]":
    with closing(boto3.client("sqs", endpoint_url=emulator, **KEYS)) as client:
        yield client


@pytest.fixture
def functions(emulator: str) -> "Iterator[LambdaClient]":
    with closing(boto3.client("lambda", endpoint_url=emulator, **KEYS)) as client:
        yield client


def new_queue(sqs: "SQSClient", **attributes: str) -> Queue:
    name = f"queue-{uuid4().hex[:12]}"
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
    return Queue(sqs, name, url, f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}")


@pytest.fixture
def queue(sqs: "SQSClient") -> Queue:
    return new_queue(sqs)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_queue_as_it_was(start: Start, emulator: str, queue: Queue, number: signal.Signals) -> None:
    bodies = [record(each) for each in range(25)]
    queue.send(*bodies)
    process = start("tail", f"sqs:{queue.name}", "--endpoint-url", emulator)
    assert all("FAILED" in line for line in lines_of(process, 25))
    assert queue.counts() == (0, 25)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "25 outcomes: 25 failed, 0 succeeded" in errors
    assert "Traceback" not in errors
    assert queue.counts() == (25, 0)
    assert queue.drain() == dict.fromkeys(bodies, 1)


def test_a_second_signal_does_not_leave_messages_hidden(start: Start, emulator: str, queue: Queue) -> None:
    queue.send(*(record(each) for each in range(25)))
    process = start("tail", f"sqs:{queue.name}", "--endpoint-url", emulator)
    lines_of(process, 25)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert queue.counts() == (25, 0)


def test_what_arrives_while_watching_is_shown(start: Start, emulator: str, queue: Queue) -> None:
    process = start("tail", f"sqs:{queue.name}", "--count", "2", "--endpoint-url", emulator)
    queue.send(record(1))
    assert "00000001" in lines_of(process, 1)[0]
    queue.send(record(2, condition="Success"))
    output, _ = process.communicate(timeout=60)
    assert "SUCCESS  orders        Success x3" in output
    assert process.returncode == 0
    assert queue.counts() == (2, 0)


def test_a_closed_pipe_ends_it_quietly(start: Start, emulator: str, queue: Queue) -> None:
    queue.send(record(1))
    process = start("tail", f"sqs:{queue.name}", "--endpoint-url", emulator)
    lines_of(process, 1)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    queue.send(record(2))
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == f"watching sqs:{queue.name}\n"
    assert queue.drain() == {record(1): 1, record(2): 1}


def test_without_following_it_reads_once_through(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(*(record(each) for each in range(13)))
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", "-o", "json", "--endpoint-url", emulator)
    assert answer.returncode == 0
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {each["record"]["requestPayload"]["number"] for each in found} == set(range(13))
    assert {each["destination"] for each in found} == {queue.arn}
    assert queue.counts() == (13, 0)


def test_the_time_limit(run: Run, emulator: str, queue: Queue) -> None:
    answer = run("tail", f"sqs:{queue.name}", "--timeout", "1s", "--endpoint-url", emulator)
    assert (answer.returncode, answer.stdout) == (0, "")
    assert "0 outcomes" in answer.stderr


def test_nothing_that_was_carried_is_shown_redacted(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(record(7), "a secret by itself")
    for look in ([], ["--detail"], ["-o", "json"]):
        answer = run("tail", f"sqs:{queue.name}", "--no-follow", "--redact", *look, "--endpoint-url", emulator)
        assert answer.returncode == 0
        assert "secret" not in answer.stdout
        assert "***" in answer.stdout
        assert "KeyError" in answer.stdout
        assert "'sku'" not in answer.stdout


def test_filters(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(record(1), record(2, condition="EventAgeExceeded"), record(3, condition="Success"))
    options = ["--condition", "eventageexceeded", "--condition", "SUCCESS", "--since", "2026-11-23T12:00:03Z"]
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", *options, "--endpoint-url", emulator)
    assert answer.stdout.count("\n") == 1
    assert "00000003" in answer.stdout
    answer = run("tail", queue.url, "--no-follow", "--error-type", "KeyError", "--endpoint-url", emulator)
    assert answer.stdout.count("\n") == 2
    assert f"is the queue {queue.arn}" in answer.stderr


def test_only_what_was_printed_is_deleted(run: Run, emulator: str, queue: Queue) -> None:
    bodies = [record(each) for each in range(15)]
    queue.send(*bodies)
    options = ["--delete", "--yes", "--count", "4", "-o", "json"]
    answer = run("tail", f"sqs:{queue.name}", *options, "--endpoint-url", emulator)
    assert answer.returncode == 0
    printed = [json.loads(line)["record"]["requestPayload"]["number"] for line in answer.stdout.splitlines()]
    assert len(printed) == 4
    assert set(queue.drain()) == {body for number, body in enumerate(bodies) if number not in printed}


def test_what_is_not_shown_is_not_deleted(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(record(1), record(2, condition="Success"))
    options = ["--delete", "--yes", "--no-follow", "--condition", "Success"]
    answer = run("tail", f"sqs:{queue.name}", *options, "--endpoint-url", emulator)
    assert answer.stdout.count("\n") == 1
    assert set(queue.drain()) == {record(1)}


def test_deleting_asks(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(record(1))
    answer = run("tail", f"sqs:{queue.name}", "--delete", "--no-follow", "--endpoint-url", emulator)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "--yes" in answer.stderr
    assert queue.drain() == {record(1): 0}


HOSTILE = record(
    1, responsePayload={"errorType": "\x1b[31mRed", "errorMessage": "[red]markup[/red]\x00\x1b]0;title\x07"}
)
HUGE = record(2, responsePayload={"errorMessage": "x" * 900_000})


def test_hostile_messages_are_shown_inert(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(HOSTILE, HUGE, "this is no JSON \u009b31m", '{"requestContext": ' * 10_000)
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", "--color", "never", "--endpoint-url", emulator)
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) == 4
    assert answer.stdout.replace("\n", "").isprintable()
    assert "\\x1b[31mRed: [red]markup[/red]\\0" in answer.stdout
    assert "this is no JSON" in answer.stdout
    assert all(len(line) < 300 for line in answer.stdout.splitlines())


def test_json_lines_hold_everything_and_nothing_active(run: Run, emulator: str, queue: Queue) -> None:
    spelled = record(3).replace('"number": 3', '"number": 12345678901234567890.10')
    queue.send(HOSTILE, HUGE, "no JSON", spelled)
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", "-o", "json", "--endpoint-url", emulator)
    assert answer.stdout.isascii()
    assert answer.stdout.replace("\n", "").isprintable()
    records = [json.loads(line)["record"] for line in answer.stdout.splitlines()]
    for body in (HOSTILE, HUGE):
        assert json.loads(body) in records
    assert "no JSON" in records
    assert '"number": 12345678901234567890.10' in answer.stdout


def make_function(functions: "LambdaClient", failures: Queue, dead_letters: Queue) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("index.py", "def handler(event, context): pass")
    name = f"function-{uuid4().hex[:12]}"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/role",
        Code={"ZipFile": archive.getvalue()},
        DeadLetterConfig={"TargetArn": dead_letters.arn},
    )
    functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": failures.arn}}
    )
    return name


def test_a_function_by_its_name(run: Run, emulator: str, sqs: "SQSClient", functions: "LambdaClient") -> None:
    failures, dead_letters = new_queue(sqs), new_queue(sqs)
    name = make_function(functions, failures, dead_letters)
    failures.send(record(1, name), record(2, "somebody-else"))
    dead_letters.send('{"order": 7}', RequestID="8ea123e4-b738", ErrorCode="200", ErrorMessage="'sku'")
    answer = run("tail", name, "--no-follow", "-o", "json", "--endpoint-url", emulator)
    assert answer.returncode == 0
    found = sorted((json.loads(line) for line in answer.stdout.splitlines()), key=lambda each: each["slot"])
    assert [(each["function"], each["slot"]) for each in found] == [(name, "dead_letter"), (name, "on_failure")]
    assert found[0]["record"]["body"] == {"order": 7}
    assert found[0]["request_id"] == "8ea123e4-b738"
    assert f"watching sqs:{failures.name} (on-failure of {name})" in answer.stderr
    assert f"watching sqs:{dead_letters.name} (dead-letter queue of {name})" in answer.stderr
    assert failures.counts() == (2, 0)


def test_a_queue_that_a_function_consumes(
    run: Run, emulator: str, sqs: "SQSClient", queue: Queue, functions: "LambdaClient"
) -> None:
    consumer = make_function(functions, new_queue(sqs), new_queue(sqs))
    functions.create_event_source_mapping(EventSourceArn=queue.arn, FunctionName=consumer)
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", "--endpoint-url", emulator)
    assert answer.returncode == 1
    assert f"sqs:{queue.name} feeds {consumer}" in answer.stderr
    answer = run("tail", f"sqs:{queue.name}", "--no-follow", "--steal", "--endpoint-url", emulator)
    assert answer.returncode == 0


def test_a_redrive_policy_is_warned_of(run: Run, emulator: str, sqs: "SQSClient", queue: Queue) -> None:
    policy = json.dumps({"deadLetterTargetArn": queue.arn, "maxReceiveCount": 5})
    watched = new_queue(sqs, RedrivePolicy=policy)
    answer = run("tail", f"sqs:{watched.name}", "--no-follow", "--endpoint-url", emulator)
    assert answer.returncode == 0
    assert "after 5 receives a message moves to" in answer.stderr


def test_one_of_two_queues_is_missing(run: Run, emulator: str, queue: Queue) -> None:
    queue.send(record(1))
    answer = run("tail", "sqs:missing", f"sqs:{queue.name}", "--no-follow", "--endpoint-url", emulator)
    assert answer.returncode == 5
    assert "00000001" in answer.stdout
    assert "not watched: " in answer.stderr


def test_a_missing_queue_in_json_is_one_line(run: Run, emulator: str) -> None:
    answer = run("tail", "sqs:missing", "-o", "json", "--endpoint-url", emulator)
    assert answer.returncode == 1
    (line,) = answer.stdout.splitlines()
    assert json.loads(line)["errors"][0]["code"] == "NotFound"


@pytest.mark.parametrize("options", [["--count", "0"], ["--timeout", "soon"], ["--since", "later"], ["s3:NO"]])
def test_what_cannot_be_meant(run: Run, emulator: str, options: list[str]) -> None:
    assert run("tail", "--endpoint-url", emulator, *options).returncode == 2
