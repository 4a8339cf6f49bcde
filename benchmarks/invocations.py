"""A stand-in for Lambda's Invoke on the loopback: ``python -m benchmarks.invocations LATENCY_MS`` prints its address.

It answers every Invoke with 202 after the latency, tells the function to exist, and ``GET /count`` how many came.
"""

import asyncio
import json
import sys
from itertools import count

_CONFIGURATION = {
    "FunctionName": "f",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "Role": "arn:aws:iam::123456789012:role/r",
    "State": "Active",
}
_IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
    "<Arn>arn:aws:iam::123456789012:user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Invocations:
    """Counts, and answers."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.numbers = count(1)
        self.taken = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lower = head.lower()
                size = int(lower.partition(b"content-length:")[2].partition(b"\r")[0] or 0)
                await reader.readexactly(size)
                status, body = await self.answer(head)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n"
                    f"x-amzn-RequestId: {next(self.numbers):08x}-b738-4f5e-8880-a18cdf61200e\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def answer(self, head: bytes) -> tuple[int, bytes]:
        """Answer one request."""
        if b"/invocations" in head:
            self.taken += 1
            if self.latency:
                await asyncio.sleep(self.latency)
            return 202, b""
        if b"GET /count" in head:
            return 200, str(self.taken).encode()
        if b"GET /2015-03-31/functions/f/configuration" in head:
            return 200, json.dumps(_CONFIGURATION).encode()
        if b"GET /2015-03-31/functions/f" in head:
            return 200, json.dumps({"Configuration": _CONFIGURATION}).encode()
        return 200, _IDENTITY.encode()


async def main() -> None:
    """Serve until ended; prints the address first."""
    server = await asyncio.start_server(Invocations(float(sys.argv[1]) / 1000).serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
