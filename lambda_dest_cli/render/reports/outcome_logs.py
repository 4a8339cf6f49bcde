"""An outcome with what its function printed."""

from collections.abc import Iterable

from lambda_dest_cli.model.outcome import InvocationOutcome, LoggedOutcome
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import outcome
from lambda_dest_cli.render.reports.outcome_detail import log_lines


def as_json(item: LoggedOutcome) -> dict[str, object]:
    """Give the outcome; its log is a member already."""
    return outcome.as_json(item.line)


def as_text(item: LoggedOutcome) -> Iterable[Line]:
    """Give the line of the outcome, and below a failure its log."""
    yield from outcome.as_text(item.line)
    if item.line.outcome is InvocationOutcome.FAILURE and item.line.logs:
        yield from log_lines(item.line.logs)
