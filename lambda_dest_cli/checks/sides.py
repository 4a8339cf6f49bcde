"""Both sides of a permission: what IAM's simulator says of the role, and what the thing's own policy says.

The simulator does not see the policies of queues, topics, buses, buckets, functions and keys, so those are evaluated
here, beside its answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lambda_dest_cli.iam.delivery import NEVER_CARRIED, UNTOLD, source_context
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.iam.policy import Policy
from lambda_dest_cli.iam.verdict import BOUNDARY, IDENTITY
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision, Permission

_ALL: Policy = read({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
_NOTHING = Policy(())
_SOURCE = "whether a delivery carries aws:SourceArn"
_FINAL = frozenset({"organization"})
"""Who says no whatever a resource's policy says."""


@dataclass(frozen=True, slots=True)
class Other:
    """The other side: a thing's own policy."""

    policy: Policy
    role: Arn
    function: Arn
    owner: str
    """The account that the thing belongs to."""
    key: bool = False


def decision_of(answer: Permission) -> Decision:
    """Read the decision; a refusal that a missing context key may have caused is none.

    IAM takes a statement whose key is missing for one that does not match (IAM API, MissingContextValues).
    """
    if answer.decision is Decision.IMPLICIT_DENY and missing_of([answer]):
        return Decision.UNKNOWN
    return answer.decision


def missing_of(answers: Sequence[Permission]) -> list[str]:
    """Give the keys that IAM missed and a delivery might have."""
    return sorted({key for each in answers for key in each.missing_context if key.lower() not in NEVER_CARRIED})


def is_final(answer: Permission) -> bool:
    """Say whether nothing that the thing's own policy allows can change the answer."""
    return answer.decision is Decision.EXPLICIT_DENY or (
        answer.decision is Decision.IMPLICIT_DENY and answer.said_by in _FINAL
    )


def both_sides(answer: Permission, other: Other) -> Permission:
    """Give the answer of both sides together: where it comes to the same whatever is not known, that is no matter."""
    if is_final(answer):
        return answer
    verdicts = list(_verdicts(answer, other))
    first = next((each for each in verdicts if each.decision is Decision.UNKNOWN), verdicts[0])
    if len({verdict.decision for verdict in verdicts}) == 1:
        return _told(answer, first)
    if decision_of(answer) is Decision.UNKNOWN:
        return replace(answer, decision=Decision.UNKNOWN)
    return replace(answer, decision=Decision.UNKNOWN, said_by=first.said_by, doubts=first.doubts or (_SOURCE,))


def _told(answer: Permission, verdict: Verdict) -> Permission:
    same = verdict.decision is decision_of(answer)
    if same and (verdict.decision is Decision.ALLOWED or verdict.said_by in (IDENTITY, BOUNDARY)):
        return answer
    return Permission(
        answer.question,
        verdict.decision,
        verdict.said_by,
        tuple(key for key in verdict.missing_context if key.lower() in NEVER_CARRIED),
        tuple(str(match) for match in verdict.matched),
        verdict.doubts if verdict.decision is Decision.UNKNOWN else (),
    )


def _verdicts(answer: Permission, other: Other) -> Iterator[Verdict]:
    """Judge with everything that may be so: where all come to the same, it does not matter which is."""
    known = dict(answer.question.context)
    for context in (known, {**known, **source_context(other.function)}):
        for policies in _heard(answer, other):
            yield evaluate(_request(answer, other, context), policies)


def _request(answer: Permission, other: Other, context: Mapping[str, str]) -> Request:
    question = answer.question
    return Request(
        question.action,
        question.resource,
        str(other.role),
        other.owner,
        {key: (value,) for key, value in context.items()},
        UNTOLD,
    )


def _heard(answer: Permission, other: Other) -> Iterator[Policies]:
    """Stand in for the role's own policies with what the simulator found out about them."""
    decision = decision_of(answer)
    if decision is not Decision.IMPLICIT_DENY:
        yield Policies((_ALL,), resource=other.policy, key=other.key)
    if decision is not Decision.ALLOWED:
        boundary = (_NOTHING,) if answer.said_by == BOUNDARY else None
        yield Policies((), boundary, resource=other.policy, key=other.key)
