"""What a key's own policy and its grants say, beside what the simulator says of the role."""

from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.sides import Other, both_sides, is_final
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.verdict import BOUNDARY, KEY
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.key import KeyGrant
from lambda_dest_cli.model.permission import Decision, Permission

_GRANT = "a grant of the key"


def with_key_policy(subject: Subject, aws: Aws, answer: Permission) -> Permission:
    """Give the answer for a key: its policy has to allow it, or leave it to the account, whatever the role's say."""
    if is_final(answer):
        return answer
    key = Arn.parse(answer.question.resource)
    try:
        policy = read(aws.key_policy(key), "the key policy")
    except CredentialsProblem:
        raise
    except LdsError as problem:
        doubts = (f"what that says ({problem.message})",)
        return replace(answer, decision=Decision.UNKNOWN, said_by=KEY, missing_context=(), doubts=doubts)
    found = both_sides(answer, Other(policy, subject.facts.role, subject.facts.arn, key.account, key=True))
    if found.decision is Decision.IMPLICIT_DENY and found.said_by != BOUNDARY:
        return _or_granted(found, subject.facts.role, aws, key)
    return found


def _or_granted(refused: Permission, role: Arn, aws: Aws, key: Arn) -> Permission:
    """Look for a grant to the role. Grants are rare: where they may not be listed, the refusal stands."""
    try:
        grants = aws.key_grants(key)
    except CredentialsProblem:
        raise
    except LdsError:
        return refused
    operation = refused.question.action.partition(":")[2]
    fitting = [each for each in grants if _speaks_of(each, role) and operation in each.operations]
    if not fitting:
        return refused
    if all(each.constrained for each in fitting):
        doubts = ("whether the encryption context is that of a grant to the role",)
        return replace(refused, decision=Decision.UNKNOWN, said_by=KEY, missing_context=(), doubts=doubts)
    return Permission(refused.question, Decision.ALLOWED, _GRANT)


def _speaks_of(grant: KeyGrant, role: Arn) -> bool:
    return grant.grantee == str(role)
