"""What the tests of ``lds tail`` share: destinations of an emulator, and what Lambda would put there."""

import io
import json
import subprocess
import zipfile
from contextlib import closing
from typing import Any
from uuid import uuid4

import boto3

ACCOUNT = "000000000000"
REGION = "us-east-1"
KEYS: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}


def function_arn(name: str, qualifier: str = "$LATEST", account: str = ACCOUNT) -> str:
    return f"arn:aws:lambda:{REGION}:{account}:function:{name}:{qualifier}"


def record(
    number: int = 0,
    function: str = "orders",
    condition: str = "RetriesExhausted",
    account: str = ACCOUNT,
    **more: object,
) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": f"2026-11-23T12:00:{number:02}.000Z",
            "requestContext": {
                "requestId": f"{number:08}-b738-4f5e-8880-a18cdf61200e",
                "functionArn": function_arn(function, account=account),
                "condition": condition,
                "approximateInvokeCount": 3,
            },
            "requestPayload": {"number": number},
            "responsePayload": {"errorType": "KeyError", "errorMessage": "'sku'"},
        }
        | more
    )


def call(endpoint: str, service: Any, operation: str, account: str = "test", **asked: Any) -> dict[str, Any]:
    """Make one call, with a client of its own; the emulator takes 12 digits of an access key for an account."""
    keys = KEYS | {"aws_access_key_id": account}
    client: Any = boto3.client(service, endpoint_url=endpoint, **keys)
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


def make_function(endpoint: str, account: str = "test", **settings: Any) -> str:
    """Make a function that does nothing; gives its name."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("index.py", "def handler(event, context): pass")
    name = f"function-{uuid4().hex[:12]}"
    role = f"arn:aws:iam::{ACCOUNT}:role/role"
    call(
        endpoint,
        "lambda",
        "create_function",
        account,
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
        **settings,
    )
    return name


def configured_function(endpoint: str, destinations: dict[str, Any], account: str = "test", **settings: Any) -> str:
    """Make a function with destinations; gives its name."""
    name = make_function(endpoint, account, **settings)
    call(
        endpoint,
        "lambda",
        "put_function_event_invoke_config",
        account,
        FunctionName=name,
        DestinationConfig=destinations,
    )
    return name
