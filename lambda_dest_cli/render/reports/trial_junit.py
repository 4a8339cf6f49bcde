"""Trials as JUnit XML, which every CI shows: one suite, a case a function, with the seconds that it took."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.trial import FleetTrialReport, Trial, TrialReport, Verdict
from lambda_dest_cli.render.inert import inert, inert_lines

_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""What XML 1.0 has no way to write and ``inert`` leaves."""
_ELEMENTS = {Verdict.FAILED: "failure", Verdict.ERROR: "error"}


def as_document(report: TrialReport | FleetTrialReport) -> str:
    """Write the suite."""
    trials = report.trials if isinstance(report, FleetTrialReport) else (report.trial,)
    verdicts = [trial.verdict for trial in trials]
    failed, errors = verdicts.count(Verdict.FAILED), verdicts.count(Verdict.ERROR)
    counts = (
        f'tests="{len(trials)}" failures="{failed}" errors="{errors}" skipped="{verdicts.count(Verdict.SKIPPED)}" '
        f'time="{sum(trial.seconds for trial in trials):.3f}"'
    )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="lds test" {counts}>',
            f'  <testsuite name="lds test" {counts}>',
            *(line for trial in trials for line in _case(trial)),
            "  </testsuite>",
            "</testsuites>",
        ]
    )


def _case(trial: Trial) -> Iterator[str]:
    name = f"{trial.function} {trial.expected or 'any outcome'}"
    yield f'    <testcase classname={_attribute(trial.function)} name={_attribute(name)} time="{trial.seconds:.3f}">'
    message = _attribute(trial.words)
    if trial.verdict is Verdict.SKIPPED:
        yield f"      <skipped message={message}/>"
    elif trial.verdict in _ELEMENTS:
        element, text = _ELEMENTS[trial.verdict], escape(inert_lines("\n".join(_reasons(trial))).translate(_NO_XML))
        kind = trial.problem.code if trial.problem else "NotDelivered"
        yield f"      <{element} type={_attribute(kind)} message={message}>{text}</{element}>"
    told = "\n".join(f"{hop.seconds:.3f} s {hop.name}" for hop in trial.hops)
    if told:
        yield f"      <system-out>{escape(inert_lines(told).translate(_NO_XML))}</system-out>"
    yield "    </testcase>"


def _reasons(trial: Trial) -> Iterator[str]:
    yield trial.words
    if trial.hint:
        yield trial.hint
    if trial.request_id:
        yield f"request {trial.request_id}"
    for finding in trial.findings:
        if finding.state is State.FAIL:
            yield f"{finding.id} {finding.message}"
            yield from [f"fix: {finding.hint}"] if finding.hint else []


def _attribute(text: str) -> str:
    return quoteattr(inert(text).translate(_NO_XML))
