"""LDS401: failed events go somewhere."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    routes = subject.routes()
    if Slot.ON_FAILURE in routes or Slot.DEAD_LETTER in routes:
        yield report.passed("failed events have a place to go")
        return
    name = subject.name
    yield report.warning(
        "failed events are dropped: there is neither an on-failure destination nor a dead-letter queue",
        f"lds configure {name} --on-failure sqs:{subject.facts.name}-failed",
    )


CHECK = Check(
    id="LDS401",
    title="Failed events have a place to go",
    explanation=(
        "After its retries Lambda drops an event that still fails, unless there is an on-failure destination or a "
        "dead-letter queue. Only the metric AsyncEventsDropped tells."
    ),
    run=_run,
    offline=True,
)
