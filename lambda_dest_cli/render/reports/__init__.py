"""How each kind of report looks: one file a report, one line in ``REPORTS``."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambda_dest_cli.render.line import Line


class Form(NamedTuple):
    """A report's two looks: JSON-able data with the contract's names, and styled lines."""

    json: Callable[[Any], object]
    text: Callable[[Any], Iterable["Line"]]


# By the name of the model's class, so that a JSON run never imports what only text needs, nor one report another's.
REPORTS: dict[str, str] = {
    "Plan": "plan",
    "Grant": "grant",
    "FixPlan": "fixes",
    "ConfigureReport": "configure",
    "ShowReport": "show",
    "PlanReport": "fleet_plan",
    "FleetReport": "fleet",
    "DoctorReport": "doctor",
    "OutcomeLine": "outcome",
    "DetailedOutcome": "outcome_detail",
    "LoggedOutcome": "outcome_logs",
    "Tally": "tally",
    "TapReport": "taps",
    "SweepReport": "taps",
    "TrialReport": "trial",
    "FleetTrialReport": "trial_fleet",
    "TrialWait": "trial_wait",
    "ReplayLine": "replay_line",
    "ReplaySummary": "replay_summary",
    "RemoteReplay": "replay_remote",
    "Event": "replay_event",
    "ReplayStatus": "replay_status",
    "LocalStatus": "local_status",
    "ValidateReport": "validate",
    "DemoNote": "demo",
    "DemoCommand": "demo",
}


# Formats beyond text and JSON: by format and the name of the model's class, the module that writes the whole document.
LOOKS: dict[str, dict[str, str]] = {
    "markdown": {"PlanReport": "plan_markdown", "DoctorReport": "doctor_markdown"},
    "sarif": {"ValidateReport": "validate_sarif", "DoctorReport": "doctor_sarif"},
    "junit": {"DoctorReport": "doctor_junit", "TrialReport": "trial_junit", "FleetTrialReport": "trial_junit"},
    "github": {"ValidateReport": "validate_github"},
}


def document(report: object, look: str) -> str:
    """Write a report in one of the formats that not every report has."""
    module = import_module(f"lambda_dest_cli.render.reports.{LOOKS[look][type(report).__name__]}")
    written: str = module.as_document(report)
    return written


def report_form(report: object) -> Form:
    """Give the looks of a report."""
    module = import_module(f"lambda_dest_cli.render.reports.{REPORTS[type(report).__name__]}")
    return Form(module.as_json, module.as_text)
