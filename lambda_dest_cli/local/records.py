"""The invocation record and the dead letter, field by field as Lambda writes them. Pure.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; which fields appear under which
condition is as recorded against AWS (LocalStack's snapshots of 24 to 27 Nov 2025; captures of Sept 2026).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.records.json_text import parse

_DEAD_LETTER_MESSAGE_BYTES = 1_024
_NOT_JSON = {
    "statusCode": 400,
    "errorCode": "InvalidRequestContentException",
    "errorMessage": "Could not parse the function's response into json",
}
"""Status and code are captured (Sept 2026); the message is ours."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an event ended. ``status`` is absent for zero reserved concurrency, ``version`` where nothing ran."""

    condition: str
    attempts: int
    status: int | None = None
    version: str | None = None
    function_error: str | None = None
    response: bytes | None = None
    """What the runtime wrote, a result or an error object; None where it wrote nothing."""
    message: str = ""
    """What the dead letter says, where the runtime wrote no error."""
    log: Sequence[str] = ()
    """What was logged meanwhile, line by line; a caller who waits may ask for it."""

    @property
    def succeeded(self) -> bool:
        """Whether the on-success destination gets it."""
        return self.condition == "Success"


def invocation_record(function: FunctionKey, request_id: str, payload: bytes, ending: Ending, moment: datetime) -> str:
    """Give the record as JSON text. ``payload`` must be JSON in UTF-8; it and the answer are embedded as they came."""
    context = {
        "requestId": request_id,
        "functionArn": function.arn,
        "condition": ending.condition,
        "approximateInvokeCount": ending.attempts,
    }
    members = [
        '"version":"1.0"',
        f'"timestamp":"{timestamp(moment)}"',
        f'"requestContext":{_compact(context)}',
        f'"requestPayload":{payload.decode().strip()}',
    ]
    if ending.status is not None:
        members.append(f'"responseContext":{_compact(_response_context(ending))}')
    members += _response(ending)
    return "{" + ",".join(members) + "}"


def _response(ending: Ending) -> list[str]:
    """Give the member for what the runtime wrote; Lambda reports what is not JSON instead of embedding it."""
    if not ending.response:
        return []
    text = ending.response.decode(errors="replace").strip()
    if parse(text)[0]:
        return [f'"responsePayload":{text}']
    return [f'"deliveryError":{_compact(_NOT_JSON)}']


def _response_context(ending: Ending) -> dict[str, object]:
    context: dict[str, object] = {"statusCode": ending.status}
    if ending.version is not None:
        context["executedVersion"] = ending.version
    if ending.function_error is not None:
        context["functionError"] = ending.function_error
    return context


def timestamp(moment: datetime) -> str:
    """Give ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def event_entry(bus: str, function: FunctionKey, record: str, succeeded: bool) -> dict[str, object]:
    """Give the PutEvents entry. The source is ``lambda``, as in real events; the guide's table says aws.lambda."""
    return {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {'Success' if succeeded else 'Failure'}",
        "Detail": record,
        "EventBusName": bus,
        "Resources": [bus, function.arn],
    }


def object_key(function: FunctionKey, unique: str, moment: datetime) -> str:
    """Give the name of a record in a bucket: by function and UTC day, without extension."""
    moment = moment.astimezone(UTC)
    return f"aws/lambda/async/{function.name}/{moment:%Y/%m/%d}/{moment:%Y-%m-%dT%H.%M.%S}-{unique}"


def dead_letter_attributes(request_id: str, ending: Ending) -> dict[str, dict[str, str]]:
    """Give the attributes of a dead letter; zero reserved concurrency has no ErrorCode, having had no answer."""
    attributes = {"RequestID": {"DataType": "String", "StringValue": request_id}}
    if ending.status is not None:
        attributes["ErrorCode"] = {"DataType": "Number", "StringValue": str(ending.status)}
    message = _error_message(ending)
    if message:
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": message}
    return attributes


def _error_message(ending: Ending) -> str:
    """Give the first KB of what went wrong, cut between characters."""
    message = ending.message
    if not message and ending.response:
        try:
            answer = json.loads(ending.response)
        except ValueError:
            answer = None
        if isinstance(answer, Mapping):
            message = str(answer.get("errorMessage", ""))
    return message.encode()[:_DEAD_LETTER_MESSAGE_BYTES].decode(errors="ignore")


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
