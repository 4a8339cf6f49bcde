"""``lds doctor``: find what keeps outcomes from arriving, and cure it."""

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, same_aws, yes_option
from lambda_dest_cli.commands.tail import Time
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.checks.subject import Subject
    from lambda_dest_cli.checks.visit import Order
    from lambda_dest_cli.model.finding import Finding
    from lambda_dest_cli.model.fix import Fix
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.past import Window
    from lambda_dest_cli.model.result import Result, Text

_STATES = ("fail", "warn", "skip")
_FIXES = ("permissions", "retention", "trust")
_KEPT_DAYS = 455
_WAIT_SECONDS = 120
_EXAMPLES = """
Examples:
  lds doctor orders
  lds doctor orders --fix
  lds doctor --since 7d --fail-on fail,warn
  lds doctor --explain LDS302
"""


class DoctorCommand(LdsCommand):
    """``--fix`` takes a word or none: the word behind it counts when it names a kind of fix, so that FN may follow."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Join ``--fix`` and its word, or give it the one that it has by default."""
        joined: list[str] = []
        for word in args:
            if joined and joined[-1] == "--fix":
                joined[-1] = f"--fix={word if word in _FIXES else _FIXES[0]}"
                if word in _FIXES:
                    continue
            joined.append(word)
        if joined and joined[-1] == "--fix":
            joined[-1] = f"--fix={_FIXES[0]}"
        return super().parse_args(ctx, joined)


class Request(NamedTuple):
    """What was asked for on the command line."""

    functions: tuple["FunctionRef", ...]
    files: tuple[str, ...]
    every: bool
    fix: tuple[str, ...]
    dry_run: bool
    yes: bool
    fail_on: str
    ignore: tuple[str, ...]
    since: "datetime"


class Place(NamedTuple):
    """One account and region that is visited."""

    aws: "Aws"
    order: "Order"
    words: tuple[list[str], list[str]]
    """What leads lds, and the AWS CLI, there."""


@click.command(cls=DoctorCommand, more_outputs=("markdown", "sarif", "junit"), epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", type=FUNCTION, nargs=-1)
@click.option("-f", "--file", "files", metavar="SPEC", multiple=True, help="The functions of a spec; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every function of the region, configured or not.")
@click.option(
    "--fix", metavar="[KIND]", type=click.Choice(_FIXES), multiple=True,
    help="Cure what can be cured, after asking: the role's permissions, or retention, or trust; may be repeated.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="With --fix: show what would change and stop.")
@yes_option
@click.option(
    "--fail-on", metavar="STATES", default="fail", show_default=True, help="Exit 3 on these: fail, warn, skip."
)
@click.option("--ignore", metavar="ID", multiple=True, help="Leave a check out; may be repeated.")
@click.option(
    "--since", metavar="TIME", type=Time(), default="24h", show_default=True, help="Read the metrics back to then."
)
@click.option("--explain", metavar="ID", help="Say what a check means, and stop.")
@click.pass_obj
def command(context: Context, /, explain: str | None, **asked: Any) -> "Result | Text":
    """Check that the outcomes of functions can arrive, and say who stands in the way.

    Without FN: every function in the region that has an asynchronous configuration or a dead-letter queue.

    --fix adds to the role's inline policy lds-destinations what is missing, takes out of it what is for destinations
    that are gone, and waits until Lambda sees it. --fix retention lets failure queues keep their messages for 14 days;
    --fix trust lets Lambda assume the role. Nothing else is changed.
    """
    context.command = "doctor"
    if explain:
        from lambda_dest_cli.checks.explanation import explanation
        from lambda_dest_cli.model.result import Text

        return Text(explanation(explain))
    return _examine(context, Request(**asked))


def _examine(context: Context, request: Request) -> "Result":
    from lambda_dest_cli.model.report import DoctorReport

    if request.functions and request.every:
        raise UsageProblem("functions are named, and --all says every function", "leave one of the two out")
    if request.files and request.every:
        raise UsageProblem("-f names the functions of a spec, and --all every function", "leave one of the two out")
    if (request.dry_run or request.yes) and not request.fix:
        raise UsageProblem("--dry-run and --yes are of --fix, which is not named", "name it, or leave them out")
    states = _states(request.fail_on)
    found: list[Finding] = []
    fixes: list[Fix] = []
    for place in _places(context, request):
        findings, made = _visited(context, request, place)
        found += findings
        fixes += made
    return _result(DoctorReport(tuple(found), tuple(fixes) if request.fix else None), states, request.dry_run)


def _places(context: Context, request: Request) -> "Iterator[Place]":
    """Give where to look: where the options say, or where each spec says."""
    from functools import partial

    from lambda_dest_cli.checks.explanation import topic
    from lambda_dest_cli.checks.select import everywhere, named, of_spec
    from lambda_dest_cli.checks.visit import Order, quiet
    from lambda_dest_cli.commands.specs import read_specs

    ignored = {topic(each).id for each in request.ignore}
    window = _window(request.since, context.clock())
    if not request.files:
        functions, every = request.functions, request.every
        select = partial(named, functions) if functions else partial(everywhere, every)
        yield Place(
            context.aws,
            Order(select, window, ignored, progress=quiet if functions else context.screen.progress),
            same_aws(context, context.aws),
        )
        return
    from lambda_dest_cli.fleet.planning import refuse_unknown

    specs = read_specs(request.files)
    chosen = {function.name for function in request.functions}
    refuse_unknown(specs, chosen)
    for spec in specs:
        aws = context.aws_for(spec)
        ignored_of = {function.name: function.ignore for function in spec.functions}
        names = [name for name in ignored_of if not chosen or name in chosen]
        order = Order(partial(of_spec, names), window, ignored, ignored_of, context.screen.progress)
        yield Place(aws, order, same_aws(context, aws, spec))


def _visited(context: Context, request: Request, place: Place) -> "tuple[Sequence[Finding], Sequence[Fix]]":
    """Look, and with --fix cure and look again."""
    from lambda_dest_cli.checks.cure import for_the_same_aws
    from lambda_dest_cli.checks.visit import visit

    subjects, findings = visit(place.order, place.aws)
    fixes: Sequence[Fix] = ()
    if request.fix:
        fixes = _fixed(context, request, place.aws, subjects, findings)
        if any(fix.outcome == "applied" for fix in fixes):
            _, findings = visit(place.order, place.aws.afresh())
    return for_the_same_aws(findings, *place.words), fixes


def _fixed(
    context: Context, request: Request, aws: "Aws", subjects: "Sequence[Subject]", findings: "Sequence[Finding]"
) -> "Sequence[Fix]":
    """Show what would be changed, ask, and change it."""
    from dataclasses import replace

    from lambda_dest_cli.executor import Patience
    from lambda_dest_cli.fixer import apply_fixes, plan_fixes
    from lambda_dest_cli.model.fix import FixKind, FixPlan
    from lambda_dest_cli.model.plan import Outcome

    planned = plan_fixes({FixKind(kind) for kind in request.fix}, subjects, findings, aws)
    open_, hopeless = [fix for fix in planned if not fix.outcome], [fix for fix in planned if fix.outcome]
    if request.dry_run or not open_:
        return planned
    context.screen.preview(FixPlan(planned))
    if not context.agree("This changes what is set.", request.yes):
        return [*hopeless, *(replace(fix, outcome=Outcome.SKIPPED, error="the answer was no") for fix in open_)]
    patience = Patience(_WAIT_SECONDS, context.screen.note)
    return [*hopeless, *apply_fixes(open_, subjects, aws, patience)]


def _result(report: Any, states: "Collection[str]", dry_run: bool) -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.plan import Outcome
    from lambda_dest_cli.model.result import Problem, Result, Status

    fixes: Sequence[Fix] = report.fixes or ()
    failed = tuple(
        Problem("Failed", f"{fix.target}: {fix.what}: {fix.error}") for fix in fixes if fix.outcome is Outcome.FAILED
    )
    if failed:
        some = any(fix.outcome is Outcome.APPLIED for fix in fixes)
        status, code = (Status.PARTIAL, ExitCode.PARTIAL) if some else (Status.ERROR, ExitCode.ERROR)
        return Result(report, status, code, failed)
    if any(str(finding.state) in states for finding in report.findings):
        return Result(report, Status.FINDINGS, ExitCode.FINDINGS)
    return Result(report, Status.CHANGES if dry_run and fixes else Status.OK)


def _states(text: str) -> set[str]:
    states = {each.strip().lower() for each in text.split(",")}
    if not states <= set(_STATES):
        raise UsageProblem(f"--fail-on {text!r}: name fail, warn or skip, separated by commas")
    return states


def _window(since: "datetime", now: float) -> "Window":
    from datetime import UTC, datetime, timedelta

    from lambda_dest_cli.model.past import Window

    end = datetime.fromtimestamp(now, UTC)
    if not timedelta(0) < end - since <= timedelta(days=_KEPT_DAYS):
        raise UsageProblem(
            f"--since {since.isoformat()}: name a time in the past {_KEPT_DAYS} days", "CloudWatch keeps no more"
        )
    return Window(since, end)
