"""LDS502: every dead letter was delivered."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, many, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    lost = past.get(Metric.DEAD_LETTER_ERRORS)
    if lost:
        yield report.failure(
            f"{many(lost.value, 'event', 'events')} could not be sent to the dead-letter queue {words}, {last(lost)}",
            "cure what else is said here of the dead-letter queue; a published version may keep another (LDS407)",
            told(Metric.DEAD_LETTER_ERRORS, lost),
        )


CHECK = Check(
    id="LDS502",
    title="Every dead letter was delivered",
    explanation=(
        "The metric DeadLetterErrors counts events that Lambda could not send to the dead-letter queue: the role may "
        "not, the queue or topic is gone, its key refuses, the event is too large. Such an event is gone. It is "
        "written only when sending fails. It says nothing when all is well."
    ),
    page=METRICS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
