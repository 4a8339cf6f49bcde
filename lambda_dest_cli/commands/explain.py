"""``lds explain``: what a finding's id stands for."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand, examples
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.result import Text

_EXAMPLES = """
Examples:
  lds explain LDS302
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("check_id", metavar="ID")
@click.pass_obj
def command(context: Context, check_id: str) -> "Text":
    """Say what a check means, how Lambda behaves, and where AWS says so. It needs no credentials."""
    context.command = "explain"
    from lambda_dest_cli.checks.explanation import explanation
    from lambda_dest_cli.model.result import Text

    return Text(explanation(check_id))
