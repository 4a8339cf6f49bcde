"""``lds remove``: delete a qualifier's configuration, or the dead-letter queue."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, one_qualifier, qualifier_option, yes_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined

if TYPE_CHECKING:
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result

_EXAMPLES = """
Examples:
  lds remove orders:live
  lds remove orders --dlq --yes
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("function", metavar="FN", type=FUNCTION)
@qualifier_option
@click.option("--dlq", is_flag=True, help="Take the dead-letter queue off the function as well.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed and stop.")
@yes_option
@click.pass_obj
def command(
    context: Context, function: "FunctionRef", qualifier: str | None, dlq: bool, dry_run: bool, yes: bool
) -> "Result":
    """Delete the asynchronous configuration of one qualifier, back to AWS's defaults without destinations.

    The dead-letter queue belongs to the whole function and stays unless --dlq is given.
    """
    context.command = "remove"
    from lambda_dest_cli.executor import Patience, execute, result_of
    from lambda_dest_cli.model.function_ref import LATEST
    from lambda_dest_cli.model.plan import Address, Kind
    from lambda_dest_cli.model.report import ConfigureReport
    from lambda_dest_cli.model.result import Result, Status
    from lambda_dest_cli.planner import removal, settings_of

    ref = one_qualifier(function, qualifier)
    state = context.aws.functions.state(ref)
    addresses = [Address(state.facts.name, ref.qualifier, Kind.INVOKE_CONFIG)]
    if dlq:
        addresses.append(Address(state.facts.name, LATEST, Kind.DEAD_LETTER))
    plan = removal(tuple(addresses), settings_of(state))
    if dry_run or not plan:
        return Result(ConfigureReport(plan), Status.CHANGES if plan else Status.OK)
    if not yes:
        context.screen.preview(plan)
    if not context.agree("This removes what is set.", yes):
        raise Declined("nothing was removed: the answer was no")
    steps = execute(plan, {state.facts.name: ref}, context.aws, Patience(0, context.screen.note))
    return result_of(ConfigureReport(plan, steps=tuple(steps)))
