"""How a record or a dead letter is handed over: one function a type of destination, one line in ``TARGETS``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.invocation import FunctionKey, Invocation
from lambda_dest_cli.local.records import event_entry, object_key
from lambda_dest_cli.local.targets import LocalTarget
from lambda_dest_cli.model.function_ref import FunctionRef

Accept = Callable[[Invocation], Awaitable[str]]


class Undeliverable(Exception):
    """A record that was dropped; nobody but a metric is told."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to deliver, and where. ``attributes`` are a dead letter's."""

    content: str
    target: LocalTarget
    event: Invocation
    succeeded: bool
    moment: datetime
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """Who carries parcels: calls on the emulator where the target lives, or, to a function, our own queue."""

    backend: Backend
    accept: Accept

    async def send(self, parcel: Parcel, service: str, operation: str, **params: object) -> dict[str, Any]:
        """Make a call in the target's account and region; raises ApiFault."""
        arn, source = parcel.target.arn, parcel.event.function
        account, region = arn.account or source.account, arn.region or source.region
        return await self.backend.call(service, operation, params, account=account, region=region)


async def _to_queue(parcel: Parcel, post: Post) -> None:
    attributes = {"MessageAttributes": parcel.attributes} if parcel.attributes else {}
    await post.send(parcel, "sqs", "SendMessage", QueueUrl=parcel.target.url, MessageBody=parcel.content, **attributes)


async def _to_topic(parcel: Parcel, post: Post) -> None:
    attributes = {"MessageAttributes": parcel.attributes} if parcel.attributes else {}
    await post.send(parcel, "sns", "Publish", TopicArn=str(parcel.target.arn), Message=parcel.content, **attributes)


async def _to_bus(parcel: Parcel, post: Post) -> None:
    entry = event_entry(str(parcel.target.arn), parcel.event.function, parcel.content, parcel.succeeded)
    answer = await post.send(parcel, "events", "PutEvents", Entries=[entry])
    if answer.get("FailedEntryCount"):
        raise Undeliverable(f"{parcel.target.arn} refused the event: {answer.get('Entries')}")


async def _to_bucket(parcel: Parcel, post: Post) -> None:
    key = object_key(parcel.event.function, str(uuid4()), parcel.moment)
    content = {"Body": parcel.content.encode(), "ContentType": "application/octet-stream"}
    await post.send(parcel, "s3", "PutObject", Bucket=parcel.target.arn.resource, Key=key, **content)


async def _to_function(parcel: Parcel, post: Post) -> None:
    """Invoke it asynchronously, and let the event know which functions the chain has gone through."""
    ref = FunctionRef.parse(str(parcel.target.arn))
    through = parcel.event.function.unqualified_arn
    hops = {**parcel.event.hops, through: parcel.event.hops.get(through, 0) + 1}
    function = FunctionKey(ref.account, ref.region, ref.name, ref.qualifier)
    await post.accept(Invocation(function, parcel.content.encode(), hops))


TARGETS: Mapping[str, Callable[[Parcel, Post], Awaitable[None]]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "events": _to_bus,
    "s3": _to_bucket,
    "lambda": _to_function,
}
