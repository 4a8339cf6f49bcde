"""The runs of a journal, and what is in doubt of each."""

from collections.abc import Iterable
from datetime import datetime

from lambda_dest_cli.model.replay import Doubt, ReplayStatus, RunStatus
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_DOUBTS_SHOWN = 20
_STYLES = {"finished": "green", "running": "cyan"}


def as_json(report: ReplayStatus) -> dict[str, object]:
    """Give the runs as the contract spells them."""
    return {"journal": report.journal, "runs": [_run(run) for run in report.runs]}


def as_text(report: ReplayStatus) -> Iterable[Line]:
    """Give a line a run, and one for each event in doubt."""
    if not report.runs:
        yield Line(f"no replay is written down in {inert(report.journal)}")
    for run in report.runs:
        counts = ", ".join(f"{count:,} {state}" for state, count in run.counts.items()) or "nothing sent"
        yield Line.assemble(
            inert(run.id), "  ", (f"{run.how:<11}", _STYLES.get(run.how, "yellow")), "  ",
            ", ".join(inert(source) for source in run.sources), f"  {counts}",
        )  # fmt: skip
        for doubt in run.doubts[:_DOUBTS_SHOWN]:
            yield Line(
                f"    in doubt: {inert(doubt.source)} {inert(doubt.id)} of request {inert(doubt.request_id or '-')} "
                f"to {inert(doubt.target)}, sent {doubt.sent.astimezone():%Y-%m-%d %H:%M:%S}",
                "yellow",
            )
        if len(run.doubts) > _DOUBTS_SHOWN:
            yield Line(f"    … and {len(run.doubts) - _DOUBTS_SHOWN} more in doubt; -o json has them", "dim")


def _run(run: RunStatus) -> dict[str, object]:
    return {
        "run": run.id,
        "state": run.how,
        "begun": _stamp(run.begun),
        "ended": None if run.ended is None else _stamp(run.ended),
        "sources": list(run.sources),
        "counts": {str(state): count for state, count in run.counts.items()},
        "in_doubt": [_doubt(doubt) for doubt in run.doubts],
    }


def _doubt(doubt: Doubt) -> dict[str, object]:
    return {
        "source": doubt.source,
        "source_id": doubt.id,
        "target": doubt.target,
        "request_id": doubt.request_id or None,
        "sent": _stamp(doubt.sent),
        "state": str(doubt.state),
    }


def _stamp(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
