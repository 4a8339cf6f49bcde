"""One function that was tried: the verdict, the hops with their times, the record, and why where it failed."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.trial import Hop, Trial, TrialReport, Verdict
from lambda_dest_cli.records import member
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.json_lines import json_lines
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.reports.doctor import finding_json

_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.SKIPPED: "magenta", Verdict.ERROR: "bold red"}
_STATES = {State.FAIL: "bold red", State.WARN: "yellow", State.SKIP: "magenta", State.PASS: "green"}
_LIMIT = 400
_AGAINST_SHOWN = 4


def as_json(report: TrialReport) -> dict[str, object]:
    """Give the trial as the contract spells it."""
    return trial_json(report.trial)


def as_text(report: TrialReport) -> Iterable[Line]:
    """Give the verdict, the hops, what is missing, the likely cause and the record."""
    trial = report.trial
    yield from trial_lines(trial)
    if trial.line is not None:
        yield Line("  record", "bold")
        payload = member(trial.line.record.text, "body") if trial.line.slot == "dead_letter" else None
        yield from json_lines(payload or trial.line.record.text, "    ")


def trial_json(trial: Trial) -> dict[str, object]:
    """Give one trial; ``record`` is text that the format passes on as it is."""
    return {
        "function": trial.function,
        "verdict": str(trial.verdict),
        "message": trial.words,
        "hint": trial.hint or None,
        "request_id": trial.request_id,
        "expected": trial.expected and str(trial.expected),
        "outcome": trial.outcome and str(trial.outcome),
        "seconds": round(trial.seconds, 3),
        "hops": [
            {"name": hop.name, "at": _iso(hop), "seconds": round(hop.seconds, 3)}
            | ({"note": hop.beside} if hop.beside else {})
            for hop in trial.hops
        ],
        "missing": [{"slot": str(slot), "destination": str(arn)} for slot, arn in trial.missing.items()],
        "findings": [finding_json(finding) for finding in trial.findings],
        "record": trial.line.record if trial.line else None,
    }


def trial_lines(trial: Trial) -> Iterator[Line]:
    """Give everything but the record."""
    yield verdict_line(trial)
    for hop in trial.hops:
        name = hop.name.replace("on_success", "on-success").replace("on_failure", "on-failure")
        beside = f"   {inert(hop.beside)}" if hop.beside else ""
        yield Line.assemble(
            (f"  {hop.seconds:>8.1f} s  ", "dim"),
            inert(name.replace("dead_letter", "dead-letter queue")),
            (beside, "dim"),
        )
    for slot, arn in trial.missing.items():
        yield Line.assemble(("         -    ", "dim"), (f"{slot.words} {inert(label(arn))}   nothing came", "red"))
    if trial.hint:
        yield Line(f"  {inert(trial.hint, _LIMIT)}")
    yield from cause_lines(trial)


def verdict_line(trial: Trial) -> Line:
    """Give the one line that says it all."""
    took = f"in {trial.seconds:.1f} s: " if trial.verdict is Verdict.PASSED else ""
    return Line.assemble(
        (f"{trial.verdict.upper():<7}", _STYLES[trial.verdict]),
        f" {inert(trial.function)}  {took}{inert(trial.words, _LIMIT)}",
    )


def cause_lines(trial: Trial) -> Iterator[Line]:
    """Name the likely cause, then what else stands against it."""
    against = [each for each in trial.findings if each.state is State.FAIL]
    doubts = [each for each in trial.findings if each.state is not State.FAIL]
    if against:
        yield Line("  likely cause", "bold")
        for finding in against[:_AGAINST_SHOWN]:
            yield from _finding(finding)
    elif trial.missing and trial.verdict is Verdict.FAILED:
        yield Line("  no check finds a cause" + ("; what may be one:" if doubts else ""), "bold")
    if not against:
        for finding in doubts[:_AGAINST_SHOWN]:
            yield from _finding(finding)
    if trial.more:
        yield Line(f"  see more with: {'; '.join(inert(each) for each in trial.more)}")


def _finding(finding: Finding) -> Iterator[Line]:
    slot = f"{finding.slot.words}: " if finding.slot else ""
    word = f"{finding.state.upper():<5}"
    yield Line.assemble("    ", (word, _STATES[finding.state]), f" {inert(finding.id)}  {slot}{inert(finding.message)}")
    lead = "          fix: "
    for line in inert_lines(finding.hint).split("\n") if finding.hint else ():
        yield Line(f"{lead}{line}")
        lead = " " * len(lead)


def _iso(hop: Hop) -> str:
    return hop.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
