"""The doctor's checks: one file a check, one line in ``CHECKS``. Ids are stable; scripts and specs name them."""

from collections.abc import Collection, Iterable

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks import age, aliases, exists, failure_path, home, itself, key, permission, shape, trust
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.finding import Finding, State

CHECKS: dict[str, Check] = {
    "LDS101": shape.CHECK,
    "LDS102": home.CHECK,
    "LDS103": itself.CHECK,
    "LDS104": age.CHECK,
    "LDS201": exists.CHECK,
    "LDS301": trust.CHECK,
    "LDS302": permission.CHECK,
    "LDS303": key.CHECK,
    "LDS401": failure_path.CHECK,
    "LDS402": aliases.CHECK,
}

CREDENTIALS_ID = "LDS001"
"""Not in the table: it is asked once a run, not of a function."""


def run(subjects: Iterable[Subject], aws: Aws, ignore: Collection[str] = ()) -> tuple[Finding, ...]:
    """Run every check on every subject, several at once; findings come in the order of the subjects and the table.

    A check that cannot be made is a *skip* with the reason; CredentialsProblem is raised, since then none can.
    """
    wanted = [check for check in CHECKS.values() if check.id not in ignore]
    jobs = [(subject, check) for subject in subjects for check in wanted]
    return tuple(finding for found in each(lambda job: _one(*job, aws), jobs) for finding in found)


def credentials(aws: Aws) -> Finding:
    """Say who asks, and where; raises CredentialsProblem when nobody may."""
    home = aws.session.home()
    return Finding(
        CREDENTIALS_ID,
        State.PASS,
        f"credentials of the account {home.account}, region {home.region}",
        evidence={"account": home.account, "region": home.region},
    )


def _one(subject: Subject, check: Check, aws: Aws) -> list[Finding]:
    report = Reporter(check.id, subject)
    try:
        return list(check.run(subject, aws, report))
    except CredentialsProblem:
        raise
    except LdsError as problem:
        return [report.skipped(f"could not be checked: {problem.message}", problem.hint)]
