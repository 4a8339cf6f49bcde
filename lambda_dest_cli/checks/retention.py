"""LDS203: a failure queue keeps its messages until somebody looks."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.amounts import KEPT_SECONDS, time
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.reached import FAILURE_SLOTS, queues
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding

LONGEST_SECONDS = 1_209_600


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, queue in queues(subject, aws, report):
        kept = queue.retention_seconds
        if one.slot in FAILURE_SLOTS and kept is not None and kept < KEPT_SECONDS:
            yield one.here.warning(
                f"{one.label} deletes what nobody has taken after {time(kept)}: a failure of a Friday evening may be "
                "gone on Monday",
                cure.set_on_queue(one.arn, f"MessageRetentionPeriod={LONGEST_SECONDS}"),
                {"message_retention_period": kept},
            )


CHECK = Check(
    id="LDS203",
    title="Each failure queue keeps its messages for four days at least",
    explanation=(
        "What lies in the queue for failures or the dead-letter queue is the last copy of an event. SQS deletes it "
        "when the queue's MessageRetentionPeriod is over: 4 days unless somebody chose, 14 at most. Less than 4 is a "
        "warning. It says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    run=_run,
    ahead=False,
)
