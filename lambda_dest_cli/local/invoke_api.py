"""Invoke, and the deprecated InvokeAsync, as HTTP calls: Lambda API reference."""

from base64 import b64encode
from collections.abc import Sequence

from lambda_dest_cli.local.backend import Send
from lambda_dest_cli.local.engine import Engine
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.http import Request, answer, answer_json
from lambda_dest_cli.local.invocation import Invocation
from lambda_dest_cli.local.naming import function_key
from lambda_dest_cli.local.payload import LEGACY_QUEUE_BYTES, checked

_TYPES = ("Event", "RequestResponse", "DryRun")
_TAIL_BYTES = 4_096
"""As much of the log as LogType=Tail gives."""


class InvokeApi:
    """Answers invocations; a dry run is the emulator's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def invoke(self, request: Request, name: str, send: Send) -> None:
        """Queue the event, or run it while the caller waits; raises ApiFault."""
        invocation = Invocation(function_key(name, request), request.body)
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in _TYPES:
            words = (
                f"1 validation error detected: Value '{kind}' at 'invocationType' failed to satisfy constraint: "
                "Member must satisfy enum value set: [Event, RequestResponse, DryRun]"
            )
            raise ApiFault(400, "ValidationException", words)
        if kind == "Event":
            request_id = await self._engine.accept(invocation)
            await answer(send, 202, b"", {"x-amzn-RequestId": request_id})
            return
        found = await self._engine.invoke(invocation)
        tail = request.headers.get("x-amz-log-type") == "Tail"
        more = {"X-Amz-Log-Result": _tail(found.log)} if tail else {}
        await answer(send, found.status, found.body, {**found.headers, **more})

    async def invoke_async(self, request: Request, name: str, send: Send) -> None:
        """Queue the event of the call that Invoke has replaced; raises ApiFault."""
        payload = checked(request.body, LEGACY_QUEUE_BYTES, "InvokeAsync")
        request_id = await self._engine.accept(Invocation(function_key(name, request), payload))
        await answer_json(send, {"Status": 202}, 202, {"x-amzn-RequestId": request_id})


def _tail(lines: Sequence[str]) -> str:
    return b64encode("".join(lines).encode()[-_TAIL_BYTES:]).decode()
