"""LDS201: each destination exists."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding

_CREATE = {
    "sqs": "aws sqs create-queue --queue-name ",
    "sns": "aws sns create-topic --name ",
    "events": "aws events create-event-bus --name ",
    "s3": "aws s3 mb s3://",
}
"""How each is made, where a name is enough to make one."""


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    routes = subject.sound_routes()
    for (slot, arn), target in zip(routes.items(), each(aws.target, routes.values()), strict=True):
        here = report.at(slot, arn)
        if target.exists is None:
            yield here.skipped(f"{subject.label(arn)} could not be looked up: {target.why}")
        elif target.exists:
            yield here.passed(f"{subject.label(arn)} exists")
        else:
            yield here.failure(
                f"{subject.label(arn)} does not exist: what is sent there is lost", _fix(subject, slot, arn)
            )


def _fix(subject: Subject, slot: Slot, arn: Arn) -> str:
    home, kind = subject.facts.arn, type_of(arn)
    command = _CREATE.get(arn.service)
    instead = cure.another(subject, slot)
    if command is None or kind is None or arn.account not in ("", home.account):
        return instead
    region = "" if arn.region in ("", home.region) else f" --region {arn.region}"
    return f"{command}{kind.name_of(arn)}{region}\nor choose another destination\n{instead}"


CHECK = Check(
    id="LDS201",
    title="Each destination exists",
    explanation=(
        "Lambda looks a destination up when it is configured, and never again. A queue, topic, bucket, bus or "
        "function that was deleted since takes every record with it; only the metric DestinationDeliveryFailures "
        "(for a dead-letter queue DeadLetterErrors) moves. The bus of EventBridge is not looked up even when it "
        "is configured."
    ),
    run=_run,
)
