"""LDS302: the role may deliver to each destination."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    wanted = {slot: _delivery(subject, arn) for slot, arn in subject.sound_routes().items()}
    yield from ask(subject, aws, report, wanted, "deliver to")


def _delivery(subject: Subject, arn: Arn) -> list[Question]:
    """Ask as delivery does: a bucket's owner is known; lambda:SourceFunctionArn is not carried, so not supplied."""
    kind = type_of(arn)
    context = (("s3:ResourceAccount", subject.facts.arn.account),) if arn.service == "s3" else ()
    needs = kind.needs(arn, subject.facts.name) if kind else ()
    return [Question(need.action, need.resource, context) for need in needs]


CHECK = Check(
    id="LDS302",
    title="The execution role may deliver to each destination",
    explanation=(
        "Lambda delivers as the execution role and checks the role's permission only when the destination is "
        "configured. A role that lost it since drops every record; only DestinationDeliveryFailures moves. IAM's "
        "simulator is asked (iam:SimulatePrincipalPolicy); it reads the role's policies, its boundary and the "
        "organization, not the destination's own policy."
    ),
    run=_run,
)
