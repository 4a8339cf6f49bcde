"""LDS302: the role may deliver to each destination."""

from collections.abc import Iterator
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.sides import Other, both_sides, is_final
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import Wanted, ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.iam.delivery import delivery_context
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.permission import Decision, Permission, Question

_LISTING = "s3:ListBucket"


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    def beside(wanted: Wanted, answer: Permission) -> Permission:
        return _or_by_the_destination(subject, aws, wanted.arn, answer)

    for finding in ask(subject, aws, report, _wanted(subject), beside):
        yield _only_when_configured(finding) if _is_there_already(subject) else finding


def _is_there_already(subject: Subject) -> bool:
    return subject.configured and subject.config == subject.state.configurations.get(subject.qualifier)


def _only_when_configured(finding: Finding) -> Finding:
    """Make a warning of a refusal that Lambda minds only when a configuration is written.

    It lists a bucket then, and not when it delivers (captures of Sept 2026: a deny of s3:ListBucket that came later
    stopped no record).
    """
    missing = finding.evidence.get("needs")
    actions = {each["action"] for each in missing} if isinstance(missing, list) else set()
    if finding.state is not State.FAIL or actions != {_LISTING}:
        return finding
    message = f"records still arrive, but Lambda will refuse this configuration the next time: {finding.message}"
    return replace(finding, state=State.WARN, message=message)


def _wanted(subject: Subject) -> list[Wanted]:
    return [
        Wanted(slot, arn, f"deliver to {subject.label(arn)}", questions(subject, arn))
        for slot, arn in subject.sound_routes().items()
    ]


def _ahead(subject: Subject, _aws: Aws) -> Iterator[Question]:
    return (question for each in _wanted(subject) for question in each.questions)


def questions(subject: Subject, arn: Arn) -> tuple[Question, ...]:
    """Ask as delivery does.

    A bucket's ARN names no account; it is taken for the function's own. What is known of a delivery is supplied, which
    policies may ask for (Developer Guide, "Capturing records"); lambda:SourceFunctionArn is not, for a real delivery
    does not carry it (captures of Sept 2026).
    """
    kind, home = type_of(arn), subject.facts.arn
    context = delivery_context(subject.facts.role, arn.account or home.account, arn.region or home.region)
    needs = kind.needs(arn, subject.facts.name) if kind else ()
    return tuple(Question(need.action, need.resource, tuple(context.items())) for need in needs)


def _or_by_the_destination(subject: Subject, aws: Aws, arn: Arn, answer: Permission) -> Permission:
    """Let a destination's own policy grant what the role's do not: in one account either is enough."""
    if answer.decision is Decision.ALLOWED or is_final(answer):
        return answer
    target = aws.target(arn)
    try:
        own = aws.policy_of(target) if target.exists else ""
        policy = read(own, subject.label(arn)) if own else None
    except CredentialsProblem:
        raise
    except LdsError:
        policy = None  # LDS304 says so
    if policy is None:
        return answer
    home = subject.facts.arn
    found = both_sides(answer, Other(policy, subject.facts.role, home, arn.account or home.account))
    return found if found.decision in (Decision.ALLOWED, Decision.UNKNOWN) else answer


CHECK = Check(
    id="LDS302",
    title="The execution role may deliver to each destination",
    explanation=(
        "Lambda delivers as the execution role and checks the role's permission only when the destination is "
        "configured. A role that lost it since drops every record; only DestinationDeliveryFailures moves. IAM's "
        "simulator is asked (iam:SimulatePrincipalPolicy); it reads the role's policies, its permissions boundary and "
        "the organization's policies, and the finding names the one that said no. Where a policy's condition asks for "
        "something that cannot be known beforehand, the answer is 'could not be checked'. Where you may read the "
        "role's policies, a refusal names the statement that denies, or those that allow the same elsewhere or on a "
        "condition; and where you may not ask the simulator, lds judges them itself and says so. Where the role's "
        "policies do not allow it, the destination's own policy is read, for in one account either is enough; what "
        "else that says, LDS304 tells. s3:ListBucket alone is a warning where the bucket is configured already: Lambda "
        "asks for it only then."
    ),
    run=_run,
    questions=_ahead,
)
