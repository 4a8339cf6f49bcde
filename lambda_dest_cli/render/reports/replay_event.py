"""One event that may be sent again, with its payload, for a person who is asked about it."""

from collections.abc import Iterable

from lambda_dest_cli.model.replay import Event
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.json_lines import json_lines
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.replay_line import name_of

_TEXT_LIMIT = 120


def as_json(event: Event) -> dict[str, object]:
    """Give the event as the contract spells it."""
    return {
        "function": event.target.name,
        "qualifier": event.target.qualifier,
        "request_id": event.request_id,
        "source_id": event.id,
        "payload": event.payload.decode("utf-8", "replace"),
    }


def as_text(event: Event) -> Iterable[Line]:
    """Give a line of what failed, and the payload below it."""
    line = event.line
    error = ": ".join(part for part in (line.error_type, line.error_message) if part) or "-"
    yield Line.assemble(
        (f"{line.time.astimezone():%Y-%m-%d %H:%M:%S}", "dim"), f"  {inert(name_of(event.target))}  ",
        (inert(error, _TEXT_LIMIT), "red"), (f"  {inert(event.request_id or event.id, _TEXT_LIMIT)}", "dim"),
    )  # fmt: skip
    yield from json_lines(event.payload.decode("utf-8", "replace"), "    ")
