"""``lds completion``: the script that lets a shell complete commands and options."""

from typing import TYPE_CHECKING

import click

from lambda_dest_cli.commands.options import LdsCommand, examples
from lambda_dest_cli.context import Context

if TYPE_CHECKING:
    from lambda_dest_cli.model.result import Text

_EXAMPLES = """
Put it where your shell looks:
  bash  lds completion bash > ~/.local/share/bash-completion/completions/lds
  zsh   lds completion zsh > "${fpath[1]}/_lds"
  fish  lds completion fish > ~/.config/fish/completions/lds.fish
"""


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> "Text":
    """Print the completion script for bash, zsh or fish."""
    from click.shell_completion import ShellComplete, get_completion_class

    from lambda_dest_cli.model.result import Text

    ctx.ensure_object(Context).command = "completion"
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - Choice above lets in only shells that click has
    script = kind(ctx.find_root().command, {}, "lds", "_LDS_COMPLETE")
    # Not script.source(): bash's own first asks a bash on this machine for its version.
    return Text(ShellComplete.source(script))
