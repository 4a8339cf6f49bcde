"""``lds doctor``: find what keeps outcomes from arriving."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, same_aws
from lambda_dest_cli.commands.tail import Time
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lambda_dest_cli.model.finding import Finding
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.past import Window
    from lambda_dest_cli.model.result import Result, Text

_STATES = ("fail", "warn", "skip")
_KEPT_DAYS = 455
_EXAMPLES = """
Examples:
  lds doctor orders
  lds doctor --since 7d --fail-on fail,warn
  lds doctor --explain LDS302
"""


@click.command(cls=LdsCommand, more_outputs=("markdown", "sarif", "junit"), epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", type=FUNCTION, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every function of the region, configured or not.")
@click.option(
    "--fail-on", metavar="STATES", default="fail", show_default=True, help="Exit 3 on these: fail, warn, skip."
)
@click.option("--ignore", metavar="ID", multiple=True, help="Leave a check out; may be repeated.")
@click.option(
    "--since", metavar="TIME", type=Time(), default="24h", show_default=True, help="Read the metrics back to then."
)
@click.option("--explain", metavar="ID", help="Say what a check means, and stop.")
@click.pass_obj
def command(
    context: Context,
    functions: tuple["FunctionRef", ...],
    every: bool,
    fail_on: str,
    ignore: tuple[str, ...],
    since: "datetime",
    explain: str | None,
) -> "Result | Text":
    """Check that the outcomes of functions can arrive, and say who stands in the way.

    Without FN: every function in the region that has an asynchronous configuration or a dead-letter queue.
    """
    context.command = "doctor"
    if explain:
        from lambda_dest_cli.checks.explanation import explanation
        from lambda_dest_cli.model.result import Text

        return Text(explanation(explain))
    if functions and every:
        raise UsageProblem("functions are named, and --all says every function", "leave one of the two out")
    from lambda_dest_cli.checks.explanation import topic

    ignored = {topic(each).id for each in ignore}
    states, window = _states(fail_on), _window(since, context.clock())
    return _result(_findings(context, functions, every, ignored, window), states)


def _findings(
    context: Context, functions: tuple["FunctionRef", ...], every: bool, ignored: "Collection[str]", window: "Window"
) -> "tuple[Finding, ...]":
    from lambda_dest_cli.checks import run, run_once, run_over_all
    from lambda_dest_cli.checks.cure import for_the_same_aws
    from lambda_dest_cli.checks.select import everywhere, named

    first = run_once(context.aws, ignored)
    selection = named(functions, context.aws) if functions else everywhere(every, context.aws)
    unread = tuple(finding for finding in selection.unread if finding.id not in ignored)
    context.aws.look_back((subject.facts.name for subject in selection.subjects), window)
    over_all = run_over_all(selection.subjects, context.aws, ignored)
    findings = (*first, *over_all, *unread, *run(selection.subjects, context.aws, ignore=ignored))
    return for_the_same_aws(findings, *same_aws(context, context.aws))


def _result(findings: "tuple[Finding, ...]", states: "Collection[str]") -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.report import DoctorReport
    from lambda_dest_cli.model.result import Result, Status

    if any(str(finding.state) in states for finding in findings):
        return Result(DoctorReport(findings), Status.FINDINGS, ExitCode.FINDINGS)
    return Result(DoctorReport(findings))


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
