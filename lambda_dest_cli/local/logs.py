"""What functions print, in CloudWatch Logs: group ``/aws/lambda/NAME``, between Lambda's START and END lines."""

import time
from collections.abc import Mapping

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.workers import Ran


class Logs:
    """Writes as well as can be: a log line that cannot be written never stops an event."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: set[tuple[str, str]] = set()
        """(function ARN, stream) of the streams that exist."""

    def forget(self) -> None:
        """Forget which streams exist, after a reset."""
        self._known.clear()

    async def write(self, function: LocalFunction, request_id: str, ran: Ran, seconds: float) -> None:
        """Write what one event printed; where the emulator ran it, the emulator has written it."""
        if not ran.log_stream:
            return
        millis = seconds * 1000
        lines = [
            f"START RequestId: {request_id} Version: {function.version}\n",
            *ran.printed,
            f"END RequestId: {request_id}\n",
            f"REPORT RequestId: {request_id}\tDuration: {millis:.2f} ms\tBilled Duration: {int(millis) + 1} ms\t"
            f"Memory Size: {function.memory} MB\n",
        ]
        now = int(time.time() * 1000)
        stream = {"logGroupName": f"/aws/lambda/{function.key.name}", "logStreamName": ran.log_stream}
        events = [{"timestamp": now, "message": line} for line in lines]
        try:
            await self._create(function, stream)
            await self._call(function, "PutLogEvents", {**stream, "logEvents": events})
        except ApiFault:
            self._known.clear()  # somebody deleted the group; the next event makes it again

    async def _create(self, function: LocalFunction, stream: dict[str, str]) -> None:
        known = (function.key.unqualified_arn, stream["logStreamName"])
        if known in self._known:
            return
        group = {"logGroupName": stream["logGroupName"]}
        for operation, params in (("CreateLogGroup", group), ("CreateLogStream", stream)):
            try:
                await self._call(function, operation, params)
            except ApiFault as fault:
                if fault.code != "ResourceAlreadyExistsException":
                    raise
        self._known.add(known)

    async def _call(self, function: LocalFunction, operation: str, params: Mapping[str, object]) -> None:
        await self._backend.call("logs", operation, params, account=function.key.account, region=function.key.region)
