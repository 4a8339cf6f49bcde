"""Several functions that were tried: a line each, more of those that failed, and a count."""

from collections.abc import Iterable

from lambda_dest_cli.model.trial import FleetTrialReport, Verdict
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.trial import trial_json, trial_lines, verdict_line


def as_json(report: FleetTrialReport) -> dict[str, object]:
    """Give every trial as one by itself would be given, and how many there are of each verdict."""
    return {"tests": [trial_json(trial) for trial in report.trials], "summary": _counts(report)}


def as_text(report: FleetTrialReport) -> Iterable[Line]:
    """Give those that passed a line, the others what is known of them."""
    for trial in report.trials:
        if trial.verdict is Verdict.FAILED:
            yield from trial_lines(trial)
            continue
        yield verdict_line(trial)
        if trial.verdict is Verdict.ERROR and trial.hint:
            yield Line(f"        next: {inert(trial.hint)}")
    yield Line()
    yield Line(", ".join(f"{count} {word}" for word, count in _counts(report).items() if count) or "nothing to test")


def _counts(report: FleetTrialReport) -> dict[str, int]:
    verdicts = [trial.verdict for trial in report.trials]
    return {str(verdict): verdicts.count(verdict) for verdict in Verdict}
