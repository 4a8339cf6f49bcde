"""LDS102: partition, region and account of each destination."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    home = subject.facts.arn
    for slot, arn in subject.routes().items():
        here = report.at(slot, arn)
        if arn.partition != home.partition:
            yield here.failure(f"{arn} is in the partition {arn.partition}, the function in {home.partition}")
        elif arn.region not in ("", home.region):
            yield _other_region(here, slot, f"{subject.label(arn)} is in {arn.region}, the function in {home.region}")
        elif arn.account not in ("", home.account):
            yield here.warning(
                f"{subject.label(arn)} belongs to the account {arn.account}, the function to {home.account}",
                "the target's own policy must allow the function's role too; lds cannot see whether it does",
            )
        else:
            yield here.passed(f"{subject.label(arn)} is in the function's own account and region")


def _other_region(here: Reporter, slot: Slot, message: str) -> Finding:
    """Lambda refuses a DLQ in another region in so many words; for destinations AWS documents nothing."""
    if slot is Slot.DEAD_LETTER:
        return here.failure(f"{message}; Lambda refuses a dead-letter queue there", "use one in the function's region")
    return here.warning(f"{message}; AWS documents no delivery across regions", "use one in the function's region")


CHECK = Check(
    id="LDS102",
    title="Each destination is in the function's partition, region and account",
    explanation=(
        "Nothing crosses partitions. A dead-letter queue must be in the function's region. A destination in "
        "another region is not documented to work. One in another account needs the target's own policy to allow "
        "the function's role."
    ),
    run=_run,
    offline=True,
)
