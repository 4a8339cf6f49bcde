"""``lds doctor``: find what keeps outcomes from arriving."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, same_aws
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambda_dest_cli.model.finding import Finding
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result, Text

_STATES = ("fail", "warn", "skip")
_EXPLANATION_COLUMNS = 80
_EXAMPLES = """
Examples:
  lds doctor orders
  lds doctor --fail-on fail,warn
  lds doctor --explain LDS302
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", type=FUNCTION, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every function of the region, configured or not.")
@click.option(
    "--fail-on", metavar="STATES", default="fail", show_default=True, help="Exit 3 on these: fail, warn, skip."
)
@click.option("--ignore", metavar="ID", multiple=True, help="Leave a check out; may be repeated.")
@click.option("--explain", metavar="ID", help="Say what a check means, and stop.")
@click.pass_obj
def command(
    context: Context,
    functions: tuple["FunctionRef", ...],
    every: bool,
    fail_on: str,
    ignore: tuple[str, ...],
    explain: str | None,
) -> "Result | Text":
    """Check that the outcomes of functions can arrive, and say who stands in the way.

    Without FN: every function in the region that has an asynchronous configuration or a dead-letter queue.
    """
    context.command = "doctor"
    if explain:
        return _explanation(explain)
    if functions and every:
        raise UsageProblem("functions are named, and --all says every function", "leave one of the two out")
    ignored = {_known(each) for each in ignore}
    states = _states(fail_on)
    return _result(_findings(context, functions, every, ignored), states)


def _findings(
    context: Context, functions: tuple["FunctionRef", ...], every: bool, ignored: "Collection[str]"
) -> "tuple[Finding, ...]":
    from lambda_dest_cli.checks import run, run_once
    from lambda_dest_cli.checks.cure import for_the_same_aws
    from lambda_dest_cli.checks.select import everywhere, named

    first = run_once(context.aws, ignored)
    selection = named(functions, context.aws) if functions else everywhere(every, context.aws)
    unread = tuple(finding for finding in selection.unread if finding.id not in ignored)
    findings = (*first, *unread, *run(selection.subjects, context.aws, ignore=ignored))
    return for_the_same_aws(findings, *same_aws(context, context.aws))


def _result(findings: "tuple[Finding, ...]", states: "Collection[str]") -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.report import DoctorReport
    from lambda_dest_cli.model.result import Result, Status

    if any(str(finding.state) in states for finding in findings):
        return Result(DoctorReport(findings), Status.FINDINGS, ExitCode.FINDINGS)
    return Result(DoctorReport(findings))


def _explanation(check_id: str) -> "Text":
    from textwrap import fill

    from lambda_dest_cli.checks import TOPICS
    from lambda_dest_cli.model.result import Text

    topic = TOPICS[_known(check_id)]
    return Text(f"{topic.id}  {topic.title}\n\n{fill(topic.explanation, _EXPLANATION_COLUMNS, break_on_hyphens=False)}")


def _states(text: str) -> set[str]:
    states = {each.strip().lower() for each in text.split(",")}
    if not states <= set(_STATES):
        raise UsageProblem(f"--fail-on {text!r}: name fail, warn or skip, separated by commas")
    return states


def _known(check_id: str) -> str:
    """Give the id as it is written; raises UsageProblem for one that no finding has."""
    from lambda_dest_cli.checks import TOPICS

    name = check_id.strip().upper()
    if name in TOPICS:
        return name
    near = get_close_matches(name, TOPICS, 1)
    hint = f"did you mean {near[0]}?" if near else f"the checks are {', '.join(sorted(TOPICS))}"
    raise UsageProblem(f"there is no check {check_id!r}", hint)
