"""LDS501: every record was delivered."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, many, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    lost = past.get(Metric.UNDELIVERED)
    if lost:
        yield report.failure(
            f"{many(lost.value, 'record was', 'records were')} lost {words}, {last(lost)}: Lambda could not deliver "
            "to a destination",
            "cure what else is said here of its destinations; where nothing is, the cause is over, or the record was "
            "too large for its destination (SNS takes 256 KB)",
            told(Metric.UNDELIVERED, lost),
        )


CHECK = Check(
    id="LDS501",
    title="Every record was delivered to its destination",
    explanation=(
        "The metric DestinationDeliveryFailures counts records that Lambda could not deliver: the role may not, the "
        "target is gone, its key refuses, the record is too large. Such a record is dropped, no log line tells, and "
        "the metric does not say which slot or why. It is written only when a delivery fails. It says nothing when all "
        "is well."
    ),
    page=METRICS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
