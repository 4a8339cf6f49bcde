"""The shape that every kind of fix fills in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.executor import Patience
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.fix import Fix


@dataclass(frozen=True, slots=True)
class Remedy:
    """How one kind of finding is cured."""

    plan: Callable[[Sequence[Subject], Sequence[Finding], Aws], Iterable[Fix]]
    """Works out the changes; changes nothing."""
    apply: Callable[[Fix, Sequence[Subject], Aws, Patience], None]
    """Makes one; raises LdsError, and Conflict where what it changes is not what it was when it was planned."""


def subject_of(finding: Finding, subjects: Sequence[Subject]) -> Subject | None:
    """Give the subject that a finding is about."""
    return next(
        (one for one in subjects if (one.facts.name, one.qualifier) == (finding.function, finding.qualifier)), None
    )
