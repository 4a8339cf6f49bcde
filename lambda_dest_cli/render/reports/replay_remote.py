"""What came of a replay by Step Functions."""

from collections.abc import Iterable

from lambda_dest_cli.model.state_machine import RemoteReplay
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_ERROR_LIMIT = 160


def as_json(report: RemoteReplay) -> dict[str, object]:
    """Give the report as the contract spells it."""
    progress = report.progress
    return {
        "machine": report.machine,
        "executions": list(report.executions),
        "status": progress.status,
        "total": progress.total,
        "succeeded": progress.succeeded,
        "failed": progress.failed,
        "error": progress.error or None,
        "sample_of_errors": dict(report.errors),
        "results": report.results or None,
    }


def as_text(report: RemoteReplay) -> Iterable[Line]:
    """Give the report as a person reads it."""
    progress = report.progress
    yield Line(f"{inert(report.machine)}: {progress.status}", "bold")
    if not report.executions:
        return
    yield Line(f"  {progress.total:,} events: {progress.succeeded:,} done, {progress.failed:,} failed")
    if progress.error:
        yield Line(f"  {inert(progress.error, _ERROR_LIMIT)}", "red")
    for words, count in report.errors.items():
        yield Line(f"  {count} x {inert(words, _ERROR_LIMIT)}", "red")
    yield Line(f"  what came of each: {inert(report.results)}", "dim")
