"""A closer look at a role's policies: which statement said no, and which one almost said yes.

The simulator names policies at best, and not who would have been right with another resource or condition. Where it may
not be asked at all, the policies themselves are judged in its stead.
"""

from collections.abc import Sequence
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError
from lambda_dest_cli.iam.delivery import UNTOLD
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.nearest import nearest
from lambda_dest_cli.iam.policy import Policy
from lambda_dest_cli.iam.verdict import BOUNDARY, IDENTITY
from lambda_dest_cli.model.permission import Decision, Permission, Question

STOOD_IN = (
    "judged by lds from the role's policies, for you may not call iam:SimulatePrincipalPolicy; what the organization "
    "says is not seen"
)
_REFUSED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)


def may(subject: Subject, aws: Aws, questions: Sequence[Question]) -> tuple[list[Permission], bool]:
    """Ask the simulator, or stand in for it; the second says whether that was necessary. Raises AccessDenied."""
    try:
        return aws.may(subject.facts.role, questions), False
    except AccessDenied as problem:
        policies = _held(subject, aws)
        if policies is None:
            raise problem from None
        return [_judged(subject, question, policies) for question in questions], True


def closer(subject: Subject, aws: Aws, answer: Permission) -> Permission:
    """Name the statements behind a refusal by the role's own policies, where those may be read."""
    if answer.decision not in _REFUSED or answer.said_by not in (IDENTITY, BOUNDARY):
        return answer
    policies = _held(subject, aws)
    if policies is None:
        return answer
    found = _judged(subject, answer.question, policies)
    if answer.decision is Decision.EXPLICIT_DENY:
        named = found.decision is Decision.EXPLICIT_DENY
        return replace(answer, matched=found.matched, said_by=found.said_by) if named else answer
    near = () if answer.said_by == BOUNDARY else nearest(policies.identity, _request(subject, answer.question))
    return replace(answer, nearest=near)


def _held(subject: Subject, aws: Aws) -> Policies | None:
    """Read the role's policies; None where that is not allowed, or one of them cannot be understood."""
    try:
        held = aws.holdings(subject.facts.role)
        identity = [read(text, name) for name, text in held.policies.items()]
        boundary: tuple[Policy, ...] | None = None
        if held.boundary is not None:
            boundary = (read(held.boundary, "the permissions boundary"),)
        return Policies(identity, boundary)
    except CredentialsProblem:
        raise
    except LdsError:
        return None


def _judged(subject: Subject, question: Question, policies: Policies) -> Permission:
    verdict = evaluate(_request(subject, question), policies)
    return Permission(
        question,
        verdict.decision,
        "" if verdict.decision is Decision.ALLOWED else verdict.said_by,
        (),
        tuple(str(match) for match in verdict.matched),
        verdict.doubts if verdict.decision is Decision.UNKNOWN else (),
    )


def _request(subject: Subject, question: Question) -> Request:
    """Ask as from within the account of the thing: what its own policy says is another matter."""
    context = {key: (value,) for key, value in question.context}
    role = subject.facts.role
    return Request(question.action, question.resource, str(role), role.account, context, UNTOLD)
