"""The root command: the table of commands, loaded one at a time."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from lambda_dest_cli import __version__
from lambda_dest_cli.commands.options import columns, global_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """A command: the module that holds it (as ``command``) and its line in --help."""

    module: str
    short_help: str


COMMANDS: dict[str, Entry] = {
    "configure": Entry("configure", "Set where a function's outcomes go, after checking that they can."),
    "plan": Entry("plan", "Show what configure would do with a spec."),
    "show": Entry("show", "Show the asynchronous configuration of functions."),
    "remove": Entry("remove", "Delete a qualifier's configuration, or the DLQ."),
    "validate": Entry("validate", "Find what is wrong in specs and templates, offline."),
    "doctor": Entry("doctor", "Find what keeps outcomes from arriving, and the cure."),
    "explain": Entry("explain", "Say what a check means, and how Lambda behaves."),
    "policy": Entry("policy", "Print the policy that a role, or a user of lds, needs."),
    "tail": Entry("tail", "Watch outcomes arrive at the destinations."),
    "test": Entry("test", "Send one event, and prove that its outcome arrives."),
    "replay": Entry("replay", "Send what failed again, and lose nothing."),
    "import": Entry("import_", "Print what is configured now as a spec."),
    "export": Entry("export", "Print the destinations for CloudFormation, Terraform and others."),
    "schema": Entry("schema", "Print the JSON Schema of a spec."),
    "local": Entry("local", "Run the embedded AWS on this machine."),
    "demo": Entry("demo", "See it all work, without an AWS account."),
    "completion": Entry("completion", "Print the completion script for a shell."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them.

    Click's documented lazy group still imports every command for --help and for completion; here the table answers.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was named."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = import_module(f"lambda_dest_cli.commands.{entry.module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands out of the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.short_help) for name, entry in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete command names out of the table, options as click does."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.short_help)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def _print_nothing(*_: Any, **__: Any) -> None:
    """Do nothing by itself: the root needs a subcommand."""


root = LazyGroup(
    "lds",
    callback=_print_nothing,
    params=[*global_options()],
    help=(
        "Configure, check and watch where AWS Lambda sends the outcome of asynchronous invocations.\n\n"
        "No AWS account at hand? Try: lds demo"
    ),
    epilog="Exit codes: 0 ok, 1 error, 2 usage, 3 findings, 4 credentials, 5 partly done, 130 interrupted.",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": columns()},
    no_args_is_help=True,
)
click.version_option(__version__, prog_name="lds")(root)
