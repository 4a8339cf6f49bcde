"""Complaints about files: one line each, in the form that editors and terminals make a link of."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.report import ValidateReport
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.line import Line

_STYLES = {State.WARN: "yellow", State.FAIL: "bold red"}


def as_json(report: ValidateReport) -> dict[str, object]:
    """Give the complaints as the contract spells them, and how many there are of each state."""
    return {"complaints": [complaint_json(each) for each in report.complaints], "summary": summary(report)}


def as_text(report: ValidateReport) -> Iterable[Line]:
    """Give each complaint with its hint under it, then a count of the same list."""
    for complaint in report.complaints:
        yield from _lines(complaint)
    counts = summary(report)
    if report.complaints:
        yield Line()
    files = _count(counts["files"], "file")
    yield Line(f"{files}: {counts['fail']} failed, {_count(counts['warn'], 'warning')}")


def summary(report: ValidateReport) -> dict[str, int]:
    """Count the files, and the complaints of each state."""
    states = [complaint.state for complaint in report.complaints]
    return {"files": len(report.files), "fail": states.count(State.FAIL), "warn": states.count(State.WARN)}


def complaint_json(complaint: Complaint) -> dict[str, object]:
    """Give one complaint as the contract spells it; a whole file has neither line nor column."""
    return {
        "id": complaint.id,
        "state": str(complaint.state),
        "file": complaint.place.file,
        "line": complaint.place.line or None,
        "column": complaint.place.column or None,
        "message": complaint.message,
        "hint": complaint.hint or None,
    }


def _lines(complaint: Complaint) -> Iterator[Line]:
    word = complaint.state.upper()
    yield Line.assemble(
        f"{inert(str(complaint.place))}: {inert(complaint.id)} ",
        (word, _STYLES.get(complaint.state, "")),
        f" {inert(complaint.message)}",
    )
    for line in inert_lines(complaint.hint).split("\n") if complaint.hint else ():
        yield Line(f"    {line}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
