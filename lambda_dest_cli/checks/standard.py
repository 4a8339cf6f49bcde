"""LDS102: no destination is of a sort that Lambda refuses: FIFO, or a partner's event bus."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    for slot, arn in subject.routes().items():
        kind = type_of(arn)
        why = kind.refusal(arn) if kind else None
        if why:
            yield report.at(slot, arn).failure(f"{subject.label(arn)}: {why}", cure.another(subject, slot))


CHECK = Check(
    id="LDS102",
    title="No destination is a FIFO queue, a FIFO topic or a partner event bus",
    explanation=(
        "Lambda refuses FIFO queues and topics and partner event buses, often with no more words than 'The destination "
        "ARN is invalid'. Use a standard queue or topic, or a bus of your own. It says nothing when all is well."
    ),
    run=_run,
    offline=True,
)
