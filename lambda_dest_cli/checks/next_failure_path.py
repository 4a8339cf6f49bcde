"""LDS214: what a destination function cannot take goes somewhere."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import RETRIES_PAGE, Check
from lambda_dest_cli.checks.next_function import facts_of, next_functions
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for function in next_functions(subject, aws, report):
        config = aws.configurations(FunctionRef(function.ref.name)).get(function.ref.qualifier)
        if (config and config.on_failure) or facts_of(function, aws).dead_letter:
            continue
        yield function.one.here.warning(
            f"the destination function {function.name} has no failure path of its own: a record that it fails on is "
            "dropped after its retries",
            f"lds configure {function.name} --on-failure sqs:{function.ref.name}-failed",
        )


CHECK = Check(
    id="LDS214",
    title="A destination function has a failure path of its own",
    explanation=(
        "A destination function gets the record as an asynchronous event, with retries and destinations of its own, "
        "under the qualifier that the destination names. Where it fails and has neither an on-failure destination "
        "there nor a dead-letter queue, the record is dropped, and for the first function it was delivered. It says "
        "nothing when all is well, nor of a function of another account or region."
    ),
    page=RETRIES_PAGE,
    run=_run,
    ahead=False,
)
