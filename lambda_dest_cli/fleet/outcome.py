"""How a run over specs ended: its status, exit code and the errors that are told."""

from collections.abc import Iterable, Sequence

from lambda_dest_cli.checks.preflight import exit_code
from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.fleet.applying import held_back
from lambda_dest_cli.fleet.draft import Draft
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fleet import Fleet, FleetReport, PlanReport
from lambda_dest_cli.model.plan import Outcome, StepResult
from lambda_dest_cli.model.result import Problem, Result, Status


def of_plan(drafts: Sequence[Draft], strict: bool) -> Result:
    """Give what ``plan`` answers; ``strict`` (--exit-code) makes differences and failed checks count as 3."""
    fleet = Fleet(tuple(draft.part for draft in drafts))
    changed = any(part.plan for part in fleet.parts)
    failed = any(finding.state is State.FAIL for part in fleet.parts for finding in part.findings)
    problems = _troubles(fleet)
    if problems:
        return Result(PlanReport(fleet), *_with_troubles(drafts), problems)
    status = Status.CHANGES if changed else Status.FINDINGS if failed else Status.OK
    return Result(PlanReport(fleet), status, ExitCode.FINDINGS if strict and (changed or failed) else ExitCode.OK)


def of_dry_run(drafts: Sequence[Draft], force: bool) -> Result:
    """Give what ``configure -f --dry-run`` answers."""
    report = FleetReport(Fleet(tuple(draft.part for draft in drafts)))
    held = [] if force else [failure for draft in drafts for found in held_back(draft).values() for failure in found]
    problems = _troubles(report.fleet)
    if problems:
        return Result(report, *_with_troubles(drafts), problems)
    if held and not any(part.grants for part in report.fleet.parts):
        return Result(report, Status.FINDINGS, exit_code(held), (_held(held),))
    return Result(report, Status.CHANGES if any(part.plan for part in report.fleet.parts) else Status.OK)


def of_run(drafts: Sequence[Draft], interrupted: bool) -> Result:
    """Give what ``configure -f`` answers: 0 when all was done, 5 when some was, else what kept it from being done."""
    report = FleetReport(Fleet(tuple(draft.part for draft in drafts)))
    steps = [step for part in report.fleet.parts for step in part.steps]
    problems = (*_troubles(report.fleet), *_failures(steps))
    if interrupted:
        done = sum(step.outcome is Outcome.APPLIED for step in steps)
        told = Problem(
            "Interrupted", f"interrupted: {done} of {len(steps)} changes were made", "run the same command again"
        )
        return Result(report, Status.PARTIAL, ExitCode.INTERRUPTED, (*problems, told))
    undone = [step for step in steps if step.outcome is not Outcome.APPLIED]
    if not undone and not problems:
        return Result(report)
    if len(undone) < len(steps) or any(part.grants for part in report.fleet.parts):
        return Result(report, Status.PARTIAL, ExitCode.PARTIAL, problems)
    held = [failure for draft in drafts for found in held_back(draft).values() for failure in found]
    if held and all(step.outcome is Outcome.SKIPPED for step in undone):
        code = exit_code(held)
        return Result(report, Status.FINDINGS if code is ExitCode.FINDINGS else Status.ERROR, code, problems)
    status = (Status.ERROR, ExitCode.ERROR) if steps else _with_troubles(drafts)
    return Result(report, *status, problems)


def _with_troubles(drafts: Sequence[Draft]) -> tuple[Status, ExitCode]:
    """Give 5 where some functions could be read, 1 where none could."""
    if any(draft.states for draft in drafts):
        return Status.PARTIAL, ExitCode.PARTIAL
    return Status.ERROR, ExitCode.ERROR


def _troubles(fleet: Fleet) -> tuple[Problem, ...]:
    return tuple(Problem(each.code, each.message, each.hint) for each in fleet.troubles())


def _failures(steps: Iterable[StepResult]) -> Iterable[Problem]:
    """Tell each function's failure once; the changes after it were skipped because of it."""
    told: set[tuple[str, str]] = set()
    for step in steps:
        address = step.change.address
        held = step.outcome is Outcome.SKIPPED and step.error.startswith("held back")
        if (step.outcome is Outcome.FAILED or held) and (address.function, step.error) not in told:
            told.add((address.function, step.error))
            hint = "cure what failed, or write it anyway with --skip-checks" if held else step.hint
            code = "HeldBack" if held else "Failed"
            yield Problem(code, f"{address.function}:{address.qualifier}: {step.error}", hint)


def _held(failures: Sequence[Finding]) -> Problem:
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    return Problem(
        "HeldBack", f"it would be held back: {failures[0].message}{more}",
        "cure what failed, grant what lacks with --fix-role, or write it anyway with --skip-checks",
    )  # fmt: skip
