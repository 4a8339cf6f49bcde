"""Findings: grouped by function and qualifier, each with its cure under it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fix import Fix
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.fixes import fix_json, fix_lines

_STYLES = {State.PASS: "green", State.WARN: "yellow", State.FAIL: "bold red", State.SKIP: "magenta"}
_FIX, _MORE, _NEXT = "        fix: ", "             ", "       next: "
"""A skip has nothing to fix: what follows is what to do so that it can be checked."""


def as_json(report: DoctorReport) -> dict[str, object]:
    """Give the findings as the contract spells them, and how many there are of each state."""
    fixes = {} if report.fixes is None else {"fixes": [fix_json(fix) for fix in report.fixes]}
    return {
        "findings": [finding_json(finding) for finding in report.findings],
        "summary": summary(report.findings),
        **fixes,
    }


def as_text(report: DoctorReport) -> Iterable[Line]:
    """Give the findings, then a count of the same list."""
    yield from finding_lines(report.findings)
    if not any(finding.function for finding in report.findings):
        yield Line("No function here has an asynchronous configuration or a dead-letter queue.")
        yield Line("Look at all of them with: lds doctor --all")
        return
    yield Line()
    yield Line(counts(report.findings))
    if report.fixes is not None:
        yield Line()
        yield from _fixes(report.fixes)


def _fixes(fixes: Sequence[Fix]) -> Iterator[Line]:
    if not fixes:
        yield Line("Nothing here that --fix was asked for can cure.")
    for fix in fixes:
        yield from fix_lines(fix)


def counts(findings: Iterable[Finding]) -> str:
    """Say how many findings there are of each state."""
    number = summary(findings)
    return (
        f"{number['pass']} passed, {_count(number['warn'], 'warning')}, {number['fail']} failed, "
        f"{number['skip']} could not be checked"
    )


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """Count the findings of each state."""
    states = [finding.state for finding in findings]
    return {str(state): states.count(state) for state in State}


def finding_json(finding: Finding) -> dict[str, object]:
    """Give one finding as the contract spells it."""
    return {
        "id": finding.id,
        "state": str(finding.state),
        "function": finding.function or None,
        "qualifier": finding.qualifier or None,
        "slot": str(finding.slot) if finding.slot else None,
        "target": finding.target or None,
        "message": finding.message,
        "hint": finding.hint or None,
        "evidence": dict(finding.evidence),
    }


def finding_lines(findings: Iterable[Finding]) -> Iterator[Line]:
    """Give a heading a function and qualifier, and the lines of each finding."""
    for number, ((function, qualifier), group) in enumerate(
        groupby(findings, key=lambda each: (each.function, each.qualifier))
    ):
        members = list(group)
        if number:
            yield Line()
        if function:
            yield _heading(function, qualifier, members)
        for finding in members:
            yield from _lines(finding)


def _heading(function: str, qualifier: str, members: list[Finding]) -> Line:
    role = next((str(each.evidence["role"]) for each in members if "role" in each.evidence), "")
    beside = f"   role {role.rpartition('/')[2]}" if role else ""
    return Line.assemble((f"{inert(function)}:{inert(qualifier)}", "bold"), inert(beside))


def _lines(finding: Finding) -> Iterator[Line]:
    slot = f"{finding.slot.words}: " if finding.slot else ""
    word = f"{finding.state.upper():<5}"
    yield Line.assemble("  ", (word, _STYLES[finding.state]), f" {inert(finding.id)}  {slot}{inert(finding.message)}")
    lead = _NEXT if finding.state is State.SKIP else _FIX
    for line in inert_lines(finding.hint).split("\n") if finding.hint else ():
        yield Line(f"{lead}{line}")
        lead = _MORE


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
