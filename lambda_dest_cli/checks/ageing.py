"""LDS206: what waits in a failure queue is not about to be deleted unread."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.amounts import DAY_SECONDS, KEPT_SECONDS, time
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import many
from lambda_dest_cli.checks.reached import Reached, is_home, queues
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.target import Queue


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, queue in queues(subject, aws, report):
        if queue.waiting and is_home(subject, one.arn) and not aws.consumers(one.arn):
            yield from _waiting(one, queue, aws)


def _waiting(one: Reached, queue: Queue, aws: Aws) -> Iterator[Finding]:
    what = many(queue.waiting, "message waits", "messages wait")
    evidence = {"messages": queue.waiting, "message_retention_period": queue.retention_seconds}
    try:
        age = aws.oldest_message_seconds(one.arn)
    except CredentialsProblem:
        raise
    except LdsError as problem:
        yield one.here.skipped(f"{what} in {one.label}; for how long is not known: {problem.message}", problem.hint)
        return
    kept = queue.retention_seconds or KEPT_SECONDS
    if age is None or age < min(DAY_SECONDS, kept / 2):
        return
    left = f"SQS deletes it in {time(kept - age)}" if kept > age else "SQS is deleting it"
    yield one.here.warning(
        f"{what} in {one.label} and no function reads them: the oldest for {time(age)}, and {left}",
        f"lds tail {one.label} --no-follow",
        {**evidence, "oldest_message_seconds": age},
    )


CHECK = Check(
    id="LDS206",
    title="What waits in a queue does not grow old unread",
    explanation=(
        "Records that nobody takes are deleted when the queue's retention is over. It warns where messages wait, no "
        "event source mapping reads the queue, and the oldest is older than a day, or than half of the retention "
        "(CloudWatch, ApproximateAgeOfOldestMessage). Read them with lds tail. It says nothing when all is well, nor "
        "where CloudWatch saw no age within the last hour."
    ),
    page=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
        "sqs-available-cloudwatch-metrics.html"
    ),
    run=_run,
    ahead=False,
)
