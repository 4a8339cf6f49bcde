"""Carry out a plan: one result a change, and one change's failure stops only its own function."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.errors import Conflict, CredentialsProblem, ExitCode, LdsError, Rejected
from lambda_dest_cli.model.configuration import DeadLetterConfig, EventInvokeConfig, Setting
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.plan import Action, Address, Change, Kind, Outcome, Plan, StepResult
from lambda_dest_cli.model.report import ConfigureReport
from lambda_dest_cli.model.result import Problem, Result, Status

# IAM and SQS are eventually consistent: Lambda may refuse for minutes what the simulation allows already
# (terraform-provider-aws retries on the same words; hashicorp/terraform-provider-aws#44517 saw 15 minutes).
_NOT_YET = ("does not have permissions to call", "destination ARN", "cannot be assumed by Lambda")
_RETRY_SECONDS = (1, 2, 3, 5, 5)
# A write's own answer may come before a read shows it.
_READ_BACK_SECONDS = (0, 0.2, 0.5, 1, 2)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a refusal that may pass is waited out, in seconds, and who is told meanwhile."""

    seconds: float
    tell: Callable[[str], None]


def execute(plan: Plan, functions: Mapping[str, FunctionRef], aws: Aws, patience: Patience) -> Iterator[StepResult]:
    """Carry out a plan in its order, yielding a result a change. ``functions`` has how each was named.

    CredentialsProblem is raised: after it nothing more can be done.
    """
    broken: set[str] = set()
    for change in plan:
        name = change.address.function
        if name in broken:
            yield StepResult(change, Outcome.SKIPPED, "an earlier change of this function failed")
            continue
        try:
            _carry_out(change, functions[name].at(change.address.qualifier), aws, patience)
        except CredentialsProblem:
            raise
        except LdsError as problem:
            broken.add(name)
            yield StepResult(change, Outcome.FAILED, problem.message, problem.hint)
        else:
            yield StepResult(change, Outcome.APPLIED)


def accepted(ref: FunctionRef, config: EventInvokeConfig, aws: Aws, patience: Patience) -> None:
    """Write what a qualifier has once more, until Lambda takes it: so it tells that it sees the role's permissions.

    Raises Rejected where it does not in time, and Conflict where the configuration is another meanwhile.
    """
    address = Address(ref.name, ref.qualifier, Kind.INVOKE_CONFIG)
    change = Change(Action.UPDATE, address, config, config)
    if _read(change, ref, aws) != config:
        raise Conflict(f"{_subject(change)} was changed by someone else meanwhile", "run the command again")
    _write_patiently(change, ref, aws, patience)


def _carry_out(change: Change, ref: FunctionRef, aws: Aws, patience: Patience) -> None:
    found = _read(change, ref, aws)
    if found == change.after:
        return
    if found != change.before:
        raise Conflict(
            f"{_subject(change)} was changed by someone else since the plan was made; nothing was written",
            "run the command again to see what is there now",
        )
    _write_patiently(change, ref, aws, patience)
    _read_back(change, ref, aws)


def _write_patiently(change: Change, ref: FunctionRef, aws: Aws, patience: Patience) -> None:
    waited = 0.0
    for attempt in range(10_000):
        try:
            return _write(change, ref, aws)
        except Rejected as refusal:
            pause = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
            if waited + pause > patience.seconds or not any(words in refusal.message for words in _NOT_YET):
                raise
            patience.tell(
                f"{_subject(change)}: Lambda does not see the permission yet; waiting {waited:.0f} of "
                f"{patience.seconds:.0f} s"
            )
            aws.sleep(pause)
            waited += pause
    raise AssertionError("the waiting above ends")


def _write(change: Change, ref: FunctionRef, aws: Aws) -> None:
    match change.after:
        case EventInvokeConfig() as config:
            aws.functions.put(ref, config)
        case DeadLetterConfig(target):
            aws.functions.set_dead_letter(ref, target)
        case None if change.address.kind is Kind.DEAD_LETTER:
            aws.functions.set_dead_letter(ref, None)
        case None:
            aws.functions.delete(ref)


def _read(change: Change, ref: FunctionRef, aws: Aws) -> Setting | None:
    if change.address.kind is Kind.INVOKE_CONFIG:
        return aws.functions.configuration(ref)
    target = aws.functions.get(ref).dead_letter
    return DeadLetterConfig(target) if target else None


def _read_back(change: Change, ref: FunctionRef, aws: Aws) -> None:
    for pause in _READ_BACK_SECONDS:
        aws.sleep(pause)
        if _read(change, ref, aws) == change.after:
            return
    raise Conflict(
        f"{_subject(change)} reads back differently from what was written",
        f"someone else may be changing it; look: lds show {change.address.function}",
    )


def _subject(change: Change) -> str:
    address = change.address
    return (
        f"{address.function} (DLQ)" if address.kind is Kind.DEAD_LETTER else f"{address.function}:{address.qualifier}"
    )


def result_of(report: ConfigureReport) -> Result:
    """Say how a run ended: 0 when every change was made, 5 when some were, 1 when none was."""
    failed = [step for step in report.steps if step.outcome is not Outcome.APPLIED]
    if not failed:
        return Result(report)
    problems = tuple(
        Problem("Failed", f"{_subject(step.change)}: {step.error}", step.hint)
        for step in failed
        if step.outcome is Outcome.FAILED
    )
    if len(failed) < len(report.steps) or report.grant:
        return Result(report, Status.PARTIAL, ExitCode.PARTIAL, problems)
    return Result(report, Status.ERROR, ExitCode.ERROR, problems)
