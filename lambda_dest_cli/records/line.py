"""An opened message becomes an outcome. Everything in a record but ``requestContext`` may be missing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.outcome import InvocationOutcome, Message, OutcomeLine, Watch
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.records.envelope import Envelope, Kind, open_message
from lambda_dest_cli.records.json_text import member, parse, quoted, raw

_FUNCTION_ARN = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:(?P<name>[^:]+)(?::(?P<qualifier>.+))?", re.DOTALL)
_TIMESTAMP_LENGTH = 40
_NOTHING = RawJson("null")
_SLOTS = {InvocationOutcome.SUCCESS: Slot.ON_SUCCESS, InvocationOutcome.FAILURE: Slot.ON_FAILURE}
_YEARS = range(1970, 9_000)
"""A clock that is further off cannot be shown in every time zone."""


class _Error(NamedTuple):
    type: str | None = None
    message: str | None = None


def outcome_line(message: Message, watch: Watch, envelope: Envelope | None = None) -> OutcomeLine:
    """Make a message an outcome, whatever it holds; ``envelope`` is the message opened, where that was done already."""
    if message.log_of is not None:
        return _logged(message, watch)
    envelope = envelope or open_message(message)
    if envelope.kind is Kind.OTHER and _slots(watch) == {Slot.DEAD_LETTER}:
        envelope = replace(envelope, kind=Kind.DEAD_LETTER)
    slots = _slots(watch)
    blank = OutcomeLine(message.sent, watch.destination, _NOTHING, slot=next(iter(slots)) if len(slots) == 1 else None)
    match envelope.kind:
        case Kind.OTHER:
            return replace(blank, record=_any_json(envelope.text))
        case Kind.DEAD_LETTER:
            return _dead_letter(blank, envelope, watch)
        case Kind.INVOCATION | Kind.EVENT_SOURCE:
            return _invocation(blank, envelope)


def _logged(message: Message, watch: Watch) -> OutcomeLine:
    """Make an outcome of what a destination function printed: of the record, where it printed that too."""
    lines = tuple(str(message.body).split("\n"))
    for line in lines:
        for text in _objects_in(line):
            found = outcome_line(Message(message.id, text, message.sent), watch)
            if found.outcome is not None and found.slot is not Slot.DEAD_LETTER:
                return replace(found, logs=lines)
    blank = OutcomeLine(message.sent, watch.destination, quoted(str(message.body)), logs=lines)
    return replace(blank, request_id=message.log_of or None)


def _objects_in(line: str) -> Iterator[str]:
    """Give the JSON objects that a log line may end in: itself, or what a logger put around its message."""
    text = line[line.find("{") :]
    is_json, value = parse(text)
    if not line.count("{") or not is_json or not isinstance(value, dict):
        return
    yield text
    message = value.get("message")
    if isinstance(message, str):
        yield message
    elif isinstance(message, dict):
        yield member(text, "message") or ""


def _slots(watch: Watch) -> set[Slot]:
    return {route.slot for route in watch.routes}


def _invocation(blank: OutcomeLine, envelope: Envelope) -> OutcomeLine:
    record = envelope.value
    context = record["requestContext"]
    condition, arn = _text(context.get("condition")), _text(context.get("functionArn"))
    match = _FUNCTION_ARN.fullmatch(arn or "")
    outcome = _outcome(condition)
    error = _error(record) if outcome is InvocationOutcome.FAILURE else _Error()
    return OutcomeLine(
        destination=blank.destination,
        time=time_of(record.get("timestamp")) or blank.time,
        function=match["name"] if match else None,
        qualifier=(match["qualifier"] or LATEST) if match else None,
        function_arn=arn,
        outcome=outcome,
        condition=condition,
        attempts=_count(context.get("approximateInvokeCount")),
        request_id=_text(context.get("requestId")),
        error_type=error.type,
        error_message=error.message,
        slot=_SLOTS[outcome] if outcome else blank.slot,
        record=raw(envelope.text),
    )


def _dead_letter(blank: OutcomeLine, envelope: Envelope, watch: Watch) -> OutcomeLine:
    """Fill in a dead letter. It names no function; the queue tells it, where it serves one function only."""
    owners = {(each.function, each.function_arn) for each in watch.routes if each.slot is Slot.DEAD_LETTER}
    function, arn = owners.pop() if len(owners) == 1 else (None, None)
    attributes = dict(envelope.attributes)
    return replace(
        blank,
        function=function,
        function_arn=arn,
        outcome=InvocationOutcome.FAILURE,
        request_id=attributes.get("RequestID"),
        error_type=attributes.get("ErrorCode"),
        error_message=attributes.get("ErrorMessage"),
        slot=Slot.DEAD_LETTER,
        record=RawJson(f'{{"body":{_any_json(envelope.text).text},"attributes":{_strings(attributes)}}}'),
    )


def _outcome(condition: str | None) -> InvocationOutcome | None:
    if condition is None:
        return None
    return InvocationOutcome.SUCCESS if condition == "Success" else InvocationOutcome.FAILURE


def _error(record: Mapping[str, Any]) -> _Error:
    """Read the error: of the handler, or of the delivery where the handler's answer was no JSON."""
    payload, delivery = record.get("responsePayload"), record.get("deliveryError")
    if isinstance(payload, dict):
        return _Error(_scalar(payload.get("errorType")), _scalar(payload.get("errorMessage")))
    if isinstance(delivery, dict):
        return _Error(_scalar(delivery.get("errorCode")), _scalar(delivery.get("errorMessage")))
    return _Error(None, _scalar(payload))


def time_of(value: object) -> datetime | None:
    """Read an ISO 8601 time, in UTC if it names no zone; None for what is none, or cannot be shown everywhere."""
    if not isinstance(value, str) or len(value) > _TIMESTAMP_LENGTH:
        return None
    try:
        time = datetime.fromisoformat(value)
        utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc if utc.year in _YEARS else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _scalar(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _any_json(text: str) -> RawJson:
    """Give a text as the JSON that it is, or as a JSON string."""
    is_json, _ = parse(text)
    return raw(text) if is_json else quoted(text)


def _strings(texts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{quoted(name).text}:{quoted(text).text}" for name, text in texts.items()) + "}"
