"""Lines that were written to a file: ``lds tail -o json`` prints more than the record, and this reads it back."""

from datetime import UTC, datetime
from typing import Any

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import Message, Route, Watch
from lambda_dest_cli.model.replay import Found
from lambda_dest_cli.records.json_text import member, parse

_START = datetime.fromtimestamp(0, UTC)


def found_in(id_: str, line: bytes, place: Arn) -> Found:
    """Give the message that a line tells of, as it stood in its destination; any other line is a message itself.

    ``place`` is where the line itself stands. Never raises.
    """
    text = line.decode("utf-8", "backslashreplace").strip()
    plain = Found(Message(id_, text, _START), Watch(place))
    if '"destination_type"' not in text:
        return plain
    _, value = parse(text)
    if not isinstance(value, dict) or "record" not in value or "destination" not in value:
        return plain
    return _tailed(id_, text, value, place)


def _tailed(id_: str, text: str, value: dict[str, Any], place: Arn) -> Found:
    record, sent = value["record"], _time(value.get("time"))
    watch = Watch(_destination(value["destination"]) or place)
    body, attributes = member(text, "record") or "", {}
    told = record.get("attributes") if isinstance(record, dict) and value.get("slot") == Slot.DEAD_LETTER else None
    if isinstance(told, dict):
        body = member(body, "body") or ""
        attributes = {name: each for name, each in told.items() if isinstance(each, str)}
        function, arn = value.get("function"), value.get("function_arn")
        if isinstance(function, str) and isinstance(arn, str):
            watch = Watch(watch.destination, (Route(function, arn, None, Slot.DEAD_LETTER),))
    elif isinstance(record, str):  # what is no record at all is printed as a string
        body = record
    return Found(Message(id_, body, sent, attributes), watch)


def _destination(arn: object) -> Arn | None:
    try:
        return Arn.parse(str(arn))
    except UsageProblem:
        return None


def _time(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _START
