"""``lds import``: the live configuration as a spec."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.model.configuration import FunctionState
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Text

_EXAMPLES = """
Examples:
  lds import --all --out lds.yaml
  lds import orders billing > lds.yaml
"""


@click.command("import", cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", nargs=-1, type=FUNCTION)
@click.option("--all", "every", is_flag=True, help="Every function of the region that has something configured.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there, all at once.")
@click.pass_obj
def command(context: Context, functions: "tuple[FunctionRef, ...]", every: bool, out: str | None) -> "Text":
    """Print what is configured now as a spec; a plan of it is empty."""
    context.command = "import"
    if bool(functions) == every:
        raise UsageProblem("name functions, or --all for every one of the region", "such as: lds import --all")
    from lambda_dest_cli.model.result import Text
    from lambda_dest_cli.spec import dump

    states = _states(context, functions, every)
    home = states[0].facts.arn if states else context.aws.session.home()
    return Text(dump(states, home), out)


def _states(context: Context, functions: "tuple[FunctionRef, ...]", every: bool) -> "list[FunctionState]":
    from lambda_dest_cli.aws.parallel import each
    from lambda_dest_cli.aws.survey import survey_all

    if every:
        with context.screen.progress("reading") as advance:
            return [state for state in survey_all(context.aws.functions, advance) if state.configured]
    return each(context.aws.functions.state, functions)
