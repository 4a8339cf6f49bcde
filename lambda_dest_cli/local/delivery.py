"""Records to their destinations, and dead letters to theirs, with the execution role's permissions.

What is not allowed, is gone or is too large is dropped and counted, as on AWS: Developer Guide, "Capturing records of
Lambda asynchronous invocations".
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.invocation import Invocation
from lambda_dest_cli.local.keys import LocalKeys
from lambda_dest_cli.local.parcels import TARGETS, Accept, Parcel, Post, Undeliverable
from lambda_dest_cli.local.permission import KEPT_SECONDS, Permissions
from lambda_dest_cli.local.records import Ending, dead_letter_attributes, invocation_record
from lambda_dest_cli.local.targets import LocalTarget, LocalTargets
from lambda_dest_cli.model.arn import Arn

_LISTING = "s3:ListBucket"
"""Needed when a bucket is configured, not when a record is delivered (captures of Sept 2026)."""


class Delivery:
    """Delivers. ``accept`` takes the invocation that a Lambda destination is."""

    def __init__(self, backend: Backend, permissions: Permissions, accept: Accept) -> None:
        self._backend = backend
        self._permissions = permissions
        self._keys = LocalKeys(backend, permissions)
        self._post = Post(backend, accept)
        self._known: dict[tuple[str, str, Arn], tuple[float, LocalTarget | None]] = {}

    def forget(self) -> None:
        """Forget what was read of destinations."""
        self._known.clear()

    async def record(
        self, function: LocalFunction, event: Invocation, request_id: str, ending: Ending, to: str
    ) -> None:
        """Deliver the record; raises Undeliverable."""
        now = datetime.now(UTC)
        text = invocation_record(event.function, request_id, event.payload, ending, now)
        await self._deliver(
            function, to, len(text.encode()), lambda target: Parcel(text, target, event, ending.succeeded, now)
        )

    async def dead_letter(self, function: LocalFunction, event: Invocation, request_id: str, ending: Ending) -> None:
        """Deliver the bare event with its attributes; raises Undeliverable."""
        attributes = dead_letter_attributes(request_id, ending)
        text = event.payload.decode()
        size = len(event.payload) + sum(
            len(name) + sum(len(part.encode()) for part in value.values()) for name, value in attributes.items()
        )
        await self._deliver(
            function,
            function.dead_letter,
            size,
            lambda target: Parcel(text, target, event, False, datetime.now(UTC), attributes),
        )

    async def _deliver(
        self, function: LocalFunction, to: str, size: int, parcel_to: Callable[[LocalTarget], Parcel]
    ) -> None:
        try:
            arn = Arn.parse(to)
            target = await self._target(function, arn, size)
            await TARGETS[arn.service](parcel_to(target), self._post)
        except (ApiFault, LdsError) as problem:
            raise Undeliverable(problem.message) from problem

    async def _target(self, function: LocalFunction, arn: Arn, size: int) -> LocalTarget:
        """Find the destination, and make sure that the role may deliver this much there."""
        key, kind = function.key, type_of(arn)
        if kind is None:
            raise Undeliverable(f"{arn} is nothing that Lambda delivers to")
        target = await self._look(arn.account or key.account, arn.region or key.region, arn)
        if target is None:
            raise Undeliverable(f"{arn} does not exist")
        if target.limit is not None and size > target.limit:
            raise Undeliverable(f"{size} bytes are more than {arn} takes")
        for need in kind.needs(arn, key.name):
            if need.action == _LISTING:
                continue
            if not await self._permissions.allows(function.role, need.action, need.resource, key.region, target.policy):
                raise Undeliverable(f"the role may not {need.action} on {need.resource}")
        home = Arn.parse(key.unqualified_arn)
        refusal = await self._keys.refused(function.role, target.key, kind.kms_actions, arn, home)
        if refusal:
            raise Undeliverable(refusal)
        return target

    async def _look(self, account: str, region: str, arn: Arn) -> LocalTarget | None:
        until, found = self._known.get((account, region, arn), (0.0, None))
        if until < time.monotonic():
            found = await LocalTargets(self._backend, account, region).look(arn)
            self._known[account, region, arn] = (time.monotonic() + KEPT_SECONDS, found)
        return found
