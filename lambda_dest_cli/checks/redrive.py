"""LDS204: looking at a failure queue does not move its records away."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import many
from lambda_dest_cli.checks.reached import FAILURE_SLOTS, is_home, queues
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, queue in queues(subject, aws, report):
        redrive = queue.redrive
        # Whoever reads the queue for a living needs a place for what it cannot take: that is as it should be.
        if redrive is None or one.slot not in FAILURE_SLOTS or (is_home(subject, one.arn) and aws.consumers(one.arn)):
            continue
        times = many(redrive.maximum_receives, "receive", "receives")
        other = redrive.queue.rpartition(":")[2]
        yield one.here.warning(
            f"{one.label} has a redrive policy: after {times} a record moves to {other}, and each look at it is a "
            "receive (lds tail too)",
            f"look for older records in sqs:{other} as well\nlds tail sqs:{other} --no-follow",
            {"dead_letter_target": redrive.queue, "max_receive_count": redrive.maximum_receives},
        )


CHECK = Check(
    id="LDS204",
    title="Looking at a failure queue does not move its records away",
    explanation=(
        "A queue with a redrive policy moves a message to another queue once it was received more than "
        "maxReceiveCount times. Every look counts, in the console, by lds tail or by anything else. So the records of "
        "a failure queue may lie in that other queue. Where an event source mapping reads the queue, a redrive policy "
        "is good practice and no warning. It says nothing when all is well."
    ),
    page=("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"),
    run=_run,
    ahead=False,
)
