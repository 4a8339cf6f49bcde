"""LDS506: Lambda stopped no endless loop."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import LOOPS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, many, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    stopped = past.get(Metric.LOOPS)
    if stopped:
        yield report.failure(
            f"Lambda stopped {many(stopped.value, 'event', 'events')} {words} that had come round to the function "
            f"again and again, {last(stopped)}",
            "find what sends its outcome back to it: its destinations (LDS107), or its own code",
            told(Metric.LOOPS, stopped),
        )


CHECK = Check(
    id="LDS506",
    title="Lambda stopped no endless loop",
    explanation=(
        "The metric RecursiveInvocationsDropped counts events that Lambda stopped because a chain through SQS, SNS, S3 "
        "or Lambda had come to the same function about 16 times. A stopped asynchronous event goes to the failure "
        "path. A loop through EventBridge is not noticed. It says nothing when all is well."
    ),
    page=LOOPS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
