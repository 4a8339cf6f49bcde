"""LDS401: failed events go somewhere."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    paths = [slot.words for slot in subject.routes() if slot in (Slot.ON_FAILURE, Slot.DEAD_LETTER)]
    if paths:
        yield report.passed(f"failed events have a place to go: {' and '.join(paths)}")
        return
    yield report.warning(
        "failed events are dropped after their retries: there is neither an on-failure destination nor a dead-letter "
        "queue, and only the metric AsyncEventsDropped tells",
        f"lds configure {subject.name} --on-failure sqs:{subject.facts.name}-failed",
    )


CHECK = Check(
    id="LDS401",
    title="Failed events have a place to go",
    explanation=(
        "After its retries Lambda drops an event that still fails, unless there is an on-failure destination or a "
        "dead-letter queue. Only the metric AsyncEventsDropped tells. Whether what is there works is what the other "
        "checks say."
    ),
    run=_run,
    offline=True,
)
