"""LDS202: a queue takes messages of any size that SQS allows."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.amounts import size
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.reached import queues
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding

MOST_BYTES = 1_048_576
"""What SQS takes at most, and an asynchronous event may be long (SQS and Lambda Developer Guides, "Quotas")."""


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, queue in queues(subject, aws, report):
        limit = queue.maximum_bytes
        if limit is None or limit >= MOST_BYTES:
            continue
        what = "an event alone" if one.slot is Slot.DEAD_LETTER else "a record holds the event and the response, and"
        yield one.here.warning(
            f"{one.label} takes messages of {size(limit)} at most; {what} can be longer, and is then lost",
            cure.set_on_queue(one.arn, f"MaximumMessageSize={MOST_BYTES}"),
            {"maximum_message_size": limit},
        )


CHECK = Check(
    id="LDS202",
    title="Each queue takes messages of any size that SQS allows",
    explanation=(
        "SQS takes messages up to 1 MiB, but a queue made before August 2025 may still have the old limit of 256 KiB, "
        "or a lower one that somebody set (MaximumMessageSize). An asynchronous event may be 1 MB long, and a record "
        "holds the event and the response. What does not fit is lost, or delivered without its payload (AWS's pages "
        "disagree); DestinationDeliveryFailures or DeadLetterErrors moves. Only an S3 bucket takes records of every "
        "size. It says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
    run=_run,
    ahead=False,
)
