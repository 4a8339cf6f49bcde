"""The ASGI application: answers the calls where the emulator lacks Lambda's asynchronous side, passes on the rest."""

import json
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from lambda_dest_cli.local.admission import Admission
from lambda_dest_cli.local.backend import Application, Backend, Receive, Scope, Send
from lambda_dest_cli.local.changes import changes
from lambda_dest_cli.local.clock import Clock
from lambda_dest_cli.local.config_api import ConfigApi
from lambda_dest_cli.local.engine import Engine
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.http import (
    Request,
    answer,
    answer_json,
    read_body,
    refuse_json,
    refuse_xml,
    replayed,
    request_of,
)
from lambda_dest_cli.local.invoke_api import InvokeApi
from lambda_dest_cli.local.invoke_config import ConfigStore
from lambda_dest_cli.local.naming import function_key
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.propagation import DELAY_SECONDS, DelayedPermissions
from lambda_dest_cli.local.simulate import OPERATIONS, Simulator
from lambda_dest_cli.local.worker import runtimes

_CONFIG = re.compile(r"/2019-09-25/functions/([^/]+)/event-invoke-config(/list)?")
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_INVOKE_ASYNC = re.compile(r"/2014-11-13/functions/([^/]+)/invoke-async/?")
_FUNCTION = re.compile(r"/2015-03-31/functions(?:/([^/]+)(/configuration|/aliases/([^/]+))?)?/?")
_LOCAL_HOST = re.compile(r"(?:.+\.)?localhost|127\.0\.0\.1|\[::1\]")
_FIRST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Identity:
    """What the status says of this server; the token tells it from a stranger on the same port."""

    token: str
    version: str
    time_scale: float
    eventual: bool = False
    """Whether IAM's changes take a while to reach Lambda."""


class LocalApp:
    """Our application in front of the emulator's."""

    def __init__(self, emulator: Application, clock: Clock, identity: Identity, endpoint: str = "") -> None:
        self._emulator = emulator
        self._identity = identity
        self._backend = Backend(emulator)
        self._store = ConfigStore()
        self._delayed = DelayedPermissions(self._backend, DELAY_SECONDS) if identity.eventual else None
        self.engine = Engine(self._backend, self._store, clock, endpoint, permissions=self._delayed)
        self._invoke = InvokeApi(self.engine)
        self._admission = Admission(self._backend, self.engine.permissions)
        self._configs = ConfigApi(self._store, self.engine.functions, self._admission)
        self._permissions = Permissions(self._backend)  # IAM's own view: always as it is
        self._simulator = Simulator(self._permissions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; lifespan events and everything that is not ours go to the emulator."""
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        try:
            request = request_of(scope, await read_body(receive))
        except ConnectionError:
            return
        if _foreign(request):
            await answer_json(send, {"message": "this endpoint serves programs on this machine only"}, 403)
            return
        try:
            await self._route(request, scope, replayed(request.body, receive), send)
        except ApiFault as fault:
            await (refuse_xml if request.service == "iam" else refuse_json)(send, fault)

    async def _route(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        path = unquote(request.path)
        if path.startswith("/_lds/"):
            await self._own(request, send)
        elif match := _CONFIG.fullmatch(path):
            await self._config(request, match[1], bool(match[2]), send)
        elif (match := _INVOKE.fullmatch(path)) and request.headers.get("x-amz-invocation-type") != "DryRun":
            await self._invoke.invoke(request, match[1], send)
        elif match := _INVOKE_ASYNC.fullmatch(path):
            await self._invoke.invoke_async(request, match[1], send)
        elif request.service == "iam" and request.form().get("Action") in OPERATIONS:
            xml = await self._simulator.answer(request.form(), request.region, str(uuid4()))
            await answer(send, 200, xml.encode(), {"Content-Type": "text/xml"})
        else:
            await self._pass_on(request, _FUNCTION.fullmatch(path), scope, receive, send)

    async def _own(self, request: Request, send: Send) -> None:
        waiting = self.engine.queued()
        if request.path == "/_lds/reset" and request.method == "POST":
            await self._reset()
        elif request.path == "/_lds/stop" and request.method == "POST":
            waiting = await self.engine.stop()
        status = {
            "token": self._identity.token,
            "version": self._identity.version,
            "time_scale": self._identity.time_scale,
            "runtimes": runtimes(),
            "eventual": self._identity.eventual,
            "waiting": waiting,
        }
        await answer_json(send, status)

    async def _reset(self) -> None:
        await self.engine.reset()
        self._store.clear()
        self._permissions.forget()
        if self._delayed:
            self._delayed.reset()
        await self._backend.request("POST", "/_ministack/reset", "", {"Host": "127.0.0.1"}, b"")

    async def _config(self, request: Request, name: str, listing: bool, send: Send) -> None:
        key = function_key(name, request, unqualified=listing)
        match request.method:
            case "GET" if listing:
                await answer_json(send, await self._configs.list(key, request.query))
            case "GET":
                await answer_json(send, self._configs.get(key))
            case "PUT":
                await answer_json(send, await self._configs.put(key, request.body))
            case "POST":
                await answer_json(send, await self._configs.update(key, request.body))
            case "DELETE":
                self._configs.delete(key)
                await answer(send, 204, b"")
            case _:
                raise ApiFault(405, "MethodNotAllowedException", "Method not allowed")

    async def _pass_on(
        self, request: Request, function: re.Match[str] | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the emulator answer; what it changes is read afresh afterwards."""
        if function and request.method in ("POST", "PUT") and (function[1] is None or function[2] == "/configuration"):
            scope, receive = await self._admit(request, function[1], scope, receive)
        if self._delayed and request.service == "iam" and changes(request):
            await self._delayed.before(request)
        statuses: list[int] = []

        async def watched(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await self._emulator(scope, receive, watched)
        if changes(request):
            self.engine.forget()
            self._permissions.forget()
        if function and request.method == "DELETE" and statuses and statuses[0] < _FIRST_ERROR:
            self._forget_configs(request, function[1], function[3])

    def _forget_configs(self, request: Request, name: str, alias: str | None) -> None:
        """Delete an alias's configuration with the alias, and all of them with the function."""
        if alias:
            self._store.delete(function_key(f"{name}:{alias}", request))
        elif "Qualifier" not in request.query:
            self._store.forget_function(function_key(name, request))

    async def _admit(self, request: Request, name: str | None, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """Check a DLQ as Lambda does. ``DeadLetterConfig: {}`` changes nothing on AWS, so it is taken out."""
        try:
            asked = json.loads(request.body or b"{}")
        except ValueError:
            return scope, receive
        config = asked.get("DeadLetterConfig")
        if config is None:
            return scope, receive
        target = config.get("TargetArn")
        if target:
            known = await self.engine.functions.get(function_key(name, request)) if name else None
            role = asked.get("Role") or (known.role if known else "")
            if role:
                await self._admission.dead_letter(request.region, role, target)
        if target is not None:
            return scope, receive
        del asked["DeadLetterConfig"]
        body = json.dumps(asked).encode()
        headers = [(key, value) for key, value in scope["headers"] if key.lower() != b"content-length"]
        return {**scope, "headers": [*headers, (b"content-length", b"%d" % len(body))]}, replayed(body, receive)


def _foreign(request: Request) -> bool:
    """Say whether a web page, or a name that somebody points at this machine, drives the request."""
    host = re.sub(r":\d+$", "", request.headers.get("host", "127.0.0.1"))
    if _LOCAL_HOST.fullmatch(host) is None:
        return True
    if "origin" not in request.headers:
        return False
    origin = urlsplit(request.headers["origin"]).hostname
    return origin is None or _LOCAL_HOST.fullmatch(origin) is None
