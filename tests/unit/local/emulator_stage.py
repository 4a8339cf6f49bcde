"""The emulator itself, in this process: every test has an account of its own, and so an AWS of its own."""

import asyncio
import io
import json
import os
import zipfile
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any
from uuid import uuid4

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.clock import ScaledClock
from lambda_dest_cli.local.engine import Engine
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.invocation import FunctionKey, Invocation
from lambda_dest_cli.local.invoke_config import ConfigStore, StoredConfig

REGION = "us-east-1"
PATIENCE = 15.0
NOWHERE = {"BIND_HOST": "127.0.0.1", "SFTP_ENABLED": "0", "DOCKER_HOST": "unix:///nonexistent", "LOG_LEVEL": "ERROR"}
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def zipped(name: str, source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, source)
    return packed.getvalue()


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Emulated:
    """One account of the emulator, with an engine in front of it."""

    def __init__(self, scale: float = 1_000.0) -> None:
        os.environ.update(NOWHERE)
        import ministack.app

        self.account = str(uuid4().int)[:12]
        self.backend = Backend(ministack.app.app)
        self.configs = ConfigStore()
        self.engine = Engine(self.backend, self.configs, ScaledClock(scale), "http://127.0.0.1:1")

    async def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        return await self.backend.call(service, operation, params, account=self.account, region=REGION)

    def key(self, name: str, qualifier: str = "$LATEST") -> FunctionKey:
        return FunctionKey(self.account, REGION, name, qualifier)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{resource}"

    async def role(self, *statements: object, name: str = "role") -> str:
        role = await self.call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=document())
        if statements:
            await self.call("iam", "PutRolePolicy", RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
        return str(role["Role"]["Arn"])

    async def queue(self, name: str, **attributes: str) -> str:
        await self.call("sqs", "CreateQueue", QueueName=name, Attributes=attributes)
        return self.arn("sqs", name)

    async def function(self, name: str, role: str, source: str, **more: Any) -> FunctionKey:
        await self.call(
            "lambda", "CreateFunction", FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=role,
            Code={"ZipFile": zipped("index.py", source)}, **more,
        )  # fmt: skip
        self.engine.forget()
        return self.key(name)

    async def accept(self, key: FunctionKey, payload: bytes = b"{}") -> str:
        return await self.engine.accept(Invocation(key, payload))

    async def url(self, queue: str) -> str:
        return str((await self.call("sqs", "GetQueueUrl", QueueName=queue.rpartition(":")[2]))["QueueUrl"])

    async def messages(self, queue: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many messages, and take them."""
        found: list[dict[str, Any]] = []
        url, end = await self.url(queue), monotonic() + PATIENCE
        while len(found) < count:
            assert monotonic() < end, f"{len(found)} of {count} messages came"
            answer = await self.call(
                "sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            found += answer.get("Messages", [])
            await asyncio.sleep(0.01)
        return found

    async def records(self, queue: str, count: int = 1) -> list[Any]:
        return [json.loads(message["Body"]) for message in await self.messages(queue, count)]

    async def idle(self) -> None:
        """Wait until no event waits or runs any more."""
        end = monotonic() + PATIENCE
        while self.engine.queued():
            assert monotonic() < end, "events were still waiting"
            await asyncio.sleep(0.01)

    async def empty(self, queue: str) -> bool:
        url = await self.url(queue)
        return not (await self.call("sqs", "ReceiveMessage", QueueUrl=url)).get("Messages")

    async def counted(self, name: str) -> float:
        """Give the sum of a metric of every function of the account, flushed."""
        await self.engine.flush()
        found = await self.call("cloudwatch", "ListMetrics", Namespace="AWS/Lambda", MetricName=name)
        total = 0.0
        for metric in found["Metrics"]:
            if len(metric["Dimensions"]) == 1:
                answer = await self.call(
                    "cloudwatch", "GetMetricStatistics", Namespace="AWS/Lambda", MetricName=name,
                    Dimensions=metric["Dimensions"], StartTime="2020-01-01T00:00:00Z", EndTime="2100-01-01T00:00:00Z",
                    Period=60, Statistics=["Sum"],
                )  # fmt: skip
                total += sum(point["Sum"] for point in answer["Datapoints"])
        return total


def play(act: Callable[[Emulated], Awaitable[None]], scale: float = 1_000.0) -> None:
    """Run a test against an account of its own, and stop the engine whatever happens."""

    async def whole() -> None:
        aws = Emulated(scale)
        try:
            await act(aws)
        finally:
            await aws.engine.stop()

    asyncio.run(whole())


async def known(aws: Emulated, key: FunctionKey) -> LocalFunction:
    """Give a function as the engine reads it."""
    found = await aws.engine.functions.get(key)
    assert found
    return found


FAILURE = StoredConfig(maximum_retry_attempts=0)
