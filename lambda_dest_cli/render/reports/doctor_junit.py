"""Findings as JUnit XML, which every CI shows: a suite a function and qualifier, a case a finding.

The format has no warnings: a warning is a case that passed and says so in its output. What could not be checked is
skipped, with the reason.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from lambda_dest_cli.checks import TOPICS
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.inert import inert, inert_lines

_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""What XML 1.0 has no way to write and ``inert`` leaves; the control characters it has spelled out."""


def as_document(report: DoctorReport) -> str:
    """Write all suites; no times, for a check has none of its own."""
    findings = report.findings
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="lds doctor" {_counts(findings)}>',
            *(line for suite in _suites(findings) for line in suite),
            "</testsuites>",
        ]
    )


def _suites(findings: Iterable[Finding]) -> Iterator[list[str]]:
    for (function, qualifier), group in groupby(findings, key=lambda each: (each.function, each.qualifier)):
        members = list(group)
        name = f"{function}:{qualifier}" if function else "lds doctor"
        cases = (line for finding in members for line in _case(finding, name))
        yield [f"  <testsuite name={_attribute(name)} {_counts(members)}>", *cases, "  </testsuite>"]


def _counts(findings: Iterable[Finding]) -> str:
    states = [finding.state for finding in findings]
    failed, skipped = states.count(State.FAIL), states.count(State.SKIP)
    return f'tests="{len(states)}" failures="{failed}" errors="0" skipped="{skipped}"'


def _case(finding: Finding, suite: str) -> Iterator[str]:
    topic = TOPICS.get(finding.id)
    title = topic.title if topic else ""
    words = " ".join(filter(None, (finding.id, finding.slot and finding.slot.words, title)))
    opening = f"    <testcase classname={_attribute(suite)} name={_attribute(words)}"
    inside = _inside(finding)
    if not inside:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    yield f"      {inside}"
    yield "    </testcase>"


def _inside(finding: Finding) -> str:
    message = _attribute(finding.message)
    text = escape(inert_lines(f"{finding.message}\n{finding.hint}".strip()).translate(_NO_XML))
    match finding.state:
        case State.FAIL:
            return f"<failure type={_attribute(finding.id)} message={message}>{text}</failure>"
        case State.SKIP:
            return f"<skipped message={message}/>"
        case State.WARN:
            return f"<system-out>WARNING {text}</system-out>"
        case State.PASS:
            return ""


def _attribute(text: str) -> str:
    return quoteattr(inert(text).translate(_NO_XML))
