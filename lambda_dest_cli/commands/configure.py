"""``lds configure``: set where a function's outcomes go, after checking that they can get there."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lambda_dest_cli.commands.options import (
    DURATION,
    FUNCTION,
    LdsCommand,
    examples,
    one_qualifier,
    qualifier_option,
    same_aws,
    yes_option,
)
from lambda_dest_cli.commands.specs import FleetRequest, configure_fleet, spec_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined, ExitCode, UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.destinations import Need
    from lambda_dest_cli.model.arn import Arn
    from lambda_dest_cli.model.configuration import ConfigPatch, FunctionState, Unset
    from lambda_dest_cli.model.finding import Finding
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.report import ConfigureReport
    from lambda_dest_cli.model.result import Result

_WAIT_SECONDS = 120
_EXAMPLES = """
Examples:
  lds configure orders --on-failure sqs:orders-failed
  lds configure orders:live --on-success events:default --retries 1 --max-age 1h
  lds configure orders --dlq sqs:orders-dlq --fix-role
  lds configure orders --on-success none
  lds configure -f lds.yaml --dry-run
"""


class Request(NamedTuple):
    """What was asked for on the command line."""

    function: "FunctionRef"
    on_success: str | None
    on_failure: str | None
    dlq: str | None
    retries: int | None
    max_age: int | None
    replace: bool
    dry_run: bool
    yes: bool
    skip_checks: bool
    fix_role: bool
    wait: bool
    expect: str | None


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", nargs=-1, type=FUNCTION)
@spec_option
@click.option("--on-success", metavar="DEST", help="Where the record of a success goes; none to clear.")
@click.option("--on-failure", metavar="DEST", help="Where the record of a failure goes; none to clear.")
@click.option("--dlq", metavar="DEST", help="Dead-letter queue or topic of the function; none to clear.")
@click.option("--retries", type=click.IntRange(0, 2), help="Attempts after the first, 0 to 2.")
@click.option("--max-age", metavar="DUR", type=DURATION, help="Give an event up after this long, 60s to 6h.")
@qualifier_option
@click.option("--replace", is_flag=True, help="Set what is not named back to AWS's default.")
@click.option("--dry-run", is_flag=True, help="Show what would change and stop.")
@yes_option
@click.option("--skip-checks", is_flag=True, help="Write even what the checks say cannot work.")
@click.option("--fix-role", is_flag=True, help="Grant the role what it lacks, as the inline policy lds-destinations.")
@click.option("--wait/--no-wait", default=True, help="Wait until Lambda sees a fresh permission.")
@click.option("--expect", metavar="DIGEST", help="Refuse any plan but the one with this digest.")
@click.pass_obj
def command(
    context: Context,
    /,
    functions: "tuple[FunctionRef, ...]",
    files: tuple[str, ...],
    qualifier: str | None,
    **asked: Any,
) -> "Result":
    """Set the destinations, retries and dead-letter queue of a function, or of all functions of a spec.

    What is not named stays as it is. DEST is an ARN, sqs:NAME, sns:NAME, events:BUS, lambda:NAME[:QUALIFIER],
    s3:BUCKET (failures only), an SQS queue URL, or none. With -f, or without FN, a spec says what is wanted.
    """
    context.command = "configure"
    if files or not functions:
        return configure_fleet(context, _fleet_request(functions, files, qualifier, asked))
    if len(functions) > 1:
        raise UsageProblem(
            "name one function, or a spec with -f", "a spec sets many at once: lds import --all shows one"
        )
    request = Request(one_qualifier(functions[0], qualifier), **asked)
    _check_usage(request)
    return _configure(context, request)


def _fleet_request(
    functions: "tuple[FunctionRef, ...]", files: tuple[str, ...], qualifier: str | None, asked: "dict[str, Any]"
) -> FleetRequest:
    """Make the request of a spec; raises UsageProblem for an option that only one function has."""
    names = {"on_success": "--on-success", "on_failure": "--on-failure", "dlq": "--dlq", "retries": "--retries",
             "max_age": "--max-age"}  # fmt: skip
    alone = [option for name, option in names.items() if asked[name] is not None]
    alone += ["--qualifier"] * (qualifier is not None) + ["--replace"] * asked["replace"]
    if alone:
        raise UsageProblem(
            f"{', '.join(alone)}: of which function?", "name it before the options; a spec says it all by itself"
        )
    _refuse_two_minds(asked["fix_role"], asked["skip_checks"])
    return FleetRequest(
        files, functions, asked["dry_run"], asked["yes"], asked["skip_checks"], asked["fix_role"],
        _WAIT_SECONDS if asked["wait"] else 0, asked["expect"],
    )  # fmt: skip


def _check_usage(request: Request) -> None:
    from lambda_dest_cli.model.configuration import EVENT_AGE_RANGE

    settings = (request.on_success, request.on_failure, request.dlq, request.retries, request.max_age)
    if all(each is None for each in settings) and not (request.replace or request.fix_role):
        raise UsageProblem(
            "nothing to change is named",
            "name one of --on-success --on-failure --dlq --retries --max-age --replace --fix-role",
        )
    _refuse_two_minds(request.fix_role, request.skip_checks)
    if request.max_age is not None and request.max_age not in EVENT_AGE_RANGE:
        raise UsageProblem(f"--max-age is {request.max_age} seconds; Lambda takes 60 s to 21600 s (6h)")


def _refuse_two_minds(fix_role: bool, skip_checks: bool) -> None:
    if fix_role and skip_checks:
        raise UsageProblem(
            "--fix-role cures what the checks find, and --skip-checks makes none", "leave one of them out"
        )


def _configure(context: Context, request: Request) -> "Result":
    from lambda_dest_cli import planner
    from lambda_dest_cli.checks.preflight import blocking, exit_code
    from lambda_dest_cli.model.report import ConfigureReport
    from lambda_dest_cli.model.result import Result, Status

    state = context.aws.functions.state(request.function)
    wanted = planner.desired(state, request.function.qualifier, _patch(context, request, state), request.replace)
    plan = planner.plan(wanted, planner.settings_of(state))
    if request.expect not in (None, plan.digest):
        raise UsageProblem(f"the plan's digest is {plan.digest}, and --expect says {request.expect}", "review it again")
    report, needs = _checked(context, request, state, ConfigureReport(plan))
    failures = [] if request.skip_checks else blocking(report.findings, plan)
    if failures:
        return _held_back(report, failures, exit_code(failures))
    if request.dry_run:
        return Result(report, Status.CHANGES if plan or report.grant else Status.OK)
    _ask(context, request, report)
    if report.grant:
        report = _granted(context, request, state, report, needs)
        failures = blocking(report.findings, plan)
    return _held_back(report, failures, ExitCode.PARTIAL) if failures else _carry_out(context, request, state, report)


def _patch(context: Context, request: Request, state: "FunctionState") -> "ConfigPatch":
    """Resolve what was typed; a queue URL is said to have been understood."""
    from lambda_dest_cli.destinations import parse
    from lambda_dest_cli.model.configuration import UNSET, ConfigPatch

    def destination(text: str | None) -> "Arn | Unset | None":
        if text is None or text == "none":
            return UNSET if text is None else None
        arn = parse(text, state.facts.arn)
        if "://" in text:
            context.screen.note(f"{text} is the queue {arn}")
        return arn

    return ConfigPatch(
        on_success=destination(request.on_success),
        on_failure=destination(request.on_failure),
        dead_letter=destination(request.dlq),
        maximum_retry_attempts=UNSET if request.retries is None else request.retries,
        maximum_event_age_in_seconds=UNSET if request.max_age is None else request.max_age,
    )


def _checked(
    context: Context, request: Request, state: "FunctionState", report: "ConfigureReport"
) -> "tuple[ConfigureReport, tuple[Need, ...]]":
    """Run the checks and, with --fix-role, work out what would cure what they find missing; writes nothing."""
    from dataclasses import replace

    from lambda_dest_cli.checks.preflight import blocking
    from lambda_dest_cli.granter import curable, grant_for

    if request.skip_checks or not (report.plan or request.fix_role):
        return report, ()
    findings = _findings(context, request, state, report)
    needs = curable(findings) if request.fix_role else ()
    left = tuple(each for each in findings if not curable([each]))
    if not needs or blocking(left, report.plan):  # no policy for a change that is held back all the same
        return replace(report, findings=findings), ()
    grant = grant_for(context.aws.function(request.function).role, needs, context.aws)
    return replace(report, findings=left, grant=grant), needs


def _findings(
    context: Context, request: Request, state: "FunctionState", report: "ConfigureReport"
) -> "tuple[Finding, ...]":
    from lambda_dest_cli.checks.cure import for_the_same_aws
    from lambda_dest_cli.checks.preflight import preflight

    return for_the_same_aws(
        preflight(state, request.function, report.plan, context.aws), *same_aws(context, context.aws)
    )


def _ask(context: Context, request: Request, report: "ConfigureReport") -> None:
    """Show what is to be written and ask where something is replaced, before the first write; raises Declined."""
    from lambda_dest_cli.planner import replaces

    if report.grant:
        context.screen.preview(report.grant)
    if any(replaces(change) for change in report.plan):
        if not request.yes:
            context.screen.preview(report.plan)
        if not context.agree("This replaces or removes what is set.", request.yes):
            raise Declined("nothing was written: the answer was no")


def _granted(
    context: Context, request: Request, state: "FunctionState", report: "ConfigureReport", needs: "tuple[Need, ...]"
) -> "ConfigureReport":
    """Write the policy and check again."""
    from dataclasses import replace

    from lambda_dest_cli.granter import apply_grant

    if report.grant and not apply_grant(report.grant, needs, context.aws):
        context.screen.note(f"IAM does not show the new policy of {report.grant.role} yet")
    return replace(report, findings=_findings(context, request, state, report), granted=True)


def _held_back(report: "ConfigureReport", failures: "list[Finding]", code: ExitCode) -> "Result":
    from lambda_dest_cli.model.result import Problem, Result, Status

    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    done = "nothing was written"
    if report.grant and report.granted:
        done = f"the policy {report.grant.policy_name} was written, the function was not configured"
    problem = Problem(
        "HeldBack",
        f"{done}: {failures[0].message}{more}",
        "cure what failed, or write it anyway with --skip-checks",
    )
    statuses = {ExitCode.FINDINGS: Status.FINDINGS, ExitCode.PARTIAL: Status.PARTIAL}
    return Result(report, statuses.get(code, Status.ERROR), code, (problem,))


def _carry_out(context: Context, request: Request, state: "FunctionState", report: "ConfigureReport") -> "Result":
    from dataclasses import replace

    from lambda_dest_cli.executor import Patience, execute, result_of
    from lambda_dest_cli.model.finding import State

    checked = not request.skip_checks and all(each.state is not State.FAIL for each in report.findings)
    patience = Patience(_WAIT_SECONDS if request.wait and checked else 0, context.screen.note)
    steps = tuple(execute(report.plan, {state.facts.name: request.function}, context.aws, patience))
    return result_of(replace(report, steps=steps))
