"""LDS101: each destination is something that its slot takes."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import complaint
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    for slot, arn in subject.routes().items():
        wrong = complaint(arn, slot)
        here = report.at(slot, arn)
        yield (
            here.failure(wrong, "choose another destination")
            if wrong
            else here.passed(f"{subject.label(arn)} fits the slot")
        )


CHECK = Check(
    id="LDS101",
    title="Each destination is of a kind that its slot takes",
    explanation=(
        "On success Lambda delivers to SQS, SNS, EventBridge and other functions; on failure to S3 as well; a "
        "dead-letter queue is an SQS queue or an SNS topic. FIFO queues and topics, partner event buses, rules, "
        "subscriptions and objects are never taken."
    ),
    run=_run,
    offline=True,
)
