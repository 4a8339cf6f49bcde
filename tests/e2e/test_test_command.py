"""``lds test`` on the embedded AWS: functions that really run, and every type of destination."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pexpect
import pytest

from tests.contract.conftest import LocalAws
from tests.contract.world import Queue, World, allow, eventually

LDS = str(Path(sys.executable).with_name("lds"))
PRINTS = "import json\ndef handler(event, context):\n    print('got', json.dumps(event))\n"
RAISES = '{"mode": "raise", "big": 12345678901234567890.50}'
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A person's home with an embedded AWS running, where a minute takes a tenth of a second."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([LDS, "local", "start", "--time-scale", "600"], env=told(home), check=True, capture_output=True)
    yield home
    subprocess.run([LDS, "local", "stop"], env=told(home), check=True, capture_output=True)


def told(home: Path) -> dict[str, str]:
    path = f"{Path(LDS).parent}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "XDG_STATE_HOME": str(home), "TERM": "xterm"}


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return told(home)


@pytest.fixture(scope="module")
def world(home: Path) -> World:
    status = subprocess.run([LDS, "local", "status", "-o", "json"], env=told(home), check=True, capture_output=True)
    return LocalAws(json.loads(status.stdout)["data"]["endpoint"])


def name_of(queue: Queue) -> str:
    return queue.arn.rpartition(":")[2]


def destinations(world: World) -> dict[str, str]:
    """Make one of each type; gives its ARN."""
    return {
        "sqs": world.queue().arn,
        "sns": world.topic(),
        "events": world.bus(),
        "s3": f"arn:aws:s3:::{world.bucket()}",
        "lambda": world.arn(world.function(source=PRINTS)),
    }


def data(answer: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.stdout)["data"]
    return found


def left(world: World, made: dict[str, str]) -> list[Any]:
    return [
        world.client("sns").list_subscriptions_by_topic(TopicArn=made["sns"])["Subscriptions"],
        world.client("events").list_rules(EventBusName=made["events"].rpartition("/")[2])["Rules"],
        world.client("sqs").list_queues(QueueNamePrefix="lds-tap-").get("QueueUrls", []),
    ]


def deaf(world: World) -> tuple[str, str]:
    """Make a function whose role may not deliver any more; gives its name and its failures' queue."""
    role = world.role(allow("sqs:SendMessage", "*"))
    function, queue = world.function(role=role), world.queue()
    world.put(function, on_success=queue.arn, on_failure=queue.arn)
    world.allow(role, allow("sqs:GetQueueUrl", "*"))
    return function, name_of(queue)


def reserved(world: World, function: str) -> int | None:
    answer = world.api.get_function_concurrency(FunctionName=function)
    found: int | None = answer.get("ReservedConcurrentExecutions")
    return found


def test_both_outcomes_reach_every_type_of_destination_and_the_dead_letter_queue(run: Run, world: World) -> None:
    made, dead = destinations(world), world.queue()
    functions = {kind: world.function(DeadLetterConfig={"TargetArn": dead.arn}) for kind in made}
    for kind, arn in made.items():
        world.put(functions[kind], on_failure=arn, **({} if kind == "s3" else {"on_success": arn}))
    failed = run("--local", "test", *functions.values(), "--payload", RAISES, "--expect", "failure", "-o", "json")
    assert failed.returncode == 0, failed.stdout
    tests = data(failed)["tests"]
    assert [each["function"] for each in tests] == list(functions.values())
    for each in tests:
        slots = {hop["name"].partition(" ")[0] for hop in each["hops"]}
        assert slots == {"accepted", "attempt", "on_failure", "dead_letter"}
        assert [hop["name"] for hop in each["hops"]][:4] == ["accepted", "attempt 1", "attempt 2", "attempt 3"]
        assert each["outcome"] == "failure"
        assert each["record"]["requestContext"]["requestId"] == each["request_id"]
    others = [name for kind, name in functions.items() if kind != "s3"]
    done = run("--local", "test", *others, "--expect", "success", "-o", "json")
    assert done.returncode == 0, done.stdout
    assert {each["outcome"] for each in data(done)["tests"]} == {"success"}
    assert left(world, made) == [[], [], []]
    assert messages(world, dead) == len(made)


def messages(world: World, queue: Queue) -> int:
    """Count what can be received: nothing stays hidden."""
    asked = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = world.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=asked)["Attributes"]
    assert found["ApproximateNumberOfMessagesNotVisible"] == "0"
    return int(found["ApproximateNumberOfMessages"])


def test_one_function_prints_its_hops_and_its_record(environment: dict[str, str], world: World) -> None:
    function, queue = world.function(), world.queue()
    queue.say("somebody else's")
    world.put(function, on_failure=queue.arn, on_success=world.queue().arn, MaximumRetryAttempts=1)
    words = [LDS, "--local", "test", function, "--payload", "-"]
    answer = subprocess.run(
        words, env=environment, input=RAISES, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert f"PASSED  {function}  in " in answer.stdout
    assert (
        f"the failure arrived at sqs:{name_of(queue)} (on-failure); RetriesExhausted; KeyError: 'sku'" in answer.stdout
    )
    assert "attempt 2" in answer.stdout
    assert '"big": 12345678901234567890.50' in answer.stdout
    assert "an event that fails is run 2 times (after 1m, at 600 times the speed)" in answer.stderr
    assert messages(world, queue) == 2


def test_an_outcome_that_was_not_expected(run: Run, world: World) -> None:
    function, queue = world.function(), world.queue()
    world.put(function, on_failure=queue.arn, on_success=queue.arn, MaximumRetryAttempts=0)
    answer = run("--local", "test", function, "--payload", RAISES, "--expect", "success", "-o", "json")
    assert answer.returncode == 3
    found = data(answer)
    assert (found["expected"], found["outcome"]) == ("success", "failure")
    assert found["message"].startswith("expected success, got failure; RetriesExhausted; KeyError")
    assert json.loads(answer.stdout)["status"] == "findings"


def test_where_nothing_arrives_the_likely_cause_is_named(run: Run, world: World) -> None:
    function, queue = deaf(world)
    answer = run("--local", "test", function, "--timeout", "1s")
    assert answer.returncode == 3
    assert f"FAILED  {function}  no outcome arrived at sqs:{queue} (on-success)" in answer.stdout
    assert "attempt 1" in answer.stdout
    assert "likely cause\n    FAIL  LDS302  on-success:" in answer.stdout
    assert "sqs:SendMessage" in answer.stdout
    assert f"fix: lds --local configure {function}" in answer.stdout
    assert f"see more with: lds --local doctor {function}; lds --local tail {function}" in answer.stdout


def test_half_of_it_arrives(run: Run, world: World) -> None:
    dead, failed = world.queue(), world.queue()
    role = world.role(allow("sqs:SendMessage", "*"))
    function = world.function(role=role, DeadLetterConfig={"TargetArn": dead.arn})
    world.put(function, on_failure=failed.arn, MaximumRetryAttempts=0)
    world.allow(role, allow("sqs:SendMessage", dead.arn))
    answer = run("--local", "test", function, "--payload", RAISES, "--timeout", "1s", "-o", "json")
    assert answer.returncode == 3
    found = data(answer)
    assert found["outcome"] == "failure"
    assert found["missing"] == [{"slot": "on_failure", "destination": failed.arn}]
    assert found["findings"][0]["id"] == "LDS302"
    assert {each["slot"] for each in found["findings"]} <= {"on_failure", None}


@pytest.mark.parametrize("former", [None, 5])
def test_a_forced_failure_arrives_and_the_function_is_on_again(run: Run, world: World, former: int | None) -> None:
    function, queue = world.function(), world.queue()
    world.put(function, on_failure=queue.arn)
    if former:
        world.reserve(function, former)
    answer = run("--local", "test", function, "--force-failure", "--yes", "-o", "json")
    assert answer.returncode == 0, answer.stderr
    assert data(answer)["record"]["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert reserved(world, function) == former
    assert f"switching {function} off" in answer.stderr


@pytest.mark.parametrize(("number", "former"), [(signal.SIGINT, None), (signal.SIGTERM, 7)])
def test_a_signal_while_the_function_is_off_switches_it_on(
    start: Start, world: World, number: signal.Signals, former: int | None
) -> None:
    function, _ = deaf(world)
    if former:
        world.reserve(function, former)
    process = start("--local", "test", function, "--force-failure", "-y")
    eventually(lambda: reserved(world, function) == 0, "the switch")
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in errors
    assert f"{function} is on again" in errors
    assert reserved(world, function) == former


def test_a_forced_failure_is_asked_for_twice(run: Run, world: World, environment: dict[str, str]) -> None:
    function, queue = world.function(), world.queue()
    world.put(function, on_failure=queue.arn)
    answer = run("--local", "test", function, "--force-failure")
    assert answer.returncode == 2
    assert "say --yes" in answer.stderr
    terminal: Any = pexpect.spawn(
        LDS, ["--local", "test", function, "--force-failure"], env=environment, timeout=60, encoding="utf-8"
    )
    terminal.expect_exact("[y/N]")
    terminal.sendline("n")
    terminal.expect_exact("the answer was no")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1
    assert reserved(world, function) is None
    assert messages(world, queue) == 0


def test_a_fleet_by_its_spec_as_junit(run: Run, world: World, tmp_path: Path) -> None:
    queue = world.queue()
    good, other = world.function(), world.function()
    broken, _ = deaf(world)
    world.put(good, on_success=queue.arn)
    text = "version: 1\nregion: us-east-1\nfunctions:\n"
    names = (good, broken, other, "not-there")
    (tmp_path / "lds.yaml").write_text(text + "".join(f"  {name}: {{}}\n" for name in names))
    answer = run("--local", "test", "-f", "lds.yaml", "--all", "--timeout", "1s", "-o", "junit", cwd=tmp_path)
    assert answer.returncode == 3, answer.stderr
    suite = ElementTree.fromstring(answer.stdout)[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "LDS302" in (failure.text or "")
    error = suite.find("testcase/error")
    assert error is not None
    assert suite[3].get("classname") == "not-there"
    assert error.get("message") == "not-there: there is no such function in us-east-1"


def test_on_a_terminal_it_says_what_it_waits_for(world: World, environment: dict[str, str]) -> None:
    function, _ = deaf(world)
    terminal: Any = pexpect.spawn(
        LDS,
        ["--local", "test", function, "--payload", RAISES, "--timeout", "60s"],
        env=environment,
        dimensions=(24, 200),
        timeout=60,
        encoding="utf-8",
    )
    terminal.expect(rf"waiting for {function} · \d+s.* · giving up in \d+s")
    terminal.sendintr()
    terminal.expect(rf"{function}: request [0-9a-f-]+ goes on by itself")
    terminal.expect_exact("interrupted")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
