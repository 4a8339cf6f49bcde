"""What a message is: Lambda writes two kinds of envelope, and services on the way wrap them in their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lambda_dest_cli.model.outcome import Message
from lambda_dest_cli.records.json_text import member, parse

_EVENT_TYPE = "Lambda Function Invocation Result"
_WRAPPERS_AT_MOST = 4


class Kind(StrEnum):
    """What is inside the envelope."""

    INVOCATION = "invocation"
    """The record of an asynchronous invocation."""
    EVENT_SOURCE = "event source"
    """The record of a batch that an event source mapping gave up: another schema, without the payload."""
    DEAD_LETTER = "dead letter"
    """The bare event of a failed invocation."""
    OTHER = "other"
    """Somebody else's message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message, opened. ``value`` is the parsed record, empty for a dead letter and for what is no record."""

    kind: Kind
    text: str
    """The record's own JSON text, the bare event, or the whole body."""
    value: Mapping[str, Any]
    attributes: Mapping[str, str]
    wrapped_in: tuple[str, ...] = ()
    """The wrappers that were taken off, the outermost first: ``event``, ``notification``, ``sns event``."""


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    attributes: Mapping[str, str]


def open_message(message: Message) -> Envelope:
    """Say what a message is, in the order that tells the shapes apart for sure. Never raises, whatever it holds.

    The attributes of a dead letter come first: a failed event may itself look like a record (the function is another
    one's destination) or like a notification (a topic triggers it), and a record has no message attributes.
    """
    body = message.body if isinstance(message.body, str) else message.body.decode("utf-8", "backslashreplace")
    content = _Content(body, message.attributes)
    wrappers: tuple[str, ...] = ()
    while len(wrappers) <= _WRAPPERS_AT_MOST:
        if _is_dead_letter(content.attributes):
            return Envelope(Kind.DEAD_LETTER, content.text, {}, content.attributes, wrappers)
        _, value = parse(content.text)
        if not isinstance(value, dict):
            break
        inner, wrapper = _unwrap(content.text, value)
        if inner is None:
            kind = record_kind(value)
            if kind is None:
                break
            return Envelope(kind, content.text, value, content.attributes, wrappers)
        content, wrappers = inner, (*wrappers, wrapper)
    return Envelope(Kind.OTHER, body, {}, message.attributes)


def _unwrap(text: str, value: Mapping[str, Any]) -> tuple[_Content | None, str]:
    for wrapper, take_off in _WRAPPERS.items():
        content = take_off(text, value)
        if content is not None:
            return content, wrapper
    return None, ""


def _from_event(text: str, value: Mapping[str, Any]) -> _Content | None:
    """Open an EventBridge event, which carries the record as ``detail``."""
    kind = value.get("detail-type")
    if not isinstance(kind, str) or not kind.startswith(_EVENT_TYPE):
        return None
    return _Content(member(text, "detail") or "", {})


def _from_notification(_text: str, value: Mapping[str, Any]) -> _Content | None:
    """Open what SNS sends to a queue, unless raw delivery is on."""
    return _from_sns(value) if value.get("Type") == "Notification" else None


def _from_sns_event(_text: str, value: Mapping[str, Any]) -> _Content | None:
    """Open what SNS sends to a Lambda function."""
    records = value.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    return _from_sns(first["Sns"]) if isinstance(first, dict) and isinstance(first.get("Sns"), dict) else None


def _from_sns(notification: Mapping[str, Any]) -> _Content | None:
    if not isinstance(notification.get("Message"), str):
        return None
    given = notification.get("MessageAttributes")
    attributes = given.items() if isinstance(given, dict) else ()
    texts = {name: each["Value"] for name, each in attributes if isinstance(each, dict) and "Value" in each}
    return _Content(notification["Message"], {name: text for name, text in texts.items() if isinstance(text, str)})


# In the order in which they are told apart.
_WRAPPERS: dict[str, Callable[[str, Mapping[str, Any]], _Content | None]] = {
    "event": _from_event,
    "notification": _from_notification,
    "sns event": _from_sns_event,
}


def record_kind(value: Mapping[str, Any]) -> Kind | None:
    """Say what kind of record of Lambda's a parsed object is; None for none."""
    context = value.get("requestContext")
    if not isinstance(context, dict):
        return None
    if not isinstance(context.get("condition"), str) and not is_function_arn(context.get("functionArn")):
        return None  # API Gateway's events have a requestContext too
    return Kind.EVENT_SOURCE if any(name.endswith("BatchInfo") for name in value) else Kind.INVOCATION


def is_function_arn(value: object) -> bool:
    """Say whether a value looks like the ARN of a function."""
    return isinstance(value, str) and value.startswith("arn:") and ":function:" in value


def _is_dead_letter(attributes: Mapping[str, str]) -> bool:
    """Look for the attributes that Lambda sets; the code is absent where nothing ran (reserved concurrency 0)."""
    return "RequestID" in attributes and ("ErrorMessage" in attributes or "ErrorCode" in attributes)
