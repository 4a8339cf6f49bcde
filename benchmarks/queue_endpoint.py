"""A queue that never ends: ``python -m benchmarks.queue_endpoint MESSAGES [LATENCY_MS]`` prints its address.

It answers what a tail asks of SQS (JSON protocol), ten records a receive, as fast as one process of asyncio can or each
after the latency, until MESSAGES were given; then it keeps a receive waiting as long as it asks to. What is deleted or
hidden is no matter here.
"""

import asyncio
import json
import sys
from hashlib import md5
from uuid import UUID

ACCOUNT, REGION, QUEUE = "123456789012", "us-east-1", "q"
_BATCH = 10
_BODY = json.dumps(
    {
        "version": "1.0",
        "timestamp": "2026-11-23T12:00:00.000Z",
        "requestContext": {
            "requestId": "{id}",
            "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"order": 17, "items": [{"sku": "a-1", "count": 2}, {"sku": "b-2"}], "note": "x" * 200},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorType": "KeyError", "errorMessage": "'sku'", "stackTrace": ["  line 1", "  line 2"]},
    }
)  # fmt: skip
"""About 800 bytes, as records of small events are."""
_CALLER = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    f"<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
).encode()


def body(number: int) -> str:
    """Give the record of one event."""
    return _BODY.replace("{id}", str(UUID(int=number)))


class Queue:
    """Gives so many messages."""

    def __init__(self, messages: int, latency: float) -> None:
        self._latency = latency
        self.address = ""
        self._left = messages
        self._given = 0

    async def answer(self, operation: str, asked: dict[str, object]) -> object:
        """Answer one operation."""
        await asyncio.sleep(self._latency)
        if operation == "ReceiveMessage":
            return await self._receive(asked)
        if operation == "GetQueueUrl":
            return {"QueueUrl": f"{self.address}/{ACCOUNT}/{QUEUE}"}
        if operation == "ListQueues":
            return {"QueueUrls": [f"{self.address}/{ACCOUNT}/{QUEUE}"]}
        if operation == "GetQueueAttributes":
            return {"Attributes": {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}"}}
        if operation.endswith("Batch"):
            entries = asked["Entries"]
            return {"Successful": [{"Id": each["Id"]} for each in entries] if isinstance(entries, list) else []}
        return {"EventSourceMappings": []}

    async def _receive(self, asked: dict[str, object]) -> object:
        count = min(_BATCH, self._left)
        if not count:
            await asyncio.sleep(float(str(asked.get("WaitTimeSeconds", 0))))
            return {}
        self._left -= count
        self._given += count
        return {"Messages": [self._message(number) for number in range(self._given - count, self._given)]}

    def _message(self, number: int) -> dict[str, object]:
        text = body(number)
        return {
            "MessageId": str(UUID(int=number)),
            "ReceiptHandle": str(number),
            "Body": text,
            "MD5OfBody": md5(text.encode(), usedforsecurity=False).hexdigest(),
            "Attributes": {"SentTimestamp": "1795435200000", "ApproximateReceiveCount": "1"},
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").lower().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                content = await reader.readexactly(int(headers.get("content-length", "0")))
                operation = head.decode("latin-1").partition("AmazonSQS.")[2].partition("\r\n")[0]
                kind, found = "text/xml", _CALLER
                if not content.startswith(b"Action="):
                    kind = "application/x-amz-json-1.0"
                    found = json.dumps(await self.answer(operation, json.loads(content or b"{}"))).encode()
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(found)}\r\n\r\n".encode()
                )
                writer.write(found)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def main() -> None:
    """Serve until ended; prints the address first."""
    messages, *latency = sys.argv[1:]
    queue = Queue(int(messages), float(latency[0]) / 1000 if latency else 0.0)
    server = await asyncio.start_server(queue.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    queue.address = f"http://{host}:{port}"
    print(queue.address, flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
