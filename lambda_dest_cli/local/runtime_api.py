"""The Lambda Runtime API for one worker: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".

``GET /2018-06-01/runtime/invocation/next`` waits for work; ``POST …/invocation/ID/response`` and ``…/error`` answer it;
``POST …/init/error`` says that the handler could not be loaded. It listens on 127.0.0.1 only.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import h11

_PREFIX = "/2018-06-01/runtime"
_NEXT = f"{_PREFIX}/invocation/next".encode()
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Work:
    """One invocation as a runtime gets it; it has ``timeout`` seconds from the moment that it has ``taken`` it."""

    request_id: str
    payload: bytes
    function_arn: str
    timeout: int
    taken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a runtime wrote: a result, or an error object."""

    body: bytes
    failed: bool


class RuntimeApi:
    """Serves one worker; hands it one piece of work at a time."""

    def __init__(self, answered: Callable[[str, Answer], None], init_failed: Callable[[bytes], None]) -> None:
        self._answered = answered
        self._init_failed = init_failed
        self._work: asyncio.Queue[Work] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen on a free port and give ``host:port``."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def give(self, work: Work) -> None:
        """Hand out work; the worker's next request takes it."""
        self._work.put_nowait(work)

    async def stop(self) -> None:
        """Stop listening and hang up, which ends a worker that waits for work."""
        if self._server:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_CHUNK)
        try:
            while await self._exchange(connection, reader, writer):
                connection.start_next_cycle()
        except (ConnectionError, h11.RemoteProtocolError, h11.LocalProtocolError):
            pass  # the worker has gone; whoever watches its process knows
        finally:
            writer.transport.abort()

    async def _exchange(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                request = event
                if connection.they_are_waiting_for_100_continue:
                    writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return False
        if request is None:
            return False
        if request.method == b"GET" and request.target == _NEXT:
            status, headers, answer = await self._next(reader)
        else:
            status, headers, answer = self._route(request.method.decode(), request.target.decode(), bytes(body))
        headers = [*headers, ("Content-Length", str(len(answer)))]
        writer.write(connection.send(h11.Response(status_code=status, headers=headers)) or b"")
        writer.write(connection.send(h11.Data(data=answer)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return connection.our_state is h11.DONE

    async def _next(self, reader: asyncio.StreamReader) -> tuple[int, list[tuple[str, str]], bytes]:
        work = await self._work.get()
        for _ in range(2):  # turns of the event loop, in which it hears of a connection that was closed meanwhile
            await asyncio.sleep(0)
        if reader.at_eof():
            raise ConnectionResetError  # it died as it waited; the work was not taken
        work.taken.set()
        return 200, _headers(work), work.payload

    def _route(self, method: str, target: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = target.removeprefix(_PREFIX).strip("/").split("/")
        if method == "POST" and parts == ["init", "error"]:
            self._init_failed(body)
        elif method == "POST" and len(parts) == 3 and parts[0] == "invocation":
            self._answered(parts[1], Answer(body, failed=parts[2] == "error"))
        else:
            return 404, [], b'{"errorType":"NotFound","errorMessage":"no such path"}'
        return 202, [("Content-Type", "application/json")], b'{"status":"OK"}'


def _headers(work: Work) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", work.request_id),
        ("Lambda-Runtime-Deadline-Ms", str(int((time.time() + work.timeout) * 1000))),
        ("Lambda-Runtime-Invoked-Function-Arn", work.function_arn),
        ("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"),
    ]
