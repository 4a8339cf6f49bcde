"""LDS101: each destination is something that its slot takes."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import complaint, type_of
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    for slot, arn in subject.routes().items():
        here, kind = report.at(slot, arn), type_of(arn)
        if kind and slot in kind.slots:
            yield here.passed(f"{subject.label(arn)} is {kind.words}")
        else:
            yield here.failure(complaint(arn, slot) or f"{arn} does not fit", cure.another(subject, slot))


CHECK = Check(
    id="LDS101",
    title="Each destination is of a kind that its slot takes",
    explanation=(
        "On success Lambda delivers to SQS, SNS, EventBridge and other functions; on failure to S3 as well; a "
        "dead-letter queue is an SQS queue or an SNS topic. Rules, subscriptions and objects are no destinations: name "
        "the bus, the topic, the bucket."
    ),
    run=_run,
    offline=True,
)
