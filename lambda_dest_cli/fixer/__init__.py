"""``lds doctor --fix``: what cures findings, worked out, and made when it is agreed to. One file a kind of change."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.executor import Patience
from lambda_dest_cli.fixer import permissions, retention, trust
from lambda_dest_cli.fixer.remedy import Remedy
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.fix import Fix, FixKind
from lambda_dest_cli.model.plan import Outcome

# Lambda takes no destination of a role that it may not assume, so trust comes before permissions.
REMEDIES: Mapping[FixKind, Remedy] = {
    FixKind.TRUST: trust.REMEDY,
    FixKind.PERMISSIONS: permissions.REMEDY,
    FixKind.RETENTION: retention.REMEDY,
}


def plan_fixes(
    kinds: Collection[FixKind], subjects: Sequence[Subject], findings: Sequence[Finding], aws: Aws
) -> tuple[Fix, ...]:
    """Work out what would cure the findings; changes nothing."""
    return tuple(
        fix for kind, remedy in REMEDIES.items() if kind in kinds for fix in remedy.plan(subjects, findings, aws)
    )


def apply_fixes(fixes: Iterable[Fix], subjects: Sequence[Subject], aws: Aws, patience: Patience) -> Iterator[Fix]:
    """Make the changes, and tell what came of each; one that fails stops no other. Raises CredentialsProblem."""
    for fix in fixes:
        try:
            REMEDIES[fix.kind].apply(fix, subjects, aws, patience)
        except CredentialsProblem:
            raise
        except LdsError as problem:
            error = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
            yield replace(fix, outcome=Outcome.FAILED, error=error)
        else:
            yield replace(fix, outcome=Outcome.APPLIED)
