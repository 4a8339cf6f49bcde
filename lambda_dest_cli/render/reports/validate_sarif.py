"""Complaints as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), which code scanning reads."""

from urllib.parse import quote

from lambda_dest_cli import __version__
from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.report import ValidateReport
from lambda_dest_cli.render.json_format import dumps

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {State.FAIL: "error", State.WARN: "warning"}


def as_document(report: ValidateReport) -> str:
    """Write one run of one tool."""
    rules = sorted({*report.titles, *(complaint.id for complaint in report.complaints)})
    driver = {"name": "lds", "version": __version__, "rules": [_rule(each, report) for each in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(complaint, rules) for complaint in report.complaints],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: str, report: ValidateReport) -> dict[str, object]:
    return {"id": rule, "shortDescription": {"text": report.titles.get(rule, rule)}}


def _result(complaint: Complaint, rules: list[str]) -> dict[str, object]:
    text = complaint.message + (f"\n{complaint.hint}" if complaint.hint else "")
    return {
        "ruleId": complaint.id,
        "ruleIndex": rules.index(complaint.id),
        "level": _LEVELS.get(complaint.state, "note"),
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(complaint.place)}],
    }


def _location(place: Place) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column}
    return location


def _uri(file: str) -> str:
    """Write a path as a URI reference; a relative one stays relative, to whatever the reader takes as its root."""
    path = quote(file.replace("\\", "/").removeprefix("./"), errors="replace")
    return f"file://{path}" if path.startswith("/") else path
