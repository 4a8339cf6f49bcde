"""Which requests may change what the engine has read: functions, roles, destinations and their keys."""

import re

from lambda_dest_cli.local.http import Request

_READING = re.compile(r"Get|List|Describe|Simulate|Test|Lookup|Verify")
_PASSING_THROUGH = frozenset(
    {
        "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
        "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "Publish", "PublishBatch", "PutEvents",
        "Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt",
    }
)  # fmt: skip
"""Messages and data, of which nothing is remembered."""
_SERVICES = frozenset({"lambda", "iam", "sqs", "sns", "events", "kms", "s3"})
_OBJECT = re.compile(r"/[^/]+/.+")


def changes(request: Request) -> bool:
    """Say whether a request may change a function, a role, a destination or a key."""
    match request.service:
        case "lambda":
            return request.method != "GET"
        case "s3":
            return request.method not in ("GET", "HEAD") and not _OBJECT.fullmatch(request.path)
        case service if service in _SERVICES:
            operation = operation_of(request)
            return operation not in _PASSING_THROUGH and not _READING.match(operation)
    return False


def operation_of(request: Request) -> str:
    """Give the operation that a request of the JSON or the query protocol names; empty where it names none."""
    target = request.headers.get("x-amz-target", "")
    return target.rpartition(".")[2] if target else request.form().get("Action", "")
