"""Lines that were written to a file: ``lds tail -o json`` prints more than the record, and this reads it back.

Such a line tells by itself what there is to know of its outcome, so its record is opened only when it is to be sent.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import InvocationOutcome, Message, OutcomeLine, Route, Watch
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.replay import Found
from lambda_dest_cli.records.envelope import Kind, record_kind
from lambda_dest_cli.records.json_text import known_member, parse

_START = datetime.fromtimestamp(0, UTC)
_MARK = b'"destination_type"'
_NOTHING = RawJson("null")
_TEXTS = ("function", "qualifier", "function_arn", "condition", "request_id", "error_type", "error_message")
_ARNS_REMEMBERED = 256


def found_in(id_: str, line: bytes, place: Arn) -> Found:
    """Give what a line holds: an outcome as ``lds tail`` prints it, or a message by itself. Never raises.

    ``place`` is where the line itself stands.
    """
    text = line.decode("utf-8", "backslashreplace").strip()
    plain = Found(Message(id_, text, _START), Watch(place))
    if _MARK not in line:
        return plain
    is_json, value = parse(text)
    if not is_json or not _is_tailed(value):
        return plain
    told = _told(value)
    return Found(plain.message, Watch(told.destination), told) if told else _opened(id_, text, value, place)


def expanded(found: Found) -> Found:
    """Give the message as it stood in its destination, where what was found is a line about it."""
    if found.told is None:
        return found
    text = str(found.message.body)
    return _opened(found.message.id, text, parse(text)[1], found.watch.destination)


def _is_tailed(value: object) -> bool:
    return isinstance(value, dict) and "record" in value and "destination" in value


def _told(value: dict[str, Any]) -> OutcomeLine | None:
    """Give the outcome that a line tells of, where its record holds an event for sure."""
    record, destination, time = value["record"], _arn(value["destination"]), _time(value.get("time"))
    if not isinstance(record, dict) or destination is None or time is None or "logs" in value:
        return None
    texts = {name: value.get(name) for name in _TEXTS}
    if not all(each is None or isinstance(each, str) for each in texts.values()) or not texts["function_arn"]:
        return None
    dead = value.get("slot") == Slot.DEAD_LETTER and "body" in record and value.get("outcome") == "failure"
    if not dead and not ("requestPayload" in record and record_kind(record) is Kind.INVOCATION):
        return None
    outcome = InvocationOutcome.SUCCESS if value.get("outcome") == "success" else InvocationOutcome.FAILURE
    slot = Slot.DEAD_LETTER if dead else None
    return OutcomeLine(time, destination, _NOTHING, outcome=outcome, slot=slot, **texts)


def _opened(id_: str, text: str, value: dict[str, Any], place: Arn) -> Found:
    record = value["record"]
    watch = Watch(_arn(value["destination"]) or place)
    body, attributes = known_member(text, "record", value) or "", {}
    told = record.get("attributes") if isinstance(record, dict) and value.get("slot") == Slot.DEAD_LETTER else None
    if isinstance(told, dict):
        body = known_member(body, "body", record) or ""
        attributes = {name: each for name, each in told.items() if isinstance(each, str)}
        function, arn = value.get("function"), value.get("function_arn")
        if isinstance(function, str) and isinstance(arn, str):
            watch = Watch(watch.destination, (Route(function, arn, None, Slot.DEAD_LETTER),))
    elif isinstance(record, str):  # what is no record at all is printed as a string
        body = record
    return Found(Message(id_, body, _time(value.get("time")) or _START, attributes), watch)


@lru_cache(_ARNS_REMEMBERED)
def _destination(arn: str) -> Arn | None:
    try:
        return Arn.parse(arn)
    except UsageProblem:
        return None


def _arn(value: object) -> Arn | None:
    return _destination(value) if isinstance(value, str) else None


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
