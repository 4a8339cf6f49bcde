"""The shapes that checks fill in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a finding's id stands for."""

    id: str
    title: str
    """What holds when it passes, as a statement without its full stop."""
    explanation: str
    """What it means, at 3 a.m.: what would happen, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Topic):
    """One question about a function. ``run`` yields its findings; an LdsError it raises becomes a *skip*."""

    run: Callable[[Subject, Aws, Reporter], Iterable[Finding]]
    offline: bool = False
    """Whether it needs nothing but the configuration itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheck(Topic):
    """One question about the run itself, asked once however many functions there are."""

    run: Callable[[Aws], Finding]
