"""Execution roles: what IAM says of them, and the one inline policy that lds writes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.iam.delivery import context_type
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision, Permission, Question, Role

if TYPE_CHECKING:
    from types_boto3_iam.client import IAMClient

POLICY_NAME = "lds-destinations"
"""The inline policy that holds what lds granted, and nothing else."""
_RESOURCES_PER_CALL = 20
"""IAM publishes no limit; other tools that call in bulk stay at 20 and are served."""


class Roles:
    """The roles of one account."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    @property
    def _iam(self) -> "IAMClient":
        return self._session.client("iam")

    def get(self, arn: Arn) -> Role:
        """Read a role; raises NotFound when it is gone (a function keeps the ARN of a deleted role)."""
        name = role_name(arn)
        with calling("iam:GetRole", name):
            try:
                answer = self._iam.get_role(RoleName=name)["Role"]
            except self._iam.exceptions.NoSuchEntityException as error:
                raise NotFound(f"the execution role {arn} does not exist", "give the function another role") from error
        return Role(
            arn=Arn.parse(answer["Arn"]),
            name=answer["RoleName"],
            trust_policy=_document(answer.get("AssumeRolePolicyDocument", {})),
            boundary=answer.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            tags={tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])},
        )

    def may(self, role: Arn, questions: Iterable[Question]) -> list[Permission]:
        """Ask IAM's simulator, in as few calls as the context keys allow; answers come in the questions' order.

        The simulator does not see the policies of queues, topics, buses, buckets and keys.
        """
        asked = list(dict.fromkeys(questions))
        found: dict[Question, Permission] = {}
        for batch in each(lambda group: self._simulate(role, group), _batches(asked)):
            found.update(batch)
        # An emulator, or a service under load, may leave resources out of a batch: those are asked one by one.
        for question in asked:
            if question not in found:
                found.update(self._simulate(role, [question]))
        return [found.get(question) or Permission(question, Decision.UNKNOWN) for question in asked]

    def inline_policy(self, role: Arn) -> str | None:
        """Give the JSON of the role's ``lds-destinations`` policy, or None when it has none."""
        with calling("iam:GetRolePolicy", role_name(role)):
            try:
                answer = self._iam.get_role_policy(RoleName=role_name(role), PolicyName=POLICY_NAME)
            except self._iam.exceptions.NoSuchEntityException:
                return None
        return _document(answer["PolicyDocument"])

    def put_inline_policy(self, role: Arn, document: str) -> None:
        """Write the role's ``lds-destinations`` policy, in place of what it held."""
        with calling("iam:PutRolePolicy", role_name(role)):
            self._iam.put_role_policy(RoleName=role_name(role), PolicyName=POLICY_NAME, PolicyDocument=document)

    def delete_inline_policy(self, role: Arn) -> None:
        """Delete the role's ``lds-destinations`` policy; IAM takes no policy without statements."""
        with calling("iam:DeleteRolePolicy", role_name(role)):
            self._iam.delete_role_policy(RoleName=role_name(role), PolicyName=POLICY_NAME)

    def put_trust_policy(self, role: Arn, document: str) -> None:
        """Write who may assume the role, in place of what it said."""
        with calling("iam:UpdateAssumeRolePolicy", role_name(role)):
            self._iam.update_assume_role_policy(RoleName=role_name(role), PolicyDocument=document)

    def _simulate(self, role: Arn, questions: Sequence[Question]) -> dict[Question, Permission]:
        actions = sorted({question.action for question in questions})
        resources = sorted({question.resource for question in questions})
        with calling("iam:SimulatePrincipalPolicy", role_name(role)):
            pages = self._iam.get_paginator("simulate_principal_policy").paginate(
                PolicySourceArn=str(role),
                ActionNames=actions,
                ResourceArns=resources,
                ContextEntries=[
                    {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": context_type(key)}
                    for key, value in questions[0].context
                ],
            )
            results = [result for page in pages for result in page.get("EvaluationResults", [])]
        return _answers(results, questions)


def role_name(role: Arn) -> str:
    """Give the name out of a role's ARN, whose resource is ``role/path/name``."""
    return role.resource.rpartition("/")[2]


def _batches(questions: Iterable[Question]) -> list[list[Question]]:
    """Group questions that one call can ask: the same context, at most twenty resources."""
    groups = []
    for _, members in groupby(sorted(questions, key=lambda each: each.context), key=lambda each: each.context):
        same = list(members)
        groups += [same[start : start + _RESOURCES_PER_CALL] for start in range(0, len(same), _RESOURCES_PER_CALL)]
    return groups


def _answers(results: Iterable[Mapping[str, Any]], questions: Sequence[Question]) -> dict[Question, Permission]:
    """Pick the answers out of what the simulator gave; with several resources only ResourceSpecificResults counts."""
    wanted = {(question.action.lower(), question.resource): question for question in questions}
    found = {}
    for result in results:
        specific = result.get("ResourceSpecificResults") or []
        for part in specific or [result]:
            resource = part.get("EvalResourceName") or result.get("EvalResourceName", "")
            question = wanted.get((result["EvalActionName"].lower(), resource))
            if question:
                found[question] = _permission(question, part, result)
    return found


def _permission(question: Question, part: Mapping[str, Any], whole: Mapping[str, Any]) -> Permission:
    """Read the answer for one resource; beside particular resources the top level unites what is said of all."""
    decision = Decision(part.get("EvalResourceDecision") or whole["EvalDecision"])
    boundary = part.get("PermissionsBoundaryDecisionDetail") or whole.get("PermissionsBoundaryDecisionDetail") or {}
    organization = whole.get("OrganizationsDecisionDetail") or {}
    matched = part.get("MatchedStatements") or []
    said_by = ""
    if decision is not Decision.ALLOWED:
        if organization.get("AllowedByOrganizations") is False:
            said_by = "organization"
        elif boundary.get("AllowedByPermissionsBoundary") is False:
            said_by = "permissions boundary"
        else:
            said_by = "identity policy"
    return Permission(
        question,
        decision,
        said_by,
        tuple(part.get("MissingContextValues") or ()),
        tuple(dict.fromkeys(statement.get("SourcePolicyId", "") for statement in matched)),
    )


def _document(document: object) -> str:
    """Give a policy document as JSON text; botocore decodes it into a dict, a bare answer is URL-encoded text."""
    return unquote(document) if isinstance(document, str) else json.dumps(document)
