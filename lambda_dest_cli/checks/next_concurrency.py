"""LDS213: a destination function may run: its reserved concurrency is not 0."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import RETRIES_PAGE, Check
from lambda_dest_cli.checks.next_function import next_functions
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for function in next_functions(subject, aws, report):
        name = function.ref.name
        if aws.health(FunctionRef(name)).reserved_concurrency == 0:
            yield function.one.here.failure(
                f"the reserved concurrency of the destination function {name} is 0: it never runs, and the record goes "
                "to its own failure path, or is dropped",
                f"aws lambda delete-function-concurrency --function-name {name}",
                {"reserved_concurrency": 0},
            )


CHECK = Check(
    id="LDS213",
    title="A destination function may run: its reserved concurrency is not 0",
    explanation=(
        "Reserved concurrency 0 switches a function off. The record is accepted all the same, for Lambda it was "
        "delivered, and goes straight to the failure path of the destination function, or is dropped where that has "
        "none. It says nothing when all is well, nor of a function of another account or region."
    ),
    page=RETRIES_PAGE,
    run=_run,
    ahead=False,
)
