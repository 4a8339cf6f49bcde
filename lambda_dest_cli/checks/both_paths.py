"""LDS405: a failed event arrives twice where there are two failure paths."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    routes = subject.routes()
    record, bare = routes.get(Slot.ON_FAILURE), routes.get(Slot.DEAD_LETTER)
    if record and bare and record != bare:  # LDS106 warns of one target in both slots
        yield report.at(Slot.DEAD_LETTER, bare).passed(
            f"each failed event arrives twice: as a record at {subject.label(record)}, and bare at "
            f"{subject.label(bare)}; send it again from one of them only"
        )


CHECK = Check(
    id="LDS405",
    title="Two failure paths get each failed event twice",
    explanation=(
        "Where both an on-failure destination and a dead-letter queue are set, Lambda uses both: the destination gets "
        "a record, the queue the bare event. Whoever sends failed events again from both sends each of them twice; "
        "the request id (requestContext.requestId, and the message attribute RequestID) tells that they are one. This "
        "is as it should be, so it is a pass. It says nothing where there is one path or none."
    ),
    run=_run,
    offline=True,
)
