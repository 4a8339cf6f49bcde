"""What configure and remove did, or would do."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.plan import Action, Change, Kind, Outcome, StepResult
from lambda_dest_cli.model.report import ConfigureReport
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import grant as grant_report
from lambda_dest_cli.render.reports import plan as plan_report
from lambda_dest_cli.render.reports.doctor import finding_json, finding_lines

_WORDS = {Outcome.APPLIED: ("DONE", "green"), Outcome.FAILED: ("FAILED", "red"), Outcome.SKIPPED: ("SKIPPED", "yellow")}
_VERBS = {Action.CREATE: "set", Action.UPDATE: "changed", Action.DELETE: "removed"}


def as_json(report: ConfigureReport) -> dict[str, object]:
    """Give plan, findings and steps as the contract spells them, and the policy where --fix-role was at work."""
    return {
        "plan": plan_report.as_json(report.plan),
        "findings": [finding_json(finding) for finding in report.findings],
        "steps": [step_json(step) for step in report.steps],
        "grant": grant_report.as_json(report.grant) if report.grant else None,
    }


def as_text(report: ConfigureReport) -> Iterable[Line]:
    """Give the findings worth reading, then the steps; without steps the plan."""
    telling = [each for each in report.findings if each.state is not State.PASS]
    yield from finding_lines(telling)
    if report.grant and report.granted:
        role = report.grant.role.resource.rpartition("/")[2]
        yield Line.assemble(
            ("DONE    ", "green"), f"role {inert(role)}  inline policy {report.grant.policy_name} written"
        )
    if report.steps:
        for step in report.steps:
            yield from step_lines(step)
        return
    if report.grant and not report.granted:
        yield from grant_report.as_text(report.grant)
    yield from plan_report.as_text(report.plan)


def step_json(step: StepResult) -> dict[str, object]:
    """Give what came of one change."""
    address = step.change.address
    return {
        "function": address.function,
        "qualifier": address.qualifier,
        "kind": str(address.kind),
        "action": str(step.change.action),
        "outcome": str(step.outcome),
        "error": step.error or None,
    }


def step_lines(step: StepResult) -> Iterator[Line]:
    """Give what came of one change, and where its records go now."""
    word, style = _WORDS[step.outcome]
    address = step.change.address
    what = "dead-letter queue" if address.kind is Kind.DEAD_LETTER else "asynchronous configuration"
    verb = _VERBS[step.change.action] if step.outcome is Outcome.APPLIED else "not written"
    yield Line.assemble((f"{word:<8}", style), f"{inert(address.function)}:{inert(address.qualifier)}  {what} {verb}")
    if step.outcome is Outcome.APPLIED:
        yield from _destinations(step.change)
    elif step.outcome is Outcome.SKIPPED:
        yield Line(f"        {inert(step.error)}")


def _destinations(change: Change) -> Iterator[Line]:
    for slot, arn in change.after.destinations().items() if change.after else ():
        yield Line(f"        {slot.words:<18}-> {inert(str(arn))}")
