"""The doctor's checks: one file a check, one line in a table. Ids are stable; scripts and specs name them."""

from collections.abc import Collection, Iterable

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks import (
    age,
    aliases,
    credentials,
    exists,
    failure_path,
    home,
    itself,
    key,
    permission,
    readable,
    shape,
    standard,
    trust,
    twice,
)
from lambda_dest_cli.checks.check import Check, RunCheck, Topic
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.finding import Finding

CHECKS: dict[str, Check] = {
    "LDS101": shape.CHECK,
    "LDS102": standard.CHECK,
    "LDS103": home.CHECK,
    "LDS104": itself.CHECK,
    "LDS105": age.CHECK,
    "LDS106": twice.CHECK,
    "LDS201": exists.CHECK,
    "LDS301": trust.CHECK,
    "LDS302": permission.CHECK,
    "LDS303": key.CHECK,
    "LDS401": failure_path.CHECK,
    "LDS402": aliases.CHECK,
}
"""What is asked of every function under every qualifier."""

ONCE: dict[str, RunCheck] = {
    "LDS001": credentials.CHECK,
}
"""What is asked once a run."""

TOPICS: dict[str, Topic] = {**ONCE, "LDS002": readable.TOPIC, **CHECKS}
"""Every id that a finding can have."""


def run(
    subjects: Iterable[Subject], aws: Aws, ids: Collection[str] | None = None, ignore: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Run checks on every subject, several at once; findings come in the order of the subjects and the table.

    ``ids`` are the checks to make (None: all of them), ``ignore`` those to leave out. A check that cannot be made is a
    *skip* with the reason; CredentialsProblem is raised, since then none can.
    """
    wanted = [check for check in CHECKS.values() if (ids is None or check.id in ids) and check.id not in ignore]
    jobs = [(subject, check) for subject in subjects for check in wanted]
    return tuple(finding for found in each(lambda job: _one(*job, aws), jobs) for finding in found)


def run_once(aws: Aws, ignore: Collection[str] = ()) -> tuple[Finding, ...]:
    """Make the checks of the run itself; raises CredentialsProblem when nobody is asking."""
    return tuple(check.run(aws) for check in ONCE.values() if check.id not in ignore)


def _one(subject: Subject, check: Check, aws: Aws) -> list[Finding]:
    report = Reporter(check.id, subject)
    try:
        return list(check.run(subject, aws, report))
    except CredentialsProblem:
        raise
    except LdsError as problem:
        evidence = {"role": str(subject.facts.role), "error": problem.code}
        return [report.skipped(f"{check.title}? It could not be checked: {problem.message}", problem.hint, evidence)]
