"""The process's streams: the answer on standard output, everything else on standard error."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from lambda_dest_cli.render.inert import inert, inert_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_HANGING = 4
"""How much further in the second line of a broken one begins."""
_NARROWEST = 20


class Screen:
    """Where a run reads and writes, and whether in colour."""

    def __init__(
        self, stdin: TextIO, stdout: TextIO, stderr: TextIO, output: str = "text", color: str = "auto"
    ) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr
        self.output = output
        self._color = color

    @property
    def interactive(self) -> bool:
        """Whether somebody can read a question and answer it."""
        return self._stdin.isatty() and self._stderr.isatty()

    def answer(self, text: str) -> None:
        """Write one line (or document) of the answer and flush it; raises BrokenPipeError when nobody reads."""
        self._stdout.write(text if text.endswith("\n") else text + "\n")
        self._stdout.flush()

    def paint(self, line: "Text") -> None:
        """Write one styled line of the answer and flush it."""
        _print(self._out, line)
        self._stdout.flush()

    def note(self, text: str) -> None:
        """Say something beside the answer."""
        self.raw_note(inert_lines(text) + "\n")

    def paint_note(self, line: "Text") -> None:
        """Say a styled line beside the answer."""
        _print(self._err, line)
        self._stderr.flush()

    def raw_note(self, text: str) -> None:
        """Write to standard error as is; a closed one is nobody's loss."""
        try:
            self._stderr.write(text)
            self._stderr.flush()
        except BrokenPipeError:
            return

    def preview(self, report: object) -> None:
        """Show a report on standard error, before it is acted on."""
        from lambda_dest_cli.render.reports import report_form

        for line in report_form(report).text(report):
            self.paint_note(line)

    def confirm(self, question: str) -> bool:
        """Ask yes or no on the terminal; anything but yes, and the end of input, is no."""
        self.raw_note(f"{inert(question)} [y/N] ")
        answer = self._stdin.readline()
        if not answer.endswith("\n"):
            self.raw_note("\n")
        return answer.strip().lower() in ("y", "yes")

    @cached_property
    def _out(self) -> "Console":
        return _console(self._stdout, self._color)

    @cached_property
    def _err(self) -> "Console":
        return _console(self._stderr, self._color)


def _console(stream: TextIO, color: str) -> "Console":
    from rich.console import Console

    class OurConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # main knows what it means; rich would exit, with 1

    painted = wants_color(stream.isatty(), color, os.environ)
    return OurConsole(
        file=stream,
        force_terminal=painted,
        no_color=not painted,
        color_system="standard" if painted else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _print(console: "Console", line: "Text") -> None:
    """Print a line: broken between words on a terminal, the rest set under its beginning; whole everywhere else."""
    indent = len(line.plain) - len(line.plain.lstrip()) + _HANGING
    room = console.width - indent
    if not console.is_terminal or line.cell_len <= console.width or room < _NARROWEST:
        console.print(line, soft_wrap=True)
        return
    first, *rest = line.wrap(console, console.width)
    console.print(first, soft_wrap=True)
    tail = line[len(first.plain) :]
    tail = tail[len(tail.plain) - len(tail.plain.lstrip()) :]
    for part in tail.wrap(console, room) if rest else ():
        part.pad_left(indent)
        console.print(part, soft_wrap=True)


def wants_color(terminal: bool, color: str, environment: "os._Environ[str] | dict[str, str]") -> bool:
    """Decide on colour: the option first, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb and CLICOLOR, then the terminal."""
    if color != "auto":
        return color == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"
