"""A plan as a comment on a pull request: one count line, and the changes as a diff that GitHub and GitLab colour."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fleet import Part, PlanReport
from lambda_dest_cli.render.markdown import fence, literal
from lambda_dest_cli.render.reports import plan as plan_report

_SIGNS = {"+": "+", "-": "-", "~": "!"}
"""A diff colours lines that begin with these; ``!`` is orange."""


def as_document(report: PlanReport) -> str:
    """Write the plan in GitHub-flavoured Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: PlanReport) -> Iterator[str]:
    fleet = report.fleet
    yield f"### lds: {plan_report.summary(fleet)}"
    for part in fleet.parts:
        if part.plan or part.troubles:
            yield ""
            yield from _part(part)
    telling = [each for part in fleet.parts for each in part.findings if each.state is not State.PASS]
    if telling:
        yield ""
        yield from _findings(telling)
    if any(part.plan for part in fleet.parts):
        yield ""
        yield f"Apply exactly this with `lds configure --expect {fleet.digest}`."


def _part(part: Part) -> Iterator[str]:
    yield f"**{literal(part.file)}** {literal(' '.join(filter(None, (part.account, part.region))))}"
    body = [line.plain for change in part.plan for line in plan_report.block(change)]
    if body:
        fence_line = fence(body)
        yield ""
        yield f"{fence_line}diff"
        yield from (_coloured(line) for line in body)
        yield fence_line
    for trouble in part.troubles:
        yield f"- **ERROR** {literal(trouble.message)}"


def _coloured(line: str) -> str:
    """Put the sign in front, where a diff looks for it."""
    stripped = line.lstrip()
    sign = _SIGNS.get(stripped[:1], " ")
    return f"{sign} {line[: len(line) - len(stripped)]}{stripped[1:].lstrip() if sign != ' ' else stripped}"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    yield "| | check | function | |"
    yield "|---|---|---|---|"
    for finding in findings:
        name = f"{finding.function}:{finding.qualifier}"
        yield f"| {str(finding.state).upper()} | {finding.id} | {literal(name)} | {literal(finding.message)} |"
