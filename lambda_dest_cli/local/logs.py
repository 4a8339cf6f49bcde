"""What functions print, in CloudWatch Logs: group ``/aws/lambda/NAME``, with Lambda's own START, END, REPORT."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction


class Logs:
    """Writes as well as can be: a log line that cannot be written never stops an event."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._streams: dict[tuple[str, str, str, str], str] = {}

    def forget(self) -> None:
        """Forget which streams exist, after a reset."""
        self._streams.clear()

    async def write(self, function: LocalFunction, request_id: str, printed: list[str], seconds: float) -> None:
        """Write what one event printed."""
        millis = f"{seconds * 1000:.2f}"
        lines = [
            f"START RequestId: {request_id} Version: {function.version}\n",
            *printed,
            f"END RequestId: {request_id}\n",
            f"REPORT RequestId: {request_id}\tDuration: {millis} ms\tBilled Duration: {int(seconds * 1000) + 1} ms\n",
        ]
        now = int(time.time() * 1000)
        try:
            await self._put(function, [{"timestamp": now, "message": line} for line in lines])
        except ApiFault:
            return

    async def _put(self, function: LocalFunction, events: list[dict[str, object]]) -> None:
        key = (function.key.account, function.key.region, function.key.name, function.version)
        group = f"/aws/lambda/{function.key.name}"
        if key not in self._streams:
            name = f"{datetime.now(UTC):%Y/%m/%d}/[{function.version}]{uuid4().hex}"
            for operation, more in (("CreateLogGroup", {}), ("CreateLogStream", {"logStreamName": name})):
                try:
                    await self._call(function, operation, {"logGroupName": group, **more})
                except ApiFault as fault:
                    if fault.code != "ResourceAlreadyExistsException":
                        raise
            self._streams[key] = name
        params = {"logGroupName": group, "logStreamName": self._streams[key], "logEvents": events}
        await self._call(function, "PutLogEvents", params)

    async def _call(self, function: LocalFunction, operation: str, params: Mapping[str, object]) -> None:
        await self._backend.call("logs", operation, params, account=function.key.account, region=function.key.region)
