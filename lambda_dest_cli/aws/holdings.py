"""The policies that a role holds, read one by one: what the simulator only sums up."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.roles import role_name
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Holdings

if TYPE_CHECKING:
    from types_boto3_iam.client import IAMClient


class HoldingsReader:
    """Reads inline and attached policies, and the permissions boundary."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    @property
    def _iam(self) -> "IAMClient":
        return self._session.client("iam")

    def of(self, role: Arn, boundary: str) -> Holdings:
        """Read a role's policies by name; ``boundary`` is the ARN of its permissions boundary, if it has one."""
        name = role_name(role)
        policies = {**dict(self._inline(name)), **dict(self._attached(name))}
        return Holdings(policies, self._managed(boundary) if boundary else None)

    def _inline(self, role: str) -> Iterator[tuple[str, str]]:
        with calling("iam:ListRolePolicies", role):
            pages = self._iam.get_paginator("list_role_policies").paginate(RoleName=role)
            names = [name for page in pages for name in page["PolicyNames"]]
        for name in names:
            with calling("iam:GetRolePolicy", role):
                answer = self._iam.get_role_policy(RoleName=role, PolicyName=name)
                yield name, _text(answer["PolicyDocument"])

    def _attached(self, role: str) -> Iterator[tuple[str, str]]:
        with calling("iam:ListAttachedRolePolicies", role):
            pages = self._iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
            found = [policy for page in pages for policy in page["AttachedPolicies"]]
        for policy in found:
            yield policy["PolicyName"], self._managed(policy["PolicyArn"])

    def _managed(self, arn: str) -> str:
        with calling("iam:GetPolicy", arn):
            version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        with calling("iam:GetPolicyVersion", arn):
            answer = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)
            return _text(answer["PolicyVersion"]["Document"])


def _text(document: object) -> str:
    """Give a document as JSON text, whether botocore has decoded it or not."""
    return unquote(document) if isinstance(document, str) else json.dumps(document)
