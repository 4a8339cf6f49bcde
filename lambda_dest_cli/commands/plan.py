"""``lds plan``: what configure would do with a spec; drift."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples
from lambda_dest_cli.commands.specs import drafted, spec_option
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result

_EXAMPLES = """
Examples:
  lds plan
  lds plan -f production/ --exit-code
  lds plan -f lds.yaml orders -o markdown
"""


@click.command(cls=LdsCommand, more_outputs=("markdown",), epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", nargs=-1, type=FUNCTION)
@spec_option
@click.option("--exit-code", is_flag=True, help="Exit with 3 when something differs or a check fails.")
@click.option("--skip-checks", is_flag=True, help="Only compare; look at no role and no destination.")
@click.pass_obj
def command(
    context: Context, functions: "tuple[FunctionRef, ...]", files: tuple[str, ...], exit_code: bool, skip_checks: bool
) -> "Result":
    """Show what configure would change so that functions are as a spec says; changes nothing.

    Without FN, every function of the spec.
    """
    context.command = "plan"
    from lambda_dest_cli.fleet.outcome import of_plan

    return of_plan(drafted(context, files, functions, not skip_checks), exit_code)
