"""LDS404: what a failed event leaves behind where the dead-letter queue is the only failure path."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    routes = subject.routes()
    if Slot.DEAD_LETTER in routes and Slot.ON_FAILURE not in routes:
        yield report.at(Slot.DEAD_LETTER, routes[Slot.DEAD_LETTER]).passed(
            "it is the only failure path: it gets the bare event and the first 1 KB of the error, without the stack "
            f"trace; lds configure {subject.name} --on-failure DEST would tell more"
        )


CHECK = Check(
    id="LDS404",
    title="A dead-letter queue alone loses no event, but most of the error",
    explanation=(
        "A dead-letter queue takes the event as it came, and three message attributes: the request id, an error code "
        "and the first 1 KB of the error's message. An on-failure destination takes a record with the whole error, its "
        "stack trace, the number of attempts and the function's ARN, can be another function, a bus or a bucket as "
        "well, and belongs to one qualifier. Nothing is wrong with a dead-letter queue alone, so this is a pass. It "
        "says nothing where there is none."
    ),
    run=_run,
    offline=True,
)
