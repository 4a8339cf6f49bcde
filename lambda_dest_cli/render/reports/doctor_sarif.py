"""Findings as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format").

A finding is about a function in an account, not about a file: its place is logical. Code scanning on GitHub takes no
result without a file, so each names one after its function too (GitHub Docs, "SARIF support for code scanning").
"""

from hashlib import sha256
from urllib.parse import quote

from lambda_dest_cli import __version__
from lambda_dest_cli.checks import TOPICS
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.json_format import dumps

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {State.FAIL: "error", State.WARN: "warning"}


def as_document(report: DoctorReport) -> str:
    """Write one run of one tool: failures and warnings as results, what could not be checked as notifications.

    What passed is left out: readers show every result as a fault.
    """
    rules = sorted({finding.id for finding in report.findings})
    run = {
        "tool": {"driver": {"name": "lds", "version": __version__, "rules": [_rule(each) for each in rules]}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    _notification(each, rules) for each in report.findings if each.state is State.SKIP
                ],
            }
        ],
        "results": [_result(each, rules) for each in report.findings if each.state in _LEVELS],
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(check_id: str) -> dict[str, object]:
    topic = TOPICS.get(check_id)
    if topic is None:
        return {"id": check_id}
    return {
        "id": check_id,
        "shortDescription": {"text": topic.title},
        "fullDescription": {"text": topic.explanation},
        "help": {"text": topic.explanation},
        "helpUri": topic.page,
    }


def _result(finding: Finding, rules: list[str]) -> dict[str, object]:
    name = f"{finding.function}:{finding.qualifier}" if finding.function else "lds doctor"
    file = quote(f"lambda/{finding.function}" if finding.function else "lambda", errors="replace")
    return {
        "ruleId": finding.id,
        "ruleIndex": rules.index(finding.id),
        "level": _LEVELS[finding.state],
        "message": {"text": _text(finding)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}},
                "logicalLocations": [{"name": name, "kind": "function"}],
            }
        ],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "properties": {"slot": str(finding.slot) if finding.slot else None, "target": finding.target or None},
    }


def _notification(finding: Finding, rules: list[str]) -> dict[str, object]:
    subject = f"{finding.function}:{finding.qualifier}: " if finding.function else ""
    return {
        "level": "note",
        "message": {"text": subject + _text(finding)},
        "associatedRule": {"id": finding.id, "index": rules.index(finding.id)},
    }


def _text(finding: Finding) -> str:
    slot = f"{finding.slot.words}: " if finding.slot else ""
    return f"{slot}{finding.message}" + (f"\n{finding.hint}" if finding.hint else "")


def _fingerprint(finding: Finding) -> str:
    """Name the finding by what it is about, so that a run tomorrow tells it from a new one."""
    parts = (finding.id, finding.function, finding.qualifier, finding.slot or "", finding.target)
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()
