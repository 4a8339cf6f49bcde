"""What is wrong in a file, and where in it."""

from dataclasses import dataclass

from lambda_dest_cli.model.finding import State


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A spot in a file; ``line`` and ``column`` count from 1, and are 0 where the whole file is meant."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong at one place. ``id`` is a check's (``LDS102``) or ``LDS100`` for what cannot be read at all."""

    place: Place
    id: str
    message: str
    hint: str = ""
    state: State = State.FAIL
    """``fail``, or ``warn`` for what can be deployed and loses something."""
