"""``lds demo``: see it all work, without an AWS account."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.result import Stream


@click.command(cls=LdsCommand)
@click.option("--keep", is_flag=True, help="Leave the embedded AWS running, to go on with.")
@click.pass_obj
def command(context: Context, keep: bool) -> "Stream":
    """Show a function succeed and fail, and its outcomes arrive, on an embedded AWS.

    Takes some seconds, asks nothing, needs no account and leaves nothing behind.
    """
    context.command = "demo"
    from lambda_dest_cli.local.demo import perform
    from lambda_dest_cli.model.result import Stream

    return Stream(perform(keep, context.options.color, quiet=context.options.output == "json"))
