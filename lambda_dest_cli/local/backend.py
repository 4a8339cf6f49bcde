"""Calls on the emulator behind us, without a socket: botocore writes the request and reads the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import botocore.session
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from lambda_dest_cli.local.faults import ApiFault

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_ERRORS_FROM = 300


class Backend:
    """The emulator, called as a program calls AWS."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._session = botocore.session.Session()
        self._models: dict[str, ServiceModel] = {}

    async def call(
        self, service: str, operation: str, params: Mapping[str, Any], *, account: str, region: str
    ) -> dict[str, Any]:
        """Make one call and give its parsed answer; raises ApiFault with the service's own code and message."""
        model = self._operation(service, operation)
        request = create_serializer(model.service_model.resolved_protocol).serialize_to_request(dict(params), model)
        body = _body(request)
        query = urlencode(request["query_string"]) if isinstance(request["query_string"], dict) else ""
        url = urlsplit(request["url_path"])
        headers = {**request["headers"], **_signature(model.service_model, account, region)}
        status, answer_headers, answer = await self.request(
            request["method"], url.path or "/", "&".join(filter(None, (url.query, query))), headers, body
        )
        parsed = create_parser(model.service_model.resolved_protocol).parse(
            {"status_code": status, "headers": HeadersDict(answer_headers), "body": answer},
            model.output_shape,  # type: ignore[arg-type]  # None is fine: an operation without output
        )
        if status >= _ERRORS_FROM:
            error = parsed.get("Error", {})
            raise ApiFault(status, str(error.get("Code", "")).rpartition("#")[2], str(error.get("Message", "")))
        return dict(parsed)

    async def request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Make one bare HTTP request: status, headers (lower case) and body."""
        started: list[Message] = []
        chunks: list[bytes] = []
        incoming = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()  # the caller does not hang up
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                chunks.append(message.get("body", b""))

        await self._app(_scope(method, path, query, headers, len(body)), receive, send)
        answered = {key.decode().lower(): value.decode() for key, value in started[0]["headers"]}
        return started[0]["status"], answered, b"".join(chunks)

    def _operation(self, service: str, operation: str) -> OperationModel:
        if service not in self._models:
            self._models[service] = self._session.get_service_model(service)
        return self._models[service].operation_model(operation)


def _body(request: Mapping[str, Any]) -> bytes:
    body = request["body"]
    if isinstance(body, dict):
        return urlencode(body).encode()
    return body.encode() if isinstance(body, str) else bytes(body)


def _signature(model: ServiceModel, account: str, region: str) -> dict[str, str]:
    """Say who calls, as the emulator reads it: twelve digits for an access key are the account."""
    scope = f"{account}/20260101/{region}/{model.signing_name}/aws4_request"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Host": "127.0.0.1",
        **({} if model.metadata.get("protocol") == "json" else _form(model)),
    }


def _form(model: ServiceModel) -> dict[str, str]:
    protocol = model.resolved_protocol
    return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"} if protocol == "query" else {}


def _scope(method: str, path: str, query: str, headers: Mapping[str, str], length: int) -> Scope:
    listed = [(key.lower().encode(), str(value).encode()) for key, value in headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [*listed, (b"content-length", str(length).encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
