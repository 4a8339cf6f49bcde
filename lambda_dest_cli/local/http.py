"""One HTTP exchange over ASGI: read a request whole, answer it, or hand it on as it came."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.sax.saxutils import escape

from lambda_dest_cli.local.backend import Message, Receive, Scope, Send
from lambda_dest_cli.local.faults import ApiFault

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_DEFAULT_ACCOUNT = "000000000000"
_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Request:
    """A request, read whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def service(self) -> str:
        """The service that the caller signed for; empty for an unsigned request."""
        return self._credential(3, "")

    @property
    def region(self) -> str:
        """The region that the caller signed for."""
        return self._credential(2, _DEFAULT_REGION)

    @property
    def account(self) -> str:
        """The account that the caller's access key stands for: twelve digits are an account, all else the default."""
        key = self._credential(1, "")
        return key if re.fullmatch(r"\d{12}", key) else _DEFAULT_ACCOUNT

    def form(self) -> dict[str, str]:
        """Give the parameters of the query protocol."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def _credential(self, group: int, default: str) -> str:
        match = _CREDENTIAL.search(self.headers.get("authorization", ""))
        return match[group] if match else default


async def read_body(receive: Receive) -> bytes:
    """Read the whole body; raises ConnectionError when the caller hangs up."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def request_of(scope: Scope, body: bytes) -> Request:
    """Make a request out of an ASGI scope and its body."""
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    query = dict(parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True))
    return Request(scope["method"], scope["path"], query, headers, body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Give a ``receive`` that hands the body out again, for the application behind us."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def answer(send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    """Send an answer, with a request id as every AWS answer has one."""
    whole = {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid4()), **(headers or {})}
    whole["Content-Length"] = str(len(body))
    listed = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in whole.items()]
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})


async def answer_json(
    send: Send, document: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> None:
    """Send JSON."""
    await answer(send, status, json.dumps(document).encode(), headers)


async def refuse_json(send: Send, fault: ApiFault) -> None:
    """Send an error as Lambda's REST protocol has it."""
    said = {"Type": "User", "message": fault.message, "Message": fault.message}
    throttled = {"Reason": fault.reason} if fault.reason else {}
    headers = {"x-amzn-ErrorType": fault.code, **({"Retry-After": "1"} if fault.reason else {})}
    await answer(send, fault.status, json.dumps({**said, **throttled}).encode(), headers)


async def refuse_xml(send: Send, fault: ApiFault) -> None:
    """Send an error as IAM's query protocol has it."""
    body = (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        f"<Code>{escape(fault.code)}</Code><Message>{escape(fault.message)}</Message></Error>"
        f"<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    )
    await answer(send, fault.status, body.encode(), {"Content-Type": "text/xml"})
