"""The checks ahead of a write: of what is about to be written, not of what is there."""

from collections.abc import Iterable

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import AHEAD, run
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.model.configuration import DeadLetterConfig, EventInvokeConfig, FunctionState, Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.plan import Change, Kind, Plan

_TARGET_EXISTS = "LDS201"
_SHAPE = "LDS1"


def preflight(state: FunctionState, ref: FunctionRef, plan: Plan, aws: Aws) -> tuple[Finding, ...]:
    """Check a function under one qualifier as it would be once the plan is carried out."""
    return run([about_to_be(state, ref, plan, aws)], aws, AHEAD)


def about_to_be(state: FunctionState, ref: FunctionRef, changes: Iterable[Change], aws: Aws) -> Subject:
    """Give a function under one qualifier as it would be once these changes of it are made."""
    config, configured = state.configurations.get(ref.qualifier), ref.qualifier in state.configurations
    facts = state.facts if ref.qualifier == LATEST else aws.function(ref)
    dead_letter = facts.dead_letter
    for change in changes:
        if change.address.kind is Kind.INVOKE_CONFIG:
            config = change.after if isinstance(change.after, EventInvokeConfig) else None
            configured = config is not None
        else:
            dead_letter = change.after.target_arn if isinstance(change.after, DeadLetterConfig) else None
    return Subject(state, ref.qualifier, facts, config or EventInvokeConfig(), configured, dead_letter)


def blocking(findings: Iterable[Finding], plan: Plan) -> list[Finding]:
    """Give the failures that stand in the way: of the slots that the plan writes, and of the function as a whole."""
    slots: set[Slot | None] = {slot for change in plan if change.after for slot in change.after.destinations()}
    if slots:
        slots.add(None)
    return [each for each in findings if each.state is State.FAIL and each.slot in slots]


def exit_code(failures: Iterable[Finding]) -> ExitCode:
    """Give the code for a write that was held back: 2 where what was typed cannot be, 1 not found, 3 otherwise."""
    ids = {each.id for each in failures}
    if any(each.startswith(_SHAPE) for each in ids):
        return ExitCode.USAGE
    return ExitCode.ERROR if _TARGET_EXISTS in ids else ExitCode.FINDINGS
