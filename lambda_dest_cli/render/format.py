"""What a format can do."""

from collections.abc import Callable
from dataclasses import dataclass

from lambda_dest_cli.model.result import Result
from lambda_dest_cli.render.screen import Screen


@dataclass(frozen=True, slots=True)
class Format:
    """A way to print: a whole result, one item of a stream, an error."""

    result: Callable[[Result, str, Screen], None]
    item: Callable[[object, Screen], None]
    error: Callable[[Result, str, Screen], None]
