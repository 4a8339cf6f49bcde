"""LDS201: each destination exists."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


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
                f"{subject.label(arn)} does not exist",
                f"create it, or choose another destination: lds configure {subject.name}",
            )


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
