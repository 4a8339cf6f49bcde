"""The plan of one spec or of many: blocks a function, what the checks found, one closing count."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.fleet import Fleet, Part, PlanReport
from lambda_dest_cli.model.plan import Change
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports import plan as plan_report
from lambda_dest_cli.render.reports.doctor import finding_json, finding_lines


def as_json(report: PlanReport) -> dict[str, object]:
    """Give the plan as the contract spells it, with the findings, and of which account and region each change is."""
    return {**plan_json(report.fleet), "findings": findings_json(report.fleet)}


def plan_json(fleet: Fleet) -> dict[str, object]:
    """Give digest, changes, counts and the files that they come from."""
    return {
        "digest": fleet.digest,
        "changes": [_change(part, change) for part in fleet.parts for change in part.plan],
        "summary": plan_report.summary_json(fleet),
        "files": [
            {"file": part.file, "account": part.account or None, "region": part.region, "digest": part.plan.digest}
            for part in fleet.parts
        ],
    }


def findings_json(fleet: Fleet) -> list[dict[str, object]]:
    """Give every finding."""
    return [finding_json(finding) for part in fleet.parts for finding in part.findings]


def as_text(report: PlanReport) -> Iterable[Line]:
    """Give a block a change, the findings worth reading, then the count and the digest."""
    fleet = report.fleet
    for part in fleet.parts:
        if len(fleet.parts) > 1:
            yield heading(part)
        for change in part.plan:
            yield from plan_report.block(change)
    yield from telling_lines(fleet)
    yield Line(plan_report.summary(fleet))
    if any(part.plan for part in fleet.parts):
        yield Line(f"Digest: {fleet.digest}", style="dim")


def heading(part: Part) -> Line:
    """Say whose plan comes."""
    where = " ".join(filter(None, (part.account, part.region)))
    return Line.assemble((inert(part.file), "bold"), f"  {inert(where)}")


def telling_lines(fleet: Fleet) -> Iterator[Line]:
    """Give the findings that are no pass."""
    for part in fleet.parts:
        yield from finding_lines([finding for finding in part.findings if finding.state is not State.PASS])


def _change(part: Part, change: Change) -> dict[str, object]:
    return {**plan_report.change_json(change), "account": part.account or None, "region": part.region}
