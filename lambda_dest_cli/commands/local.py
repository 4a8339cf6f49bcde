"""``lds local``: the embedded AWS on this machine."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand, LdsGroup, examples
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.result import Result

_EXAMPLES = """
Examples:
  lds local start
  lds --local show --all
  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url http://127.0.0.1:4566 sqs list-queues
"""


@click.group(cls=LdsGroup, epilog=examples(_EXAMPLES))
def command() -> None:
    """Run an AWS on this machine: no account, no Docker, no network.

    It answers on 127.0.0.1 only. Every lds command uses it with --local; other programs can use its endpoint too.
    """


@command.command(cls=LdsCommand)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on; without it 4566, or a free one.")
@click.option(
    "--time-scale",
    type=click.FloatRange(min=0.001, max=100_000),
    default=60.0,
    show_default=True,
    help="How much faster than on AWS retries and ageing go; 1 is AWS's own clock.",
)
@click.option("--eventual", is_flag=True, help="Let IAM's changes take a few seconds to reach Lambda, as on AWS.")
@click.pass_obj
def start(context: Context, port: int | None, time_scale: float, eventual: bool) -> "Result":
    """Start it in the background; it stays until lds local stop."""
    context.command = "local start"
    from lambda_dest_cli.local import server
    from lambda_dest_cli.model.result import Result

    return Result(server.start(port=port, time_scale=time_scale, eventual=eventual))


@command.command(cls=LdsCommand)
@click.pass_obj
def stop(context: Context) -> "Result":
    """Stop it. What it held is gone; events that were still waiting are counted."""
    context.command = "local stop"
    from lambda_dest_cli.local import server
    from lambda_dest_cli.model.result import Result

    return Result(server.stop())


@command.command(cls=LdsCommand)
@click.pass_obj
def status(context: Context) -> "Result":
    """Say whether it runs, and where."""
    context.command = "local status"
    from lambda_dest_cli.local import server
    from lambda_dest_cli.model.result import Result

    return Result(server.status())


@command.command(cls=LdsCommand)
@click.pass_obj
def reset(context: Context) -> "Result":
    """Empty it: every function, queue and role is gone."""
    context.command = "local reset"
    from lambda_dest_cli.local import server
    from lambda_dest_cli.model.result import Result

    return Result(server.reset())
