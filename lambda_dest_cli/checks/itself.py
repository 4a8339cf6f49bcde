"""LDS104: a function is not its own destination."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    for slot, arn in subject.routes().items():
        if subject.is_itself(arn):
            yield report.at(slot, arn).failure(
                "the function is its own destination, which Lambda refuses under every qualifier",
                cure.another(subject, slot),
            )


CHECK = Check(
    id="LDS104",
    title="No function is its own destination",
    explanation=(
        "Lambda refuses a function as its own destination, whatever the qualifiers: it would call itself for ever. "
        "It says nothing when all is well."
    ),
    run=_run,
    offline=True,
)
