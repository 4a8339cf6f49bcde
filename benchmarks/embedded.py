"""The embedded AWS itself: how soon it is ready, how many events it accepts and delivers, and how much memory it keeps.

The events come over four connections of the standard library's HTTP client, in this process, on the same two cores: a
client of boto3's would take more of them than the server does. Another thread reads the destination and deletes, as a
consumer does.
"""

import http.client
import io
import json
import os
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from benchmarks.measure import Figure

_CONNECTIONS = 4
_BURST = 5_000
_LONG = 50_000
_AHEAD = 5_000
"""Events in the queue at most while the memory is watched: a full queue answers 429."""
_HEADERS = {
    "X-Amz-Invocation-Type": "Event",
    "Authorization": (
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
    ),
}


def run(lds: Path) -> Iterator[Figure]:
    """Measure with the installed lds."""
    with tempfile.TemporaryDirectory() as folder:
        whole = {**os.environ, "XDG_STATE_HOME": folder}
        begun = time.perf_counter()
        started = subprocess.run(
            [lds, "local", "start", "-o", "json"], env=whole, check=True, capture_output=True, text=True
        )
        yield Figure("lds local start, command to ready", time.perf_counter() - begun, "s", 2, at_least=False)
        try:
            answer = json.loads(started.stdout)["data"]
            yield from _events(answer["endpoint"], answer["pid"])
        finally:
            subprocess.run([lds, "local", "stop"], env=whole, check=True, capture_output=True)


def _events(endpoint: str, pid: int) -> Iterator[Figure]:
    road = _Road(endpoint)
    road.send(100)
    road.wait_for(100)
    begun, accepted = time.perf_counter(), road.send(_BURST)
    road.wait_for(_BURST + 100)
    whole = time.perf_counter() - begun
    note = f"{_BURST:,} events, {_CONNECTIONS} connections, delivering meanwhile"
    yield Figure("asynchronous events accepted", _BURST / accepted, "/s", 400, note=note)
    yield Figure("records delivered end to end", _BURST / whole, "/s", 100, note=note)
    sizes = [_memory(pid)]
    with road.consumer():
        for _ in range(0, _LONG, _AHEAD):
            before = road.delivered
            road.send(_AHEAD)
            road.wait_for(before + _AHEAD)
            sizes.append(_memory(pid))
    told = ", ".join(f"{size:.0f}" for size in sizes)
    yield Figure(
        f"memory gained over {_LONG:,} events", sizes[-1] - sizes[1], "MB", note=f"every {_AHEAD:,}: {told} MB"
    )


class _Road:
    """A function that echoes, and the queue its records go to."""

    def __init__(self, endpoint: str) -> None:
        self._host = endpoint.removeprefix("http://")
        self._endpoint = endpoint
        self._consumed = 0
        self._ended = threading.Event()
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        iam = self._client("iam")
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
        iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=_document(allow))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("index.py", "def handler(event, context):\n    return event\n")
        functions = self._client("lambda")
        functions.create_function(
            FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        self._sqs = self._client("sqs")
        self._url = self._sqs.create_queue(QueueName="q")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        functions.put_function_event_invoke_config(
            FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": arn}}
        )

    def send(self, count: int) -> float:
        """Send events over all connections and give the seconds that it took."""
        begun = time.perf_counter()
        threads = [threading.Thread(target=self._send, args=(count // _CONNECTIONS,)) for _ in range(_CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun

    @property
    def delivered(self) -> int:
        """How many records have come so far."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return self._consumed + sum(map(int, found.values()))

    def wait_for(self, count: int) -> None:
        """Wait until so many have come."""
        while self.delivered < count:
            time.sleep(0.02)

    def consumer(self) -> "_Consumer":
        """Read and delete, while the context lasts."""
        return _Consumer(self)

    def consume(self) -> None:
        """Read and delete until told to end."""
        sqs = self._client("sqs")
        while not self._ended.is_set():
            answer = sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            found = answer.get("Messages", [])
            if found:
                entries: Any = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(found)]
                sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
                self._consumed += len(found)

    def end(self) -> None:
        """Tell the consumer to end."""
        self._ended.set()

    def _send(self, count: int) -> None:
        connection = http.client.HTTPConnection(self._host)
        for number in range(count):
            body = b'{"number": %d}' % number
            connection.request("POST", "/2015-03-31/functions/f/invocations", body=body, headers=_HEADERS)
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.ACCEPTED:
                raise RuntimeError(f"an event was answered with {answer.status}")
        connection.close()

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self._endpoint, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip


class _Consumer:
    def __init__(self, road: _Road) -> None:
        self._road = road
        self._thread = threading.Thread(target=road.consume)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._road.end()
        self._thread.join()


def _document(statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _memory(pid: int) -> float:
    """Give what a process keeps in memory, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"{pid} has no memory")
