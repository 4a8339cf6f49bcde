"""Results become text or JSON here; this is the only room that prints.

``FORMATS`` is one line a format; ``reports.REPORTS`` one line a kind of report.
"""

import traceback
from collections.abc import Callable
from typing import cast

from lambda_dest_cli.errors import ExitCode, LdsError
from lambda_dest_cli.model.result import Problem, Result, Status, Stream, Text
from lambda_dest_cli.render import document_format, json_format, text_format
from lambda_dest_cli.render.file import write_whole
from lambda_dest_cli.render.format import Format
from lambda_dest_cli.render.screen import Screen

__all__ = ["FORMATS", "show", "show_error"]

FORMATS: dict[str, Format] = {
    "text": text_format.FORMAT,
    "json": json_format.FORMAT,
    "markdown": document_format.named("markdown"),
    "sarif": document_format.named("sarif"),
    "junit": document_format.named("junit"),
    "github": document_format.named("github"),
}


def show(answer: Result | Stream | Text, command: str, screen: Screen) -> int:
    """Print an answer and give its exit code."""
    chosen = FORMATS[screen.output]
    if isinstance(answer, Text):
        return _text(answer, screen)
    if isinstance(answer, Stream):
        return _drain(answer, chosen.item, screen)
    chosen.result(answer, command, screen)
    return answer.exit_code


def _text(answer: Text, screen: Screen) -> int:
    if answer.out is None:
        screen.answer(answer.text)
    else:
        write_whole(answer.out, answer.text)
        screen.note(f"written: {answer.out}")
    for problem in answer.errors:
        text_format.tell(problem, screen)
    return answer.exit_code


def show_error(error: LdsError, command: str, screen: Screen, debug: bool = False) -> int:
    """Print an error: on standard error, and in JSON on standard output too, as the envelope that scripts read."""
    if debug:
        screen.raw_note("".join(traceback.format_exception(error)))
    problem = Problem(error.code, error.message, error.hint)
    FORMATS[screen.output].error(Result(None, Status.ERROR, error.exit_code, (problem,)), command, screen)
    return error.exit_code


def _drain(stream: Stream, print_item: Callable[[object, Screen], None], screen: Screen) -> int:
    """Print each item before the next is asked for; what the generator returns is the exit code."""
    items = iter(stream.items)
    try:
        while True:
            try:
                item = next(items)
            except StopIteration as end:
                return cast(int, end.value) if end.value is not None else ExitCode.OK
            print_item(stream.look(item) if stream.look else item, screen)
    finally:
        close = getattr(items, "close", None)
        if close:  # the reader has gone, or Ctrl-C came while it read: let the feeds put back what they hold
            close()
