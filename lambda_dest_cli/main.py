"""The process boundary: run the command line, turn its answer or its error into output and an exit code.

This is the only place that exits.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from lambda_dest_cli.cli import root
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import ExitCode, Interrupted, LdsError

if TYPE_CHECKING:
    from lambda_dest_cli.context import Options
    from lambda_dest_cli.render.screen import Screen

_GARBAGE_THRESHOLD = 50_000
_REPORT = "this is a fault of lds; run it again with --debug and report what it prints"


def entry_point() -> NoReturn:
    """Run ``lds`` with the process's own arguments and exit."""
    # Start-up makes many objects that all stay: looking for garbage among them every 700 is a tenth of the time.
    gc.set_threshold(_GARBAGE_THRESHOLD)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain at shutdown about the closed pipe; the reader has gone, so there is nothing to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code == ExitCode.INTERRUPTED:
        # Everything has been put back and said. A call that is still under way in a thread cannot be cancelled, and
        # an ordinary exit would wait for its answer.
        os._exit(code)
    sys.exit(code)


def run(argv: Sequence[str], context: Context | None = None) -> int:
    """Run one command line and give its exit code; everything it says has been written."""
    context = context or Context(make_screen=_screen)
    try:
        return _answer(argv, context)
    except BrokenPipeError:
        return ExitCode.OK
    except LdsError as error:
        return _fail(argv, context, error)
    except (KeyboardInterrupt, click.Abort):
        return _fail(argv, context, Interrupted("interrupted"))
    except click.ClickException as error:
        return _fail(argv, context, _usage(error))
    except Exception as error:  # noqa: BLE001 - the process boundary: no traceback reaches a person unasked
        bug = LdsError(f"{type(error).__name__}: {error}", _REPORT)
        bug.__cause__ = error
        return _fail(argv, context, bug)


def _answer(argv: Sequence[str], context: Context) -> int:
    result = root.main(list(argv), prog_name="lds", complete_var="_LDS_COMPLETE", standalone_mode=False, obj=context)
    if result is None or isinstance(result, int):  # --help and --version have printed already
        return ExitCode.OK
    from lambda_dest_cli.render import show

    return show(result, context.command, _own_screen(context))


def _fail(argv: Sequence[str], context: Context, error: LdsError) -> int:
    if _wants_json(argv):  # the command may have failed before its options were read
        context.set_option("output", "json")
        context.__dict__.pop("screen", None)
    from lambda_dest_cli.render import show_error

    try:
        return show_error(error, _command_name(argv, context), _own_screen(context), debug=context.options.debug)
    except BrokenPipeError:
        return error.exit_code


def _own_screen(context: Context) -> "Screen":
    from lambda_dest_cli.render.screen import Screen

    screen = context.screen
    assert isinstance(screen, Screen)  # noqa: S101 - tests hand in other streams, not another screen
    return screen


def _screen(options: "Options") -> "Screen":
    from lambda_dest_cli.render.screen import Screen

    return Screen(sys.stdin, sys.stdout, sys.stderr, options.output, options.color)


def _usage(error: click.ClickException) -> LdsError:
    from lambda_dest_cli.errors import UsageProblem

    hint = f"try: {error.ctx.command_path} --help" if isinstance(error, click.UsageError) and error.ctx else ""
    return UsageProblem(error.format_message(), hint)


def _wants_json(argv: Sequence[str]) -> bool:
    pairs = zip(argv, [*argv[1:], ""], strict=True)
    return any(
        word in ("-ojson", "--output=json") or (word in ("-o", "--output") and following == "json")
        for word, following in pairs
    )


def _command_name(argv: Sequence[str], context: Context) -> str:
    from lambda_dest_cli.cli import COMMANDS

    return context.command if context.command != "lds" else next((word for word in argv if word in COMMANDS), "lds")
