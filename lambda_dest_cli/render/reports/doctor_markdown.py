"""Findings as a comment on a pull request."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.inert import inert_lines
from lambda_dest_cli.render.markdown import fence, literal
from lambda_dest_cli.render.reports.doctor import counts


def as_document(report: DoctorReport) -> str:
    """Write what is not well, function by function, in GitHub-flavoured Markdown; what is well is only counted."""
    return "\n".join(_lines(report.findings)) + "\n"


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    yield f"### lds doctor: {counts(findings)}"
    for (function, qualifier), group in groupby(findings, key=lambda each: (each.function, each.qualifier)):
        members = list(group)
        telling = [each for each in members if each.state is not State.PASS]
        if function:
            yield ""
            yield f"**{literal(f'{function}:{qualifier}')}** {_passed(len(members) - len(telling))}"
        if telling:
            yield ""
        for finding in telling:
            yield from _item(finding)


def _passed(number: int) -> str:
    return f"{number} passed" if number else ""


def _item(finding: Finding) -> Iterator[str]:
    slot = f"{finding.slot.words}: " if finding.slot else ""
    yield f"- **{finding.state.upper()}** {literal(finding.id)} {slot}{literal(finding.message)}"
    hint = inert_lines(finding.hint).split("\n") if finding.hint else []
    if hint:
        ends = fence(hint)
        yield ""
        yield from (f"  {line}" for line in (ends, *hint, ends))
        yield ""
