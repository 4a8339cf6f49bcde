"""``lds show``: functions as they are now."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result


@click.command(cls=LdsCommand)
@click.argument("functions", metavar="[FN]...", type=FUNCTION, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every function of the region, configured or not.")
@click.pass_obj
def command(context: Context, functions: tuple["FunctionRef", ...], every: bool) -> "Result":
    """Show the destinations, retries and dead-letter queue of functions, qualifier by qualifier.

    Without FN: every function in the region that has an asynchronous configuration or a dead-letter queue.
    """
    context.command = "show"
    from lambda_dest_cli.aws.parallel import each
    from lambda_dest_cli.model.report import ShowReport
    from lambda_dest_cli.model.result import Result

    reader = context.aws.functions
    if functions:
        once = {str(state.facts.arn): state for state in each(reader.state, dict.fromkeys(functions))}
        return Result(ShowReport(tuple(once.values())))
    states = reader.states(reader.all())
    return Result(ShowReport(tuple(state for state in states if every or state.configured)))
