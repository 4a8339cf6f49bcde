"""LDS302: the role may deliver to each destination."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import Wanted, ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    yield from ask(subject, aws, report, _wanted(subject))


def _wanted(subject: Subject) -> list[Wanted]:
    return [
        Wanted(slot, arn, f"deliver to {subject.label(arn)}", _questions(subject, arn))
        for slot, arn in subject.sound_routes().items()
    ]


def _ahead(subject: Subject, _aws: Aws) -> Iterator[Question]:
    return (question for each in _wanted(subject) for question in each.questions)


def _questions(subject: Subject, arn: Arn) -> tuple[Question, ...]:
    """Ask as delivery does.

    A bucket's ARN names no account, so its owner is supplied, which policies may ask for (Developer Guide, "Capturing
    records"). lambda:SourceFunctionArn is not: a real delivery does not carry it (captures of Sept 2026).
    """
    kind = type_of(arn)
    context = (("s3:ResourceAccount", subject.facts.arn.account),) if arn.service == "s3" else ()
    needs = kind.needs(arn, subject.facts.name) if kind else ()
    return tuple(Question(need.action, need.resource, context) for need in needs)


CHECK = Check(
    id="LDS302",
    title="The execution role may deliver to each destination",
    explanation=(
        "Lambda delivers as the execution role and checks the role's permission only when the destination is "
        "configured. A role that lost it since drops every record; only DestinationDeliveryFailures moves. IAM's "
        "simulator is asked (iam:SimulatePrincipalPolicy); it reads the role's policies, its permissions boundary and "
        "the organization's policies, and the finding names the one that said no. Where a policy's condition asks for "
        "something that cannot be known beforehand, the answer is 'could not be checked'. It does not read the "
        "destination's own policy."
    ),
    run=_run,
    questions=_ahead,
)
