"""``lds doctor``: find what keeps outcomes from arriving."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_dest_cli.model.finding import Finding
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result, Text

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
    from lambda_dest_cli.checks import CHECKS, credentials, run
    from lambda_dest_cli.checks.select import subjects
    from lambda_dest_cli.model.report import DoctorReport
    from lambda_dest_cli.model.result import Text

    known = [*CHECKS]
    if explain:
        check = CHECKS[_known(explain, known)]
        return Text(f"{check.id}  {check.title}\n\n{check.explanation}")
    ignored = {_known(each, known) for each in ignore}
    states = _states(fail_on)
    findings = (credentials(context.aws), *run(subjects(functions, every, context.aws), context.aws, ignored))
    return _result(DoctorReport(findings), findings, states)


def _result(report: object, findings: "Iterable[Finding]", states: set[str]) -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.result import Result, Status

    if any(str(finding.state) in states for finding in findings):
        return Result(report, Status.FINDINGS, ExitCode.FINDINGS)
    return Result(report)


def _states(text: str) -> set[str]:
    states = {each.strip() for each in text.split(",")}
    if not states <= {"fail", "warn", "skip"}:
        raise UsageProblem(f"--fail-on {text!r}: name fail, warn or skip, separated by commas")
    return states


def _known(check_id: str, known: list[str]) -> str:
    if check_id.upper() in known:
        return check_id.upper()
    near = get_close_matches(check_id.upper(), known, 1)
    hint = f"did you mean {near[0]}?" if near else f"the checks are {', '.join(known)}"
    raise UsageProblem(f"there is no check {check_id!r}", hint)
