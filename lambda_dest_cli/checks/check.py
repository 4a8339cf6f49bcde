"""The shapes that checks fill in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
RECORDS_PAGE = f"{_GUIDE}invocation-async-retain-records.html"
RETRIES_PAGE = f"{_GUIDE}invocation-async-error-handling.html"
METRICS_PAGE = f"{_GUIDE}monitoring-metrics-types.html"
LOOPS_PAGE = f"{_GUIDE}invocation-recursion.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a finding's id stands for."""

    id: str
    title: str
    """What holds when it passes, as a statement without its full stop."""
    explanation: str
    """What it means, at 3 a.m.: what would happen, why, and what to do."""
    page: str = RECORDS_PAGE
    """Where AWS says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Topic):
    """One question about a function. ``run`` yields its findings; an LdsError it raises becomes a *skip*."""

    run: Callable[[Subject, Aws, Reporter], Iterable[Finding]]
    offline: bool = False
    """Whether it needs nothing but the configuration itself."""
    ahead: bool = True
    """Whether it is made ahead of a write too: it says something of what is about to be written."""
    questions: Callable[[Subject, Aws], Iterable[Question]] | None = None
    """What it will ask of the subject's role; those of all subjects with one role are asked together beforehand."""
    per_function: bool = False
    """Whether its answer is the same under every qualifier; it is then made under one only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheck(Topic):
    """One question about the run itself, asked once however many functions there are."""

    run: Callable[[Aws], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCheck(Topic):
    """One question about all functions of the run together, or about who asks for them."""

    run: Callable[[Sequence[Subject], Aws], Iterable[Finding]]
