"""What commands share: the global options, the types of arguments, and the command class that carries them."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lambda_dest_cli.context import COLORS, COMMON_OUTPUTS, OUTPUTS, Context
from lambda_dest_cli.errors import UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.spec import Spec

_Body = TypeVar("_Body", bound=Callable[..., Any])
_HELP_COLUMNS = 82
_NARROWEST = 40


class Duration(click.ParamType[int]):
    """``90``, ``90s``, ``5m``, ``1h30m``, ``2d``; gives seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a duration; fails as click does."""
        if isinstance(value, int):
            return value
        from lambda_dest_cli.model.duration import parse_duration

        seconds = parse_duration(value)
        if seconds is None:
            self.fail(f"{value!r} is not a duration; write 90, 90s, 5m or 1h30m", param, ctx)
        return seconds


class Function(click.ParamType["FunctionRef"]):
    """``NAME``, ``NAME:QUALIFIER``, a partial or a full ARN."""

    name = "function"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "FunctionRef":
        """Read a function's name; raises UsageProblem."""
        from lambda_dest_cli.model.function_ref import FunctionRef

        return value if isinstance(value, FunctionRef) else FunctionRef.parse(value)


DURATION = Duration()
FUNCTION = Function()


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Hand a global option to the run's Context, whichever side of the subcommand it stood on."""
    context = ctx.find_object(Context)
    source = ctx.get_parameter_source(param.name) if param.name else None
    if context is not None and param.name and source is not click.core.ParameterSource.DEFAULT:
        context.set_option(param.name, value)


def global_options(outputs: tuple[str, ...] = OUTPUTS) -> list[click.Parameter]:
    """Make the global options; every command takes them, so that they work before and after the subcommand.

    ``outputs`` are the formats to choose from: the root's are everybody's, a command's are those that its report has.
    """

    def option(*names: str, **settings: Any) -> click.Option:
        return click.Option(names, expose_value=False, callback=_keep, is_eager=True, **settings)

    return [
        option("--profile", metavar="NAME", help="AWS profile to use."),
        option("--region", metavar="REGION", help="AWS region."),
        option("--endpoint-url", metavar="URL", help="Send every AWS call there instead of to AWS."),
        option("--local", is_flag=True, help="Use the embedded AWS (lds local start)."),
        option("-o", "--output", type=click.Choice(outputs), default="text", help="How to print the answer."),
        option("--color", type=click.Choice(COLORS), default="auto", help="When to use colour."),
        option("--debug", is_flag=True, help="Show the traceback of an error."),
    ]


class LdsCommand(click.Command):
    """A command with the global options, listed below its own in --help.

    ``more_outputs`` names the formats that its report has besides text and JSON (``render.reports.LOOKS``).
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; SIGTERM and SIGHUP are Ctrl-C, so that whatever ends a run, it is cleaned up after."""
        import signal

        self._refuse_other_outputs(ctx)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks for a hang-up to be ignored
                signal.signal(number, signal.default_int_handler)
        return super().invoke(ctx)

    def __init__(self, *args: Any, more_outputs: tuple[str, ...] = (), **settings: Any) -> None:
        settings.setdefault("context_settings", {})["help_option_names"] = ["-h", "--help"]
        super().__init__(*args, **settings)
        self.outputs = (*COMMON_OUTPUTS, *more_outputs)
        self.own_params = len(self.params)
        self.params += global_options(self.outputs)

    def _refuse_other_outputs(self, ctx: click.Context) -> None:
        """Refuse what stood before the subcommand's name and is another report's format."""
        context = ctx.find_object(Context)
        if context is not None and context.options.output not in self.outputs:
            chosen, own = context.options.output, ", ".join(self.outputs)
            raise UsageProblem(f"the report of {ctx.command_path} has no format {chosen!r}", f"it has {own}")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then the global ones."""
        common = {param.name for param in self.params[self.own_params :]} | {"help"}
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record:
                (shared if param.name in common else own).append(record)
        if own:
            with formatter.section("Options"):
                formatter.write_dl(own)
        with formatter.section("Global options"):
            formatter.write_dl(shared)


class LdsGroup(click.Group):
    """A command with subcommands of its own, such as ``lds local``."""

    command_class = LdsCommand

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings.setdefault("context_settings", {})["help_option_names"] = ["-h", "--help"]
        super().__init__(*args, **settings)


def columns() -> int:
    """Give the width for --help. Click would import shutil, and with it three compression libraries, to ask."""
    try:
        wide = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns
    except (OSError, ValueError):
        wide = 0
    return max(min(wide or _HELP_COLUMNS, _HELP_COLUMNS), _NARROWEST) - 2


def examples(text: str) -> str:
    """Set examples for the end of --help, as they are (click would otherwise wrap them)."""
    return "\b\n" + text.strip("\n")


def one_qualifier(function: "FunctionRef", qualifier: str | None) -> "FunctionRef":
    """Join a function with what ``--qualifier`` says; raises UsageProblem when the two disagree."""
    from lambda_dest_cli.model.function_ref import FunctionRef

    if qualifier is None:
        return function
    if function.qualified and function.qualifier != qualifier:
        raise UsageProblem(f"{function} names the qualifier {function.qualifier!r}, and --qualifier says {qualifier!r}")
    FunctionRef.parse(function.name, qualifier)
    return function.at(qualifier)


def qualifier_option(body: _Body) -> _Body:
    """Add -q/--qualifier."""
    return click.option("-q", "--qualifier", metavar="Q", help="Alias or version; without it, $LATEST.")(body)


def yes_option(body: _Body) -> _Body:
    """Add --yes/-y."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask before replacing or removing something.")(body)


def same_aws(context: Context, aws: "Aws", spec: "Spec | None" = None) -> tuple[list[str], list[str]]:
    """Give the options that lead lds, and the AWS CLI, to where this run went, or this spec of it."""
    options, endpoint = context.options, aws.session.endpoint_url
    profile = options.profile or (spec.profile if spec and not options.local else None)
    shared = _words(("--profile", profile), ("--region", options.region or (spec.region if spec else None)))
    at = _words(("--endpoint-url", endpoint))
    return [*shared, *(["--local"] if options.local else at)], [*shared, *at]


def _words(*options: tuple[str, str | None]) -> list[str]:
    return [word for name, value in options if value for word in (name, value)]
