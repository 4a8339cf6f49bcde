"""``lds export``: the asynchronous side of functions, for another tool."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples
from lambda_dest_cli.commands.specs import spec_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.model.arn import Arn
    from lambda_dest_cli.model.configuration import FunctionState
    from lambda_dest_cli.model.export import Exported
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Text

FORMATS = ("cloudformation", "sam", "terraform", "serverless", "aws-cli")
"""The dialects (``exporters.DIALECTS``), which this does not import to say so."""
_EXAMPLES = """
Examples:
  lds export --all --format terraform --out destinations.tf
  lds export orders --format cloudformation
  lds export -f lds.yaml --format aws-cli | bash
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", nargs=-1, type=FUNCTION)
@click.option("--all", "every", is_flag=True, help="Every function of the region that has something configured.")
@spec_option
@click.option("--format", "dialect", type=click.Choice(FORMATS), required=True, help="The tool that it is for.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write it there, all at once.")
@click.pass_obj
def command(
    context: Context,
    functions: "tuple[FunctionRef, ...]",
    every: bool,
    files: tuple[str, ...],
    dialect: str,
    out: str | None,
) -> "Text":
    """Print the destinations of functions for another tool, with the policies that their roles need.

    Of FN or --all it is what is configured now. Of a spec (-f) nothing is asked: it must name account and region, and
    the tool asks for the names of the roles.
    """  # fmt: skip
    context.command = "export"
    if [bool(functions) and not files, every, bool(files)].count(True) != 1:
        raise UsageProblem("name functions, or --all, or a spec with -f", "such as: lds export --all --format sam")
    from lambda_dest_cli.exporters import DIALECTS
    from lambda_dest_cli.model.result import Text

    found = list(_of_specs(files, functions)) if files else _live(context, functions, every)
    telling = [each for each in found if each.configurations or each.dead_letter]
    if not telling:
        raise NotFound("there is nothing to export: nothing asynchronous is configured", "lds show --all")
    homes = {(each.arn.account, each.arn.region) for each in telling}
    if len(homes) > 1:
        raise UsageProblem(
            "these functions are in several accounts or regions, and a file of another tool's is for one",
            "export each spec by itself",
        )
    return Text(DIALECTS[dialect].write(sorted(telling, key=lambda each: each.name)), out)


def _live(context: Context, functions: "tuple[FunctionRef, ...]", every: bool) -> "list[Exported]":
    from lambda_dest_cli.aws.parallel import each
    from lambda_dest_cli.aws.survey import survey_all

    if every:
        with context.screen.progress("reading") as advance:
            states = [state for state in survey_all(context.aws.functions, advance) if state.configured]
    else:  # one function may be named under several qualifiers, and is exported whole
        found = each(context.aws.functions.state, dict.fromkeys(functions))
        states = list({state.facts.arn: state for state in found}.values())
    keys = _keys(context, states)
    return [_exported(state, keys) for state in states]


def _keys(context: Context, states: "Sequence[FunctionState]") -> "Mapping[Arn, Arn]":
    """Give the keys that destinations are encrypted with; says which are not known, since no policy grants those."""
    from lambda_dest_cli.aws.parallel import each
    from lambda_dest_cli.destinations import label, type_of

    arns = {
        arn for state in states for config in state.configurations.values() for arn in config.destinations().values()
    }
    arns |= {state.facts.dead_letter for state in states if state.facts.dead_letter}
    encrypted = [arn for arn in sorted(arns) if (kind := type_of(arn)) and kind.kms_actions]
    targets = each(context.aws.target, encrypted)
    for target in targets:
        why = target.key_why or (target.why if not target.exists else "")
        if why:
            home = states[0].facts.arn
            context.screen.note(f"{label(target.arn, home)}: its key is not known, so nothing grants its use: {why}")
    return {target.arn: target.key for target in targets if target.key}


def _exported(state: "FunctionState", keys: "Mapping[Arn, Arn]") -> "Exported":
    from lambda_dest_cli.model.configuration import EventInvokeConfig
    from lambda_dest_cli.model.export import Exported

    facts = state.facts
    # One that says no more than the defaults is as good as none.
    telling = {name: config for name, config in state.configurations.items() if config != EventInvokeConfig()}
    return Exported(facts.name, facts.arn, facts.role, telling, facts.dead_letter, keys, facts.runtime)


def _of_specs(files: tuple[str, ...], functions: "tuple[FunctionRef, ...]") -> "Iterator[Exported]":
    from lambda_dest_cli import planner
    from lambda_dest_cli.fleet.planning import refuse_unknown
    from lambda_dest_cli.model.arn import Arn, partition_of
    from lambda_dest_cli.model.configuration import DeadLetterConfig, EventInvokeConfig, FunctionFacts, FunctionState
    from lambda_dest_cli.model.export import Exported
    from lambda_dest_cli.spec import load_all

    chosen = {function.name for function in functions}
    specs = load_all(files, os.environ)
    refuse_unknown(specs, chosen)
    for spec in specs:
        if not (spec.account and spec.region):
            raise UsageProblem(
                f"{spec.file} does not name both account and region, without which nothing has an ARN",
                "name them in the file, or export what is configured now: lds export --all",
            )
        for function in spec.functions:
            if chosen and function.name not in chosen:
                continue
            home = Arn(partition_of(spec.region), "lambda", spec.region, spec.account, f"function:{function.name}")
            facts = FunctionFacts(function.name, home, Arn(home.partition, "iam", "", spec.account, "role/unknown"))
            wanted = planner.desired_by_spec(function, FunctionState(facts))
            configurations = {
                address.qualifier: each
                for address, each in wanted.items()
                if isinstance(each, EventInvokeConfig) and each != EventInvokeConfig()
            }
            letters = [each.target_arn for each in wanted.values() if isinstance(each, DeadLetterConfig)]
            yield Exported(function.name, home, None, configurations, letters[0] if letters else None, live=False)
