"""What a replay would send: how many, of when, which errors, where to, and a few of them."""

from collections.abc import Iterable
from datetime import datetime

from lambda_dest_cli.model.replay import Event, ReplaySummary
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.replay_line import name_of

_PAYLOAD_LIMIT = 160
_TEXT_LIMIT = 100


def as_json(report: ReplaySummary) -> dict[str, object]:
    """Give the summary as the contract spells it."""
    return {
        "sources": list(report.sources),
        "chosen": report.chosen,
        "complete": report.complete,
        "first": _stamp(report.first),
        "last": _stamp(report.last),
        "error_types": dict(report.errors),
        "targets": dict(report.targets),
        "samples": [_sample(event) for event in report.samples],
        "not_chosen": report.not_chosen,
        "not_replayable": dict(report.not_replayable),
    }


def as_text(report: ReplaySummary) -> Iterable[Line]:
    """Give the summary as a person reads it."""
    sources = ", ".join(inert(source) for source in report.sources)
    if not report.chosen:
        yield Line(f"{sources}: nothing to send again", "bold")
    else:
        more = "" if report.complete else " so far; there are more, which are sent too"
        yield Line(f"{sources}: {_events(report.chosen)} to send again{more}", "bold")
        yield Line(f"  of {_local(report.first)} to {_local(report.last)}")
        yield Line(f"  to {_counted(report.targets)}")
        yield Line(f"  errors: {_counted(report.errors)}")
        for event in report.samples:
            yield from _shown(event)
    if report.not_chosen:
        yield Line(f"  not asked for, and left: {report.not_chosen}", "dim")
    for why, count in report.not_replayable.items():
        yield Line(f"  cannot be sent again, and left: {count}, {inert(why)}", "yellow")


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"


def _counted(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{inert(name, _TEXT_LIMIT)} ({count:,})" for name, count in pairs)


def _shown(event: Event) -> Iterable[Line]:
    line = event.line
    error = ": ".join(part for part in (line.error_type, line.error_message) if part) or "-"
    yield Line.assemble(
        ("  e.g. ", "dim"), inert(name_of(event.target)), "  ", inert(error, _TEXT_LIMIT), "  ", (_id(event), "dim")
    )
    payload = event.payload.decode("utf-8", "replace")
    yield Line(f"       {inert(payload, _PAYLOAD_LIMIT)}", "dim")


def _id(event: Event) -> str:
    return inert(event.request_id or event.id, _TEXT_LIMIT)


def _sample(event: Event) -> dict[str, object]:
    return {
        "function": event.target.name,
        "qualifier": event.target.qualifier,
        "request_id": event.request_id,
        "source_id": event.id,
        "error_type": event.line.error_type,
        "error_message": event.line.error_message,
        "payload": event.payload.decode("utf-8", "replace"),
    }


def _stamp(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(time: datetime | None) -> str:
    return "-" if time is None else f"{time.astimezone():%Y-%m-%d %H:%M:%S}"
