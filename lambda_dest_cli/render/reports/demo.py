"""The demo's narration."""

import textwrap
from collections.abc import Iterable

from lambda_dest_cli.model.demo import DemoCommand, DemoNote
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_COLUMNS = 78


def as_json(item: DemoNote | DemoCommand) -> dict[str, object]:
    """Give a sentence or a command."""
    return {"command": item.command} if isinstance(item, DemoCommand) else {"note": item.text}


def as_text(item: DemoNote | DemoCommand) -> Iterable[Line]:
    """Give a sentence as a comment, a command behind a prompt."""
    yield Line()
    if isinstance(item, DemoCommand):
        yield Line(f"$ {inert(item.command)}", style="bold")
        return
    for line in textwrap.wrap(item.text, _COLUMNS):
        yield Line(f"# {inert(line)}", style="cyan")
