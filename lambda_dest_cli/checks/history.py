"""LDS500: the metrics of the functions can be read."""

from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, FleetCheck
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.finding import Finding


def _run(subjects: Sequence[Subject], aws: Aws) -> Iterator[Finding]:
    if aws.history and subjects:
        aws.history.of(subjects[0].facts.name)  # an error is the finding: a skip with the reason
    yield from ()


CHECK = FleetCheck(
    id="LDS500",
    title="CloudWatch tells what became of earlier events",
    explanation=(
        "Lambda drops a record that it cannot deliver, and only a metric of CloudWatch moves. lds reads the metrics of "
        "every function it checks, back to --since (24 h unless you say otherwise), with as few calls of "
        "cloudwatch:GetMetricData as can be (AWS charges for them: about a cent for every 125 functions). Where they "
        "cannot be read, LDS409 and LDS501 to LDS506 have nothing to say, and this says so. It says nothing when all "
        "is well."
    ),
    page=METRICS_PAGE,
    run=_run,
)
