"""``lds tail`` on the embedded AWS: functions that really run, and every type of destination at once."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.contract.conftest import LocalAws
from tests.contract.world import Queue, World
from tests.e2e.tail_world import lines_of, until_watching

LDS = str(Path(sys.executable).with_name("lds"))
FAILS = "def handler(event, context):\n    raise ValueError('boom')\n"
PRINTS = "import json\ndef handler(event, context):\n    print('got', json.dumps(event))\n"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A person's home with an embedded AWS running, where a minute takes a tenth of a second."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([LDS, "local", "start", "--time-scale", "600"], env=told(home), check=True, capture_output=True)
    yield home
    subprocess.run([LDS, "local", "stop"], env=told(home), check=True, capture_output=True)


def told(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(LDS).parent}:/usr/bin:/bin",
        "HOME": str(home),
        "XDG_STATE_HOME": str(home),
        "TERM": "xterm",
    }


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return told(home)


@pytest.fixture(scope="module")
def world(home: Path) -> World:
    status = subprocess.run([LDS, "local", "status", "-o", "json"], env=told(home), check=True, capture_output=True)
    return LocalAws(json.loads(status.stdout)["data"]["endpoint"])


def destinations(world: World) -> dict[str, str]:
    """Make one of each type; gives its ARN."""
    return {
        "sqs": world.queue().arn,
        "sns": world.topic(),
        "events": world.bus(),
        "s3": f"arn:aws:s3:::{world.bucket()}",
        "lambda": world.arn(world.function(source=PRINTS)),
    }


def name_of(queue: Queue) -> str:
    return queue.arn.rpartition(":")[2]


def left(world: World, made: dict[str, str]) -> list[Any]:
    return [
        world.client("sns").list_subscriptions_by_topic(TopicArn=made["sns"])["Subscriptions"],
        world.client("events").list_rules(EventBusName=made["events"].rpartition("/")[2])["Rules"],
        world.client("sqs").list_queues(QueueNamePrefix="lds-tap-").get("QueueUrls", []),
    ]


def test_every_destination_and_the_dead_letter_queue_at_once(start: Start, world: World) -> None:
    made, dead = destinations(world), world.queue()
    functions = []
    for number, arn in enumerate(made.values()):
        more: dict[str, Any] = {"DeadLetterConfig": {"TargetArn": dead.arn}} if number == 0 else {}
        functions.append(world.function(source=FAILS, **more))
        world.put(functions[-1], on_failure=arn, MaximumRetryAttempts=0)
    process = start("--local", "tail", *functions, "--count", "6", "-o", "json")
    until_watching(process, 6)
    requests = {world.send(function, {"order": 7}) for function in functions}
    output, errors = process.communicate(timeout=100)
    found = [json.loads(line) for line in output.splitlines()]
    assert process.returncode == 0, errors
    assert {each["request_id"] for each in found} == requests
    assert {each["destination"] for each in found} == {dead.arn, *made.values()}
    assert {each["function"] for each in found} == set(functions)
    assert {each["condition"] for each in found} == {"RetriesExhausted", None}
    logged = next(each for each in found if each["destination_type"] == "lambda")
    assert any(line.startswith("got {") for line in logged["logs"])
    assert left(world, made) == [[], [], []]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_all_are_watched_leaves_nothing_behind(
    start: Start, world: World, number: signal.Signals
) -> None:
    made = destinations(world)
    names = [arn if kind != "lambda" else f"lambda:{arn.rpartition(':')[2]}" for kind, arn in made.items()]
    process = start("--local", "tail", *names)
    until_watching(process, 5)
    assert [len(each) for each in left(world, made)] == [1, 1, 2]
    process.send_signal(number)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert left(world, made) == [[], [], []]


def test_details_of_a_failure(start: Start, world: World) -> None:
    queue, function = world.queue(), world.function(source=FAILS)
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    process = start("--local", "tail", function, "--count", "1", "--detail")
    until_watching(process)
    world.send(function, {"order": 12345678901234567890})
    output, _ = process.communicate(timeout=100)
    assert '"order": 12345678901234567890' in output
    assert "error  ValueError: boom" in output
    assert "in handler" in output


def test_what_the_function_printed_is_shown_under_its_failure(start: Start, world: World) -> None:
    queue, function = world.queue(), world.function(source=PRINTS + "    raise ValueError('boom')\n")
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=1)
    process = start("--local", "tail", function, "--count", "1", "--logs")
    until_watching(process)
    world.send(function, {"order": "\x1b[31m"})
    output, errors = process.communicate(timeout=100)
    assert errors.count("no log lines") == 0
    assert output.count('got {"order": "\\u001b[31m"}') == 2
    assert output.count("START RequestId: ") == 2
    answer = run_to_end(start, "--local", "tail", function, "--no-follow", "-o", "json")
    assert "logs" not in json.loads(answer)
    answer = run_to_end(start, "--local", "tail", function, "--no-follow", "-o", "json", "--logs")
    assert any(line.startswith("got {") for line in json.loads(answer)["logs"])


def run_to_end(start: Start, *argv: str) -> str:
    output, errors = start(*argv).communicate(timeout=100)
    assert "Traceback" not in errors
    return str(output)


def test_without_names_the_functions_of_the_spec_here(start: Start, world: World, tmp_path: Path) -> None:
    queue, others = world.queue(), world.queue()
    function, other = world.function(), world.function()
    world.put(function, on_success=queue.arn)
    world.put(other, on_success=others.arn)
    (tmp_path / "lds.yaml").write_text(
        f"version: 1\nregion: us-east-1\nfunctions:\n  {function}:\n    on_success: sqs:{name_of(queue)}\n"
    )
    process = start("--local", "tail", "--count", "1", cwd=tmp_path)
    said = until_watching(process)
    assert said[0] == "watching the functions of ./lds.yaml\n"
    assert not any(name_of(others) in line for line in said)
    world.send(function)
    assert function in lines_of(process, 1)[0]
    assert process.wait(timeout=100) == 0


def test_on_a_terminal_the_counts_stand_below_the_lines(world: World, environment: dict[str, str]) -> None:
    queue, function = world.queue(), world.function(source=FAILS)
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=0)
    terminal: Any = pexpect.spawn(
        LDS,
        ["--local", "tail", f"sqs:{name_of(queue)}"],
        env=environment,
        dimensions=(24, 200),
        timeout=60,
        encoding="utf-8",
    )
    terminal.expect_exact("0 failed · 0 succeeded · 0.0/s")
    world.send(function)
    terminal.expect_exact("FAILED")
    terminal.expect(r"1 failed · 0 succeeded · [0-9.]+/s · 1 held · ValueError 1")
    terminal.sendintr()
    terminal.expect_exact("1 outcome: 1 failed, 0 succeeded")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
