"""An engine on a stage: a clock that only a test moves, functions that do as told, and an emulator that writes down."""

import asyncio
import heapq
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.engine import Engine
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction, LocalFunctions
from lambda_dest_cli.local.invocation import FunctionKey, Invocation
from lambda_dest_cli.local.invoke_config import ConfigStore, StoredConfig
from lambda_dest_cli.local.runtime_api import Answer
from lambda_dest_cli.local.workers import Ran

ACCOUNT = "123456789012"
REGION = "eu-west-1"
KEY = FunctionKey(ACCOUNT, REGION, "orders")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders-role"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-failed"
DONE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-done"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-dlq"
FUNCTION = LocalFunction(KEY, "$LATEST", ROLE, "", "python3.12", "index.handler", 3, 128, (), "sha", None)
_TURNS = 300
"""More turns of the event loop than any chain of awaits here takes."""


class FakeClock:
    """Time passes when a test says so; ``real`` is what running takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.busy = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> float:
        return self.seconds

    def real(self) -> float:
        return self.busy

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, self._count, future))
        await future

    async def settle(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let AWS's seconds pass, with everything that falls due in between."""
        await self.settle()
        end = self.seconds + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            self.seconds, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
            await self.settle()
        self.seconds = end


class FakeEmulator(Backend):
    """Knows one role and queues; keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, Any]]] = []
        self.metrics: list[Mapping[str, Any]] = []
        self.statement: Mapping[str, object] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        self.faults: dict[str, list[ApiFault]] = {}

    async def call(
        self, service: str, operation: str, params: Mapping[str, Any], *, account: str, region: str
    ) -> dict[str, Any]:
        if self.faults.get(operation):
            raise self.faults[operation].pop(0)
        policy = json.dumps({"Version": "2012-10-17", "Statement": self.statement})
        if operation == "SendMessage":
            self.sent.append((params["QueueUrl"], params))
        if operation == "PutMetricData":
            self.metrics += params["MetricData"]
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "GetRole": lambda: {"Role": {"Arn": ROLE}},
            "ListRolePolicies": lambda: {"PolicyNames": ["p"]},
            "ListAttachedRolePolicies": lambda: {"AttachedPolicies": []},
            "GetRolePolicy": lambda: {"PolicyDocument": policy},
            "GetQueueUrl": lambda: {"QueueUrl": params["QueueName"]},
            "GetQueueAttributes": lambda: {"Attributes": {}},
        }
        return answers[operation]() if operation in answers else {}


Outcome = Callable[[], Answer]


def succeeding() -> Answer:
    return Answer(b'{"ok":true}', failed=False)


class FakeFunctions(LocalFunctions):
    """Functions that do as a test says."""

    def __init__(self) -> None:
        self.known: dict[FunctionKey, LocalFunction] = {}
        self.outcome: Outcome = succeeding
        self.ran: list[tuple[str, bytes]] = []
        self.gate: asyncio.Event | None = None
        """While set and closed, runs do not end."""

    def forget(self) -> None:
        return

    async def reset(self) -> None:
        return

    async def get(self, key: FunctionKey) -> LocalFunction | None:
        return self.known.get(key)

    async def may_loop(self, key: FunctionKey) -> bool:
        return False

    async def run(self, function: LocalFunction, request_id: str, payload: bytes) -> Ran:
        self.ran.append((request_id, payload))
        if self.gate:
            await self.gate.wait()
        return Ran(self.outcome())


def failing() -> Answer:
    return Answer(b'{"errorMessage":"boom","errorType":"ValueError"}', failed=True)


class Stage:
    """The engine and everything around it."""

    def __init__(self, config: StoredConfig | None = None, **function: Any) -> None:
        self.clock = FakeClock()
        self.emulator = FakeEmulator()
        self.functions = FakeFunctions()
        self.configs = ConfigStore()
        if config:
            self.configs.put(KEY, config)
        self.functions.known[KEY] = replace(FUNCTION, **function)
        self.engine = Engine(self.emulator, self.configs, self.clock, functions=self.functions)

    async def accept(self, payload: bytes = b"{}", key: FunctionKey = KEY) -> str:
        return await self.engine.accept(Invocation(key, payload))

    def records(self, queue: str = QUEUE) -> list[Any]:
        """Give the records that a queue got."""
        return [json.loads(params["MessageBody"]) for url, params in self.emulator.sent if queue.endswith(f":{url}")]

    def contexts(self) -> list[tuple[str, int]]:
        """Give condition and count of each record of a failure."""
        return [
            (record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"])
            for record in self.records()
        ]

    async def counted(self, name: str) -> float:
        """Give the sum of a metric, flushed."""
        await self.engine.flush()
        return sum(
            float(each["StatisticValues"]["Sum"])
            for each in self.emulator.metrics
            if each["MetricName"] == name and len(each["Dimensions"]) == 1
        )
