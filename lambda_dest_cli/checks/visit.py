"""A doctor's visit: everything that is to be checked in one account and region, and what was found."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import Advance
from lambda_dest_cli.checks import run, run_once, run_over_all
from lambda_dest_cli.checks.select import Selection
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Window

Progress = Callable[[str], AbstractContextManager[Advance]]


def quiet(_title: str) -> AbstractContextManager[Advance]:
    """Show nothing."""
    return nullcontext(lambda _done, _total: None)


@dataclass(frozen=True, slots=True)
class Order:
    """What to look at, and what to leave out."""

    select: Callable[[Aws, Advance], Selection]
    window: Window
    ignore: Collection[str] = ()
    ignore_of: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By the function's name, what is ignored of it beside that."""
    progress: Progress = quiet
    """Shows how far something is, while the context lasts."""


def visit(order: Order, aws: Aws) -> tuple[tuple[Subject, ...], tuple[Finding, ...]]:
    """Make every check; raises CredentialsProblem, and what keeps a function that was named from being read."""
    first = run_once(aws, order.ignore)
    with order.progress("reading") as advance:
        selection = order.select(aws, advance)
    aws.look_back((subject.facts.name for subject in selection.subjects), order.window)
    over_all = run_over_all(selection.subjects, aws, order.ignore)
    with order.progress("checking") as advance:
        each = run(selection.subjects, aws, ignore=order.ignore, advance=advance)
    found = (*first, *over_all, *selection.unread, *each)
    return selection.subjects, tuple(finding for finding in found if not _ignored(finding, order))


def _ignored(finding: Finding, order: Order) -> bool:
    return finding.id in order.ignore or finding.id in order.ignore_of.get(finding.function, ())
