"""A stand-in for AWS on the loopback: ``python -m benchmarks.endpoint FUNCTIONS LATENCY_MS [RATE]`` prints its address.

It answers the reads of a plan and of the doctor as AWS does: ListFunctions in pages of 50,
ListFunctionEventInvokeConfigs, GetFunctionConfiguration, GetFunction, ListAliases, ListEventSourceMappings,
SimulatePrincipalPolicy, GetRole, GetQueueAttributes, GetMetricData and GetCallerIdentity, each after the latency. Past
RATE Lambda calls a second (a token bucket that holds one second's) it answers 429. ``GET /counts`` tells how often each
was called and how many calls were refused.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLES = 50
QUEUES = 20
_PAGE = 50
_FUNCTION = re.compile(r"/2015-03-31/functions/([^/?]+)/?(configuration|aliases|)")
_CONFIGS = re.compile(r"/2019-09-25/functions/([^/?]+)/event-invoke-config/list")


class Fleet:
    """Functions by number, all with a destination for failures."""

    def __init__(self, size: int) -> None:
        self.size = size

    def function(self, number: int) -> dict[str, object]:
        """Give one function's configuration."""
        name = f"f{number:05}"
        return {
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
            "Role": f"arn:aws:iam::{ACCOUNT}:role/role-{number % ROLES}",
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "RevisionId": "0",
            "Version": "$LATEST",
        }

    def listed(self, start: int) -> dict[str, object]:
        """Give a page of functions."""
        end = min(self.size, start + _PAGE)
        page: dict[str, object] = {"Functions": [self.function(number) for number in range(start, end)]}
        return page if end == self.size else {**page, "NextMarker": str(end)}

    def configs(self, name: str) -> dict[str, object]:
        """Give the one configuration of a function."""
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q{int(name[1:]) % QUEUES}"
        return {
            "FunctionEventInvokeConfigs": [
                {
                    "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:$LATEST",
                    "LastModified": 1_789_400_786.443,
                    "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": queue}},
                }
            ]
        }


class Endpoint:
    """Answers, counts, and refuses what comes too fast."""

    def __init__(self, fleet: Fleet, latency: float, rate: float) -> None:
        self.fleet, self.latency, self.rate = fleet, latency, rate
        self.counts: Counter[str] = Counter()
        self.tokens, self.filled = rate, time.monotonic()
        self.under_way = self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, headers = _read(head)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status, kind, answer = await self.answer(method, target, headers, body)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n"
                    f"x-amzn-RequestId: r\r\n{'Retry-After: 1' if status == 429 else 'x-a: b'}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Answer one request."""
        if target == "/counts":
            told = {**self.counts, "most_at_once": self.most}
            return 200, "application/json", json.dumps(told).encode()
        if target.startswith("/20") and not self.allowed():
            self.counts["refused"] += 1
            words = b'{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}'
            return 429, "application/json", words
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(self.latency)
        self.under_way -= 1
        return self._answer(unquote(target), headers, body)

    def allowed(self) -> bool:
        """Take a token, where there is one."""
        if not self.rate:
            return True
        now = time.monotonic()
        self.tokens = min(self.rate, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def _answer(self, target: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        path, _, query = target.partition("?")
        if match := _CONFIGS.fullmatch(path):
            return self._json("ListFunctionEventInvokeConfigs", self.fleet.configs(match[1]))
        if match := _FUNCTION.fullmatch(path):
            if match[2] == "aliases":
                return self._json("ListAliases", {"Aliases": []})
            function = self.fleet.function(int(match[1][1:]))
            if not match[2]:
                return self._json("GetFunction", {"Configuration": function, "Code": {}, "Tags": {}})
            return self._json("GetFunctionConfiguration", function)
        if path.startswith("/2015-03-31/event-source-mappings"):
            return self._json("ListEventSourceMappings", {"EventSourceMappings": []})
        if path.startswith("/2015-03-31/functions"):
            return self._json("ListFunctions", self.fleet.listed(int(parse_qs(query).get("Marker", ["0"])[0])))
        if target_name := headers.get("x-amz-target", "").rpartition(".")[2]:
            return self._sqs(target_name, json.loads(body))
        form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        return self._query(form)

    def _sqs(self, operation: str, asked: dict[str, str]) -> tuple[int, str, bytes]:
        if operation == "GetMetricData":
            return self._json(operation, {"MetricDataResults": []})
        if operation == "GetQueueUrl":
            return self._json(operation, {"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/{asked['QueueName']}"})
        name = asked["QueueUrl"].rpartition("/")[2]
        return self._json(operation, {"Attributes": {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}})

    def _query(self, form: dict[str, str]) -> tuple[int, str, bytes]:
        operation = form["Action"]
        trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},'
        trust += '"Action":"sts:AssumeRole"}}'
        name = form.get("RoleName", "")
        bodies = {
            "GetCallerIdentity": f"<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn>",
            "GetRole": f"<Role><Arn>arn:aws:iam::{ACCOUNT}:role/{name}</Arn><RoleName>{name}</RoleName>"
            f"<AssumeRolePolicyDocument>{escape(trust)}</AssumeRolePolicyDocument></Role>",
            "SimulatePrincipalPolicy": _allowed(form),
        }
        self.counts[operation] += 1
        xml = f"<{operation}Response><{operation}Result>{bodies[operation]}</{operation}Result></{operation}Response>"
        return 200, "text/xml", xml.encode()

    def _json(self, operation: str, document: object) -> tuple[int, str, bytes]:
        self.counts[operation] += 1
        return 200, "application/json", json.dumps(document).encode()


def _allowed(form: dict[str, str]) -> str:
    actions = [value for key, value in form.items() if key.startswith("ActionNames")]
    resources = [value for key, value in form.items() if key.startswith("ResourceArns")]
    specific = "".join(
        f"<member><EvalResourceName>{escape(each)}</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision>"
        "</member>"
        for each in resources
    )
    results = "".join(
        f"<member><EvalActionName>{each}</EvalActionName><EvalResourceName>*</EvalResourceName>"
        f"<EvalDecision>allowed</EvalDecision><ResourceSpecificResults>{specific}</ResourceSpecificResults></member>"
        for each in actions
    )
    return f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated>"


def _read(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    return method, target, {name.lower(): value.strip() for name, _, value in pairs}


async def main() -> None:
    """Serve until ended; prints the address first."""
    size, latency, *rate = sys.argv[1:]
    endpoint = Endpoint(Fleet(int(size)), float(latency) / 1000, float(rate[0]) if rate else 0.0)
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
