"""LDS103: partition, region and account of each destination."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    home = subject.facts.arn
    for slot, arn in subject.routes().items():
        here, instead = report.at(slot, arn), cure.another(subject, slot)
        if arn.partition != home.partition:
            yield here.failure(f"{arn} is in the partition {arn.partition}, the function in {home.partition}", instead)
            continue
        if arn.region not in ("", home.region):
            where = f"{subject.label(arn)} is in {arn.region}, the function in {home.region}"
            yield _other_region(here, slot, where, instead)
        if arn.account not in ("", home.account):
            yield here.warning(
                f"{subject.label(arn)} belongs to the account {arn.account}, the function to {home.account}",
                "its own policy must allow the function's role too: LDS304 says whether it does",
            )


def _other_region(here: Reporter, slot: Slot, where: str, instead: str) -> Finding:
    """Lambda refuses a DLQ in another region in so many words; of destinations AWS documents nothing."""
    if slot is Slot.DEAD_LETTER:
        return here.failure(f"{where}: Lambda refuses a dead-letter queue of another region", instead)
    return here.warning(f"{where}: AWS documents no delivery across regions", instead)


CHECK = Check(
    id="LDS103",
    title="Each destination is in the function's partition, region and account",
    explanation=(
        "Nothing crosses partitions. A dead-letter queue must be in the function's region. A destination in "
        "another region is not documented to work, so it is a warning. One in another account needs the target's own "
        "policy to allow the function's role besides (LDS304): a warning too. It says nothing when all is well."
    ),
    run=_run,
    offline=True,
)
