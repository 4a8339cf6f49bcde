"""The shape that every check fills in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a function. ``run`` yields its findings; an LdsError it raises becomes a *skip*."""

    id: str
    title: str
    explanation: str
    """What it means, at 3 a.m.: what would happen, why, and what to do."""
    run: Callable[[Subject, Aws, Reporter], Iterable[Finding]]
    offline: bool = False
    """Whether it needs nothing but the configuration itself."""
