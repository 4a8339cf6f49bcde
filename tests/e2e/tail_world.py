"""What the tests of ``lds tail`` share: destinations of an emulator, and what Lambda would put there."""

import json
import subprocess
from contextlib import closing
from typing import Any

import boto3

ACCOUNT = "000000000000"
REGION = "us-east-1"
KEYS: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}


def function_arn(name: str, qualifier: str = "$LATEST") -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:{qualifier}"


def record(number: int = 0, function: str = "orders", condition: str = "RetriesExhausted", **more: object) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": f"2026-11-23T12:00:{number:02}.000Z",
            "requestContext": {
                "requestId": f"{number:08}-b738-4f5e-8880-a18cdf61200e",
                "functionArn": function_arn(function),
                "condition": condition,
                "approximateInvokeCount": 3,
            },
            "requestPayload": {"number": number},
            "responsePayload": {"errorType": "KeyError", "errorMessage": "'sku'"},
        }
        | more
    )


def call(endpoint: str, service: Any, operation: str, **asked: Any) -> dict[str, Any]:
    """Make one call, with a client of its own."""
    client: Any = boto3.client(service, endpoint_url=endpoint, **KEYS)
    with closing(client):
        answer: dict[str, Any] = getattr(client, operation)(**asked)
    return answer


def until_watching(process: "subprocess.Popen[str]", count: int = 1) -> list[str]:
    """Read what is said beside the answer until so many destinations are watched."""
    assert process.stderr is not None
    said: list[str] = []
    while sum(line.startswith("watching ") for line in said) < count:
        line = process.stderr.readline()
        assert line, "".join(said)
        said.append(line)
    return said


def lines_of(process: "subprocess.Popen[str]", count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(count)]
