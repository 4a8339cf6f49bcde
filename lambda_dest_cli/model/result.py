"""What a command gives back: data, never text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lambda_dest_cli.errors import ExitCode


class Status(StrEnum):
    """The one word for how a command ended."""

    OK = "ok"
    CHANGES = "changes"
    FINDINGS = "findings"
    PARTIAL = "partial"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as the JSON envelope carries it."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A command's answer. ``data`` is a report of the model; ``render`` knows how each kind looks."""

    data: object
    status: Status = Status.OK
    exit_code: ExitCode = ExitCode.OK
    errors: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that comes bit by bit: each item is printed and flushed before the next is asked for.

    So a generator that resumes knows that its last item has left the process. When it ends, ``return`` gives the exit
    code; a plain iterable ends with OK.
    """

    items: Iterable[object]
    look: Callable[[Any], object] | None = None
    """What an item is shown as, if not as itself."""


@dataclass(frozen=True, slots=True)
class Text:
    """An answer that is one text in every format: a completion script, a schema, a policy document."""

    text: str
    out: str | None = None
    """The file that it goes to instead of standard output."""
    exit_code: ExitCode = ExitCode.OK
    errors: tuple[Problem, ...] = ()
    """What the text lacks, and why."""
