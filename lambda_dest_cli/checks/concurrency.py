"""LDS408: the function may run at all."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import RETRIES_PAGE, Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    name = subject.facts.name
    if aws.health(FunctionRef(name)).reserved_concurrency == 0:
        yield report.failure(
            "its reserved concurrency is 0: it never runs, and every asynchronous event goes straight to the failure "
            "path, or is dropped",
            f"aws lambda delete-function-concurrency --function-name {name}",
            {"reserved_concurrency": 0},
        )


CHECK = Check(
    id="LDS408",
    title="The function may run: its reserved concurrency is not 0",
    explanation=(
        "Reserved concurrency 0 switches a function off. An asynchronous event is then accepted all the same and not "
        "tried even once: it goes straight to the on-failure destination (ZeroReservedConcurrency) and the dead-letter "
        "queue, or is dropped. It says nothing when all is well."
    ),
    page=RETRIES_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
