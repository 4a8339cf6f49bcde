"""Records to their destinations, and dead letters to theirs, with the execution role's permissions.

What is not allowed, is gone or is too large is dropped and counted, as on AWS: Developer Guide, "Capturing records of
Lambda asynchronous invocations".
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

from lambda_dest_cli.destinations import TYPES, type_of
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.invocation import FunctionKey, Invocation
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.records import (
    Ending,
    dead_letter_attributes,
    event_entry,
    invocation_record,
    object_key,
)
from lambda_dest_cli.local.targets import LocalTarget, LocalTargets
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import FunctionRef

Accept = Callable[[Invocation], Awaitable[str]]
_LISTING = "s3:ListBucket"
"""Needed when a bucket is configured, not when a record is delivered (captures of Sept 2026)."""


class Undeliverable(Exception):
    """A record that was dropped; nobody but a metric is told."""


class Delivery:
    """Delivers. ``accept`` takes the invocation that a Lambda destination is."""

    def __init__(self, backend: Backend, permissions: Permissions, accept: Accept) -> None:
        self._backend = backend
        self._permissions = permissions
        self._accept = accept

    async def record(
        self, function: LocalFunction, event: Invocation, request_id: str, ending: Ending, to: str
    ) -> None:
        """Deliver the record; raises Undeliverable."""
        now = datetime.now(UTC)
        text = invocation_record(event.function, request_id, event.payload, ending, now)
        arn, target = await self._target(function, to, text.encode())
        key = event.function
        match arn.service:
            case "sqs":
                await self._send(key, "sqs", "SendMessage", QueueUrl=target.url, MessageBody=text)
            case "sns":
                await self._send(key, "sns", "Publish", TopicArn=str(arn), Message=text)
            case "events":
                entry = event_entry(str(arn), key, text, ending.succeeded)
                await self._send(key, "events", "PutEvents", Entries=[entry])
            case "s3":
                await self._send(
                    key, "s3", "PutObject", Bucket=arn.resource, Key=object_key(key, str(uuid4()), now),
                    Body=text.encode(), ContentType="application/octet-stream",
                )  # fmt: skip
            case _:
                await self._pass_on(event, arn, text.encode())

    async def dead_letter(self, function: LocalFunction, event: Invocation, request_id: str, ending: Ending) -> None:
        """Deliver the bare event with its attributes; raises Undeliverable."""
        arn, target = await self._target(function, function.dead_letter, event.payload)
        attributes = dead_letter_attributes(request_id, ending)
        body = event.payload.decode(errors="replace")
        if arn.service == "sqs":
            await self._send(
                event.function,
                "sqs",
                "SendMessage",
                QueueUrl=target.url,
                MessageBody=body,
                MessageAttributes=attributes,
            )
        else:
            await self._send(
                event.function, "sns", "Publish", TopicArn=str(arn), Message=body, MessageAttributes=attributes
            )

    async def _target(self, function: LocalFunction, to: str, content: bytes) -> tuple[Arn, LocalTarget]:
        """Find the destination, and make sure that the role may deliver this much there."""
        try:
            arn = Arn.parse(to)
        except UsageProblem as problem:
            raise Undeliverable(problem.message) from problem
        key = function.key
        target = await LocalTargets(self._backend, key.account, arn.region or key.region).look(arn)
        if target is None:
            raise Undeliverable(f"{arn} does not exist")
        if target.limit is not None and len(content) > target.limit:
            raise Undeliverable(f"{len(content)} bytes are more than {arn} takes")
        kind = type_of(arn) or TYPES[arn.service]
        for need in kind.needs(arn, key.name):
            if need.action == _LISTING:
                continue
            if not await self._permissions.allows(function.role, need.action, need.resource, key.region, target.policy):
                raise Undeliverable(f"the role may not {need.action} on {need.resource}")
        return arn, target

    async def _send(self, key: FunctionKey, service: str, operation: str, **params: object) -> None:
        try:
            await self._backend.call(service, operation, params, account=key.account, region=key.region)
        except ApiFault as fault:
            raise Undeliverable(fault.message) from fault

    async def _pass_on(self, event: Invocation, arn: Arn, text: bytes) -> None:
        ref = FunctionRef.parse(str(arn))
        through = event.function.unqualified_arn
        hops = {**event.hops, through: event.hops.get(through, 0) + 1}
        try:
            await self._accept(Invocation(FunctionKey(ref.account, ref.region, ref.name, ref.qualifier), text, hops))
        except ApiFault as fault:
            raise Undeliverable(fault.message) from fault
