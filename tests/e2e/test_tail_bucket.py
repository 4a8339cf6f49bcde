"""``lds tail`` of a bucket, from outside."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.e2e.tail_world import call, lines_of, record, until_watching

Start = Callable[..., "subprocess.Popen[str]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Bucket:
    """A bucket of the emulator."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.name = endpoint, f"bucket-{uuid4().hex[:12]}"
        call(endpoint, "s3", "create_bucket", Bucket=self.name)

    def put(self, body: str, function: str = "orders", at: datetime | None = None) -> str:
        moment = at or datetime.now(UTC)
        key = f"aws/lambda/async/{function}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid4()}"
        self.put_as(key, body)
        return key

    def put_as(self, key: str, body: str) -> None:
        call(self.endpoint, "s3", "put_object", Bucket=self.name, Key=key, Body=body.encode())


@pytest.fixture
def bucket(emulator: str) -> Bucket:
    return Bucket(emulator)


def test_what_is_written_while_watching_is_shown(start: Start, emulator: str, bucket: Bucket) -> None:
    bucket.put(record(1))
    process = start("tail", f"s3:{bucket.name}", "--count", "3", "--endpoint-url", emulator)
    until_watching(process)
    bucket.put(record(2))
    assert "00000002" in lines_of(process, 1)[0]
    bucket.put(record(3, "payments"), "payments")
    assert "payments" in lines_of(process, 1)[0]
    bucket.put("no record")
    output, _ = process.communicate(timeout=60)
    assert "no record" in output
    assert process.returncode == 0


def test_since_reads_across_midnight(run: Run, emulator: str, bucket: Bucket) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    names = ["two days before", "before", "after"]
    times = [timedelta(days=-2), timedelta(seconds=-1), timedelta(seconds=1)]
    for number, (name, distance) in enumerate(zip(names, times, strict=True)):
        moment = midnight + distance
        bucket.put(record(number, timestamp=moment.isoformat(), requestPayload=name), at=moment)
    since = (midnight - timedelta(hours=1)).isoformat()
    options = ["--no-follow", "--since", since, "-o", "json", "--endpoint-url", emulator]
    answer = run("tail", f"s3:{bucket.name}", *options)
    assert answer.returncode == 0, answer.stderr
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [each["record"]["requestPayload"] for each in found] == ["before", "after"]
    assert {each["destination"] for each in found} == {f"arn:aws:s3:::{bucket.name}"}
    assert {each["destination_type"] for each in found} == {"s3"}


def test_more_than_a_page_of_objects(run: Run, emulator: str, bucket: Bucket) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=5)
    for number in range(70):
        bucket.put(record(number % 60, timestamp=moment.isoformat(), requestPayload=number), at=moment)
    options = ["--no-follow", "--since", "1h", "-o", "json", "--endpoint-url", emulator]
    answer = run("tail", f"s3:{bucket.name}", *options)
    payloads = [json.loads(line)["record"]["requestPayload"] for line in answer.stdout.splitlines()]
    assert sorted(payloads) == list(range(70))


def test_a_name_from_the_future_hides_nothing(start: Start, emulator: str, bucket: Bucket) -> None:
    process = start("tail", f"s3:{bucket.name}", "--count", "2", "--endpoint-url", emulator)
    until_watching(process)
    bucket.put(record(1), at=datetime(2999, 1, 1, tzinfo=UTC))
    assert "00000001" in lines_of(process, 1)[0]
    bucket.put(record(2))
    output, _ = process.communicate(timeout=60)
    assert "00000002" in output


def test_a_bucket_that_does_not_exist(run: Run, emulator: str) -> None:
    answer = run("tail", "s3:no-such-bucket-at-all", "--endpoint-url", emulator)
    assert answer.returncode == 1
    assert "s3:no-such-bucket-at-all: not found" in answer.stderr
