"""LDS212: a destination function is active."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.next_function import facts_of, next_functions
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for function in next_functions(subject, aws, report):
        facts, name = facts_of(function, aws), function.name
        because = f": {facts.reason}" if facts.reason else ""
        evidence = {"state": facts.state, "reason": facts.reason}
        if facts.state == "Failed":
            yield function.one.here.failure(
                f"the destination function {name} cannot run: Lambda could not set it up{because}",
                f"aws lambda get-function --function-name {name}",
                evidence,
            )
        elif facts.state == "Inactive":
            yield function.one.here.warning(
                f"the destination function {name} is inactive, for it has not run for weeks; the first record fails "
                f"and wakes it{because}",
                f"aws lambda invoke --function-name {name} --invocation-type Event /dev/stdout",
                evidence,
            )
        elif facts.state == "Pending":
            yield function.one.here.skipped(
                f"the destination function {name} is still being set up{because}", "", evidence
            )


CHECK = Check(
    id="LDS212",
    title="A destination function is active",
    explanation=(
        "Lambda invokes a destination function asynchronously, as anybody would. One in the state Failed cannot run, "
        "and one that is Inactive (not used for weeks) fails at the first record, which wakes it up. It says nothing "
        "when all is well, nor of a function of another account or region."
    ),
    page="https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html",
    run=_run,
    ahead=False,
)
