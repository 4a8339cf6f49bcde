"""Findings: grouped by function and qualifier, each with its cure under it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.line import Line

_STYLES = {State.PASS: "green", State.WARN: "yellow", State.FAIL: "bold red", State.SKIP: "magenta"}
_INDENT = " " * 16


def as_json(report: DoctorReport) -> dict[str, object]:
    """Give the findings as the contract spells them, and how many there are of each state."""
    return {"findings": [finding_json(finding) for finding in report.findings], "summary": summary(report.findings)}


def as_text(report: DoctorReport) -> Iterable[Line]:
    """Give the findings, then a count of the same list."""
    yield from finding_lines(report.findings)
    if not any(finding.function for finding in report.findings):
        yield Line(
            "No function has an asynchronous configuration or a dead-letter queue here; lds doctor --all looks at all."
        )
        return
    counts = summary(report.findings)
    yield Line()
    yield Line(
        f"{counts['pass']} passed, {_count(counts['warn'], 'warning')}, {counts['fail']} failed, "
        f"{counts['skip']} could not be checked"
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
    """Give a heading a function and qualifier, and a line a finding."""
    for (function, qualifier), group in groupby(findings, key=lambda each: (each.function, each.qualifier)):
        members = list(group)
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
    yield Line.assemble(
        ("  ", ""),
        (f"{finding.state.upper():<5}", _STYLES[finding.state]),
        f" {finding.id}  {slot}{inert(finding.message)}",
    )
    for number, line in enumerate(inert_lines(finding.hint).split("\n") if finding.hint else ()):
        yield Line(f"{_INDENT}{'fix: ' if number == 0 else '     '}{line}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
