"""The shape of a reader."""

from collections.abc import Callable
from dataclasses import dataclass

from lambda_dest_cli.templates.declaration import Reading
from lambda_dest_cli.templates.node import Table


@dataclass(frozen=True, slots=True)
class Reader:
    """One dialect."""

    words: str
    """What its files are called."""
    claims: Callable[[Table], bool]
    """Whether a file is of this dialect, by what is in it."""
    read: Callable[[Table], Reading]
