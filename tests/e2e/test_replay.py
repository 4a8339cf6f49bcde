"""``lds replay`` on the embedded AWS: functions that fail, are mended, and get their events again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.contract.conftest import LocalAws
from tests.contract.world import Queue, World

LDS = str(Path(sys.executable).with_name("lds"))
FAILS = "def handler(event, context):\n    raise KeyError('sku')\n"
WORKS = "def handler(event, context):\n    return event\n"
KILLS = int(os.environ.get("LDS_REPLAY_KILLS", "3"))
"""How often a run is killed; 200 take some minutes."""
CHANCE = Random(KILLS)
KILLED_AFTER = [CHANCE.randint(1, 25) for _ in range(KILLS)]
"""Lines that a run may print before it is killed, run by run."""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


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


def counts(world: World, queue: Queue) -> tuple[int, int]:
    """How many messages are (visible, hidden)."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = world.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def failed(world: World, events: int, **settings: Any) -> tuple[str, Queue, Queue]:
    """Make a function, let it fail so often, and mend it; gives it, where its failures and its successes go."""
    function, failures, successes = world.function(source=FAILS), world.queue(), world.queue()
    world.put(function, successes.arn, failures.arn, MaximumRetryAttempts=0)
    for number in range(events):
        world.send(function, b'{"number": %d, "price": 1.10}' % number)
    world.eventually(lambda: counts(world, failures) == (events, 0), "the failures")
    world.put_code(function, WORKS)
    return function, failures, successes


def record(number: int, arn: str) -> str:
    context = {"requestId": f"{number:08}-b738-4f5e-8880-a18cdf61200e", "functionArn": arn}
    context["condition"] = "RetriesExhausted"
    return json.dumps({"version": "1.0", "requestContext": context, "requestPayload": {"number": number}}) + "\n"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def name_of(queue: Queue) -> str:
    return f"sqs:{queue.arn.rpartition(':')[2]}"


def test_what_failed_is_sent_again_and_deleted(world: World, run: Run) -> None:
    function, failures, successes = failed(world, 12)
    answer = run("--local", "replay", name_of(failures), "--yes", "-o", "json")
    assert answer.returncode == 0, answer.stderr
    told_of = lines(answer.stdout)
    assert [line["outcome"] for line in told_of] == ["accepted"] * 12
    assert len({line["new_request_id"] for line in told_of} | {line["request_id"] for line in told_of}) == 24
    assert counts(world, failures) == (0, 0)
    records = list(successes.records(12))
    assert {record["requestContext"]["requestId"] for record in records} == {line["new_request_id"] for line in told_of}
    assert sorted(record["requestPayload"]["number"] for record in records) == list(range(12))
    assert "12 accepted" in answer.stderr
    assert function in answer.stdout


def test_a_dry_run_shows_what_would_be_sent_and_leaves_the_queue_as_it_was(world: World, run: Run) -> None:
    function, failures, successes = failed(world, 4)
    answer = run("--local", "replay", function, "--dry-run", "-o", "json")
    assert answer.returncode == 0, answer.stderr
    summary = json.loads(answer.stdout)["data"]
    assert (summary["chosen"], summary["complete"]) == (4, True)
    assert summary["error_types"] == {"KeyError": 4}
    assert summary["targets"] == {function: 4}
    assert all("1.10" in sample["payload"] for sample in summary["samples"])
    assert counts(world, failures) == (4, 0)
    refused = run("--local", "replay", function)
    assert refused.returncode == 2
    assert "4 events to send again" in refused.stderr
    assert counts(world, failures) == (4, 0)
    assert successes.is_empty()


def test_what_tail_printed_is_replayed_from_a_file(world: World, run: Run, tmp_path: Path) -> None:
    function, failures, successes = failed(world, 5)
    printed = run("--local", "tail", function, "--no-follow", "-o", "json")
    file = tmp_path / "failed.jsonl"
    file.write_text(printed.stdout)
    answer = run("--local", "replay", str(file), "--yes")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("SENT") == 5
    assert sorted(record["requestPayload"]["number"] for record in successes.records(5)) == list(range(5))
    again = run("--local", "replay", str(file), "--yes")
    assert again.stdout.count("SENT BEFORE") == 5
    # The messages are of the same requests: they were sent already, and may go.
    assert counts(world, failures) == (5, 0)
    assert run("--local", "replay", function, "--yes").stdout.count("SENT BEFORE") == 5
    assert counts(world, failures) == (0, 0)
    assert successes.is_empty()


def test_what_fails_again_is_left_alone_in_this_run(world: World, run: Run) -> None:
    function, failures, _ = failed(world, 3)
    world.put_code(function, FAILS)
    answer = run("--local", "replay", function, "--yes", "-o", "json")
    outcomes = [line["outcome"] for line in lines(answer.stdout)]
    assert outcomes.count("accepted") == 3
    assert set(outcomes) <= {"accepted", "failed_again"}
    world.eventually(lambda: counts(world, failures) == (3, 0), "what failed again")


def test_a_run_that_is_killed_again_and_again_sends_nothing_twice(
    world: World, run: Run, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    events, at_once = 100 * KILLS, 4
    function, successes = world.function(source=WORKS), world.queue()
    world.put(function, successes.arn)
    file = tmp_path / "failed.jsonl"
    file.write_text("".join(record(number, world.arn(function, "$LATEST")) for number in range(events)))
    more = [str(file), "--yes", "--concurrency", str(at_once)]
    for lines_read in KILLED_AFTER:
        process = start("--local", "replay", *more)
        assert process.stdout is not None
        for _ in range(lines_read):
            process.stdout.readline()
        process.kill()
        process.communicate()
        more = ["--resume"]
    status = json.loads(run("--local", "replay", "--status", "-o", "json").stdout)["data"]["runs"][0]
    assert status["state"] == "killed"
    assert len(status["in_doubt"]) <= at_once * len(KILLED_AFTER)
    resumed = run("--local", "replay", "--resume", "-o", "json")
    doubts = {line["request_id"] for line in lines(resumed.stdout) if line["outcome"] == "in_doubt"}
    assert doubts == {doubt["request_id"] for doubt in status["in_doubt"]}
    assert resumed.returncode == (5 if doubts else 0), resumed.stderr
    sure = events - len(doubts)
    world.eventually(lambda: counts(world, successes)[0] >= sure, "what was accepted")
    got = [found["requestPayload"]["number"] for found in successes.records(counts(world, successes)[0])]
    assert len(got) == len(set(got))
    assert set(range(events)) - set(got) <= {int(each[:8]) for each in doubts}


def test_a_source_that_is_being_replayed_is_locked(
    world: World, run: Run, start: Callable[..., "subprocess.Popen[str]"]
) -> None:
    _, failures, _ = failed(world, 3)
    process = start("--local", "replay", name_of(failures), "--yes", "--rate", "0.5")
    assert process.stdout is not None
    process.stdout.readline()
    refused = run("--local", "replay", name_of(failures), "--yes")
    assert refused.returncode == 1
    assert "being replayed already, by run" in refused.stderr
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert "go on with: lds replay --resume" in errors
    assert counts(world, failures)[1] == 0


def test_a_function_that_is_gone_or_may_not_run_gets_nothing(world: World, run: Run) -> None:
    function, failures, _ = failed(world, 1)
    gone = run("--local", "replay", name_of(failures), "--yes", "--to", f"{function}:nosuch")
    assert gone.returncode == 1
    assert "--to" in gone.stderr
    world.reserve(function, 0)
    refused = run("--local", "replay", function, "--dry-run")
    assert refused.returncode == 1
    assert "reserved concurrency of 0" in refused.stderr
    assert counts(world, failures) == (1, 0)


def test_objects_of_a_bucket_are_sent_again(world: World, run: Run) -> None:
    function, bucket, successes = world.function(source=FAILS), world.bucket(), world.queue()
    world.put(function, successes.arn, f"arn:aws:s3:::{bucket}", MaximumRetryAttempts=0)
    for number in range(3):
        world.send(function, {"number": number})
    world.objects(bucket, 3)
    world.put_code(function, WORKS)
    kept = run("--local", "replay", function, "--yes", "--keep")
    assert kept.stdout.count("SENT") == 3, kept.stderr
    assert len(world.objects(bucket)) == 3
    again = run("--local", "replay", f"s3:{bucket}", "--yes")
    assert again.stdout.count("SENT BEFORE") == 3
    assert "Contents" not in world.client("s3").list_objects_v2(Bucket=bucket)
    assert len(list(successes.records(3))) == 3


def test_a_dead_letter_goes_to_its_function_and_one_of_a_shared_queue_only_where_it_is_told(
    world: World, run: Run
) -> None:
    function, other, dead, successes = world.function(source=FAILS), world.function(), world.queue(), world.queue()
    world.dead_letter(function, dead.arn)
    world.put(function, successes.arn, MaximumRetryAttempts=0)
    for number in range(2):
        world.send(function, b'{"number": %d, "price": 1.10}' % number)
    world.eventually(lambda: counts(world, dead) == (2, 0), "the dead letters")
    dead.say("not Lambda's")
    world.put_code(function, WORKS)
    world.dead_letter(other, dead.arn)
    shared = run("--local", "replay", function, "--yes")
    assert f"dead-letter queue of {other} too" in shared.stderr
    assert shared.stdout.count("LEFT") == 3
    assert counts(world, dead) == (3, 0)
    sent = run("--local", "replay", function, "--yes", "--to", function)
    assert sent.stdout.count("SENT") == 2
    assert sent.stdout.count("LEFT") == 1
    assert counts(world, dead) == (1, 0)
    assert sorted(found["requestPayload"]["number"] for found in successes.records(2)) == [0, 1]
