"""The shape of a rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lambda_dest_cli.templates.declaration import Reading
from lambda_dest_cli.templates.remark import Remark


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold in a file."""

    id: str
    title: str
    """What holds, as a statement without its full stop."""
    run: Callable[[Reading], Iterable[Remark]]
    is_of_all: bool = False
    """Whether it looks at functions together, rather than at each by itself."""
