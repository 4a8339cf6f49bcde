"""The process's streams: the answer on standard output, everything else on standard error."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.line import Line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.text import Text

    from lambda_dest_cli.render.progress import Advance

_HANGING = 4
"""How much further in the second line of a broken one begins."""
_NARROWEST = 20
_ERASE = "\r\x1b[2K"
"""Back to the first column, and nothing on the line."""


class Screen:
    """Where a run reads and writes, and whether in colour."""

    def __init__(
        self, stdin: TextIO, stdout: TextIO, stderr: TextIO, output: str = "text", color: str = "auto"
    ) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr
        self._footer = ""
        self.output = output
        self._color = color

    @property
    def interactive(self) -> bool:
        """Whether somebody can read a question and answer it."""
        return self._stdin.isatty() and self._stderr.isatty()

    def answer(self, text: str) -> None:
        """Write one line (or document) of the answer and flush it; raises BrokenPipeError when nobody reads."""
        self._clear_footer()
        self._stdout.write(text if text.endswith("\n") else text + "\n")
        self._stdout.flush()

    def paint(self, line: Line) -> None:
        """Write one styled line of the answer and flush it."""
        self._clear_footer()
        _print(self._stdout, self._color, line)

    def note(self, text: str) -> None:
        """Say something beside the answer."""
        self.raw_note(inert_lines(text) + "\n")

    def paint_note(self, line: Line) -> None:
        """Say a styled line beside the answer."""
        self._clear_footer()
        _print(self._stderr, self._color, line)

    def raw_note(self, text: str) -> None:
        """Write to standard error as is; a closed one is nobody's loss."""
        self._clear_footer()
        try:
            self._stderr.write(text)
            self._stderr.flush()
        except BrokenPipeError:
            return

    def footer(self, report: object) -> None:
        """Show a report of one line below the answer, where both streams are a terminal, until the next is written."""
        if not (self._stdout.isatty() and self._stderr.isatty()) or os.environ.get("TERM") == "dumb":
            return
        import shutil

        from lambda_dest_cli.render.reports import report_form

        (line,) = report_form(report).text(report)
        text = line.plain[: shutil.get_terminal_size().columns - 1]
        if text != self._footer:
            self._stderr.write(_ERASE + text)
            self._stderr.flush()
            self._footer = text

    def _clear_footer(self) -> None:
        if self._footer:
            self._footer = ""
            with suppress(BrokenPipeError):
                self._stderr.write(_ERASE)
                self._stderr.flush()

    def preview(self, report: object) -> None:
        """Show a report on standard error, before it is acted on."""
        from lambda_dest_cli.render.reports import report_form

        for line in report_form(report).text(report):
            self.paint_note(line)

    def progress(self, title: str) -> "AbstractContextManager[Advance]":
        """Show how far something is, on a terminal; call what it gives with (done, of how many)."""
        from lambda_dest_cli.render.progress import progress

        return progress(self._stderr, title)

    def confirm(self, question: str) -> bool:
        """Ask yes or no on the terminal; anything but yes, and the end of input, is no."""
        self.raw_note(f"{inert(question)} [y/N] ")
        answer = self._stdin.readline()
        if not answer.endswith("\n"):
            self.raw_note("\n")
        return answer.strip().lower() in ("y", "yes")

    def ask(self, question: str) -> str:
        """Ask for a word on the terminal; the end of input is ``q``."""
        self.raw_note(f"{inert(question)}: ")
        answer = self._stdin.readline()
        if not answer.endswith("\n"):
            self.raw_note("\n")
        return answer.strip() if answer else "q"


def _print(stream: TextIO, color: str, line: Line) -> None:
    """Write a line and flush it; rich paints it, and breaks it between words on a terminal."""
    terminal = stream.isatty()
    painted = wants_color(terminal, color, os.environ)
    if painted or terminal:
        for part in _broken(line, painted, terminal):
            _write(stream, part + "\n")
    else:
        _write(stream, line.plain + "\n")
    stream.flush()


def _write(stream: TextIO, text: str) -> None:
    """Write what a person reads; letters that the stream's encoding lacks are spelled out."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode(stream.encoding, "backslashreplace").decode(stream.encoding))


def _broken(line: Line, painted: bool, terminal: bool) -> Iterator[str]:
    """Give the lines that a terminal shows: what does not fit is set under the beginning, a little further in."""
    from rich.console import Console
    from rich.text import Text

    console = Console(force_terminal=painted, no_color=not painted, color_system="standard" if painted else None)
    text = Text.assemble(*line.parts)
    indent = len(text.plain) - len(text.plain.lstrip()) + _HANGING
    if not terminal or text.cell_len <= console.width or console.width - indent < _NARROWEST:
        yield _painted(console, text)
        return
    first = text.wrap(console, console.width)[0]
    yield _painted(console, first)
    rest = text[len(first.plain) :]
    for part in rest[len(rest.plain) - len(rest.plain.lstrip()) :].wrap(console, console.width - indent):
        yield " " * indent + _painted(console, part)


def _painted(console: "Console", text: "Text") -> str:
    with console.capture() as capture:
        console.print(text, soft_wrap=True, highlight=False, markup=False, emoji=False, end="")
    return capture.get()


def wants_color(terminal: bool, color: str, environment: "os._Environ[str] | dict[str, str]") -> bool:
    """Decide on colour: the option first, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb and CLICOLOR, then the terminal."""
    if color != "auto":
        return color == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"
