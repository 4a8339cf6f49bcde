"""LDS205: who reads a queue already."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import listed
from lambda_dest_cli.checks.reached import is_home, queues
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, _ in queues(subject, aws, report):
        readers = aws.consumers(one.arn) if is_home(subject, one.arn) else ()
        if readers:
            names = listed(FunctionRef.parse(each).name for each in readers)
            yield one.here.passed(
                f"{one.label} is read by {names} (event source mapping): its records go there, and whoever else "
                "receives takes them away from it",
                {"consumers": list(readers)},
            )


CHECK = Check(
    id="LDS205",
    title="Who reads a queue is known",
    explanation=(
        "An event source mapping has a function read the queue all the time. That is well, and worth knowing: each "
        "message goes to one reader, so lds tail (which refuses unless it is told otherwise), the console and every "
        "script would take records from that function, and see only some. It says nothing of a queue without an event "
        "source mapping; a reader of another kind cannot be seen from outside."
    ),
    page="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
    run=_run,
    ahead=False,
)
