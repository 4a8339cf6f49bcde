"""``lds policy``: what an execution role, or whoever runs lds, must be allowed."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, one_qualifier
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Text
    from lambda_dest_cli.policies import Wants

ROLE = "role"
COMMANDS = (
    "configure", "doctor", "fix", "import", "plan", "policy", "remove", "replay", "show", "step-functions", "tail",
    "test",
)  # fmt: skip
"""The commands that ask something of an account (``iam.caller_needs``), which this does not import to say so."""
_EXAMPLES = """
Examples:
  lds policy --for role orders
  lds policy --for doctor --out doctor-policy.json
  lds policy --for configure orders --why
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("function", metavar="[FN]", type=FUNCTION, required=False)
@click.option(
    "--for",
    "subject",
    metavar="WHOM",
    type=click.Choice([ROLE, *COMMANDS]),
    required=True,
    help=f"{ROLE}: the execution role of FN. Or who runs a command: {', '.join(COMMANDS)} "
    "(fix: what doctor --fix needs besides; step-functions: what replay --engine step-functions does).",
)
@click.option("-q", "--qualifier", metavar="Q", help="With --for role: this alias or version only; otherwise all.")
@click.option("--why", is_flag=True, help="Print a line an action with what it is for, instead of the policy.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there.")
@click.pass_obj
def command(
    context: Context, function: "FunctionRef | None", subject: str, qualifier: str | None, why: bool, out: str | None
) -> "Text":
    """Print the least policy that an execution role needs for its destinations, or a person for a command of lds.

    For a role the account is read; for a command nothing is, and FN only narrows the policy to one function.
    """  # fmt: skip
    context.command = "policy"
    from lambda_dest_cli.model.result import Text
    from lambda_dest_cli.policies import document, reasons

    wants = _wants(context, function, subject, qualifier)
    for note in wants.notes:
        context.screen.note(f"lds: {note}")
    return Text(reasons(wants) if why else document(wants), out)


def _wants(context: Context, function: "FunctionRef | None", subject: str, qualifier: str | None) -> "Wants":
    from lambda_dest_cli.policies import for_caller, for_role

    if subject == ROLE:
        if function is None:
            raise UsageProblem("--for role: whose role?", "name a function, such as: lds policy --for role orders")
        return for_role(one_qualifier(function, qualifier), context.aws)
    if qualifier is not None:
        raise UsageProblem("--qualifier goes with --for role", "a caller's policy is about the whole function")
    return for_caller(subject, context.options.region or "", function)
