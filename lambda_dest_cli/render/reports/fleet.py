"""What ``lds configure -f`` did, or would do."""

from collections.abc import Iterable

from lambda_dest_cli.model.fleet import FleetReport, PlanReport
from lambda_dest_cli.model.plan import Outcome
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import fleet_plan
from lambda_dest_cli.render.reports import grant as grant_report
from lambda_dest_cli.render.reports.configure import step_json, step_lines

_WORDS = {Outcome.APPLIED: "done", Outcome.FAILED: "failed", Outcome.SKIPPED: "not done"}


def as_json(report: FleetReport) -> dict[str, object]:
    """Give plan, findings and steps as the contract spells them, and the policies where --fix-role was at work."""
    fleet = report.fleet
    return {
        "plan": fleet_plan.plan_json(fleet),
        "findings": fleet_plan.findings_json(fleet),
        "steps": [
            {**step_json(step), "account": part.account, "region": part.region}
            for part in fleet.parts
            for step in part.steps
        ],
        "grants": [grant_report.as_json(grant) for part in fleet.parts for grant in part.grants],
    }


def as_text(report: FleetReport) -> Iterable[Line]:
    """Give what was done and what was not, after the plan was shown; where nothing was written, the plan."""
    fleet = report.fleet
    steps = [step for part in fleet.parts for step in part.steps]
    if not steps:
        for part in fleet.parts:
            for grant in part.grants:
                yield from grant_report.as_text(grant)
        yield from fleet_plan.as_text(PlanReport(fleet))
        return
    for part in fleet.parts:
        if len(fleet.parts) > 1:
            yield fleet_plan.heading(part)
        for grant in part.grants:
            role = grant.role.resource.rpartition("/")[2]
            yield Line.assemble(("DONE    ", "green"), f"role {inert(role)}  inline policy {grant.policy_name} written")
        for step in part.steps:
            yield from step_lines(step)
    counts = {word: sum(step.outcome is outcome for step in steps) for outcome, word in _WORDS.items()}
    yield Line(", ".join(f"{count} {word}" for word, count in counts.items() if count) + ".")
