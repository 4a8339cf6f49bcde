"""KMS keys: whose they are, and what their policies and grants say."""

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.key import Key, KeyGrant

_ONLY_POLICY = "default"
"""A key has one policy, of this name (KMS API Reference, GetKeyPolicy)."""


class Keys:
    """The keys that destinations are encrypted with, in whatever region they are."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    def describe(self, name: str, region: str) -> Key:
        """Resolve a key id, alias or ARN; raises NotFound or AccessDenied."""
        with calling("kms:DescribeKey", name):
            named = Arn.parse(name).region if name.startswith("arn:") else region
            found = self._session.client("kms", named).describe_key(KeyId=name)["KeyMetadata"]
            return Key(Arn.parse(found["Arn"]), found.get("KeyManager") == "AWS", found.get("KeyState", ""))

    def policy(self, key: Arn) -> str:
        """Give a key's policy, as JSON text."""
        with calling("kms:GetKeyPolicy", str(key)):
            answer = self._session.client("kms", key.region).get_key_policy(KeyId=str(key), PolicyName=_ONLY_POLICY)
            return answer["Policy"]

    def grants(self, key: Arn) -> tuple[KeyGrant, ...]:
        """Give a key's grants."""
        with calling("kms:ListGrants", str(key)):
            pages = self._session.client("kms", key.region).get_paginator("list_grants").paginate(KeyId=str(key))
            found = [grant for page in pages for grant in page["Grants"]]
        return tuple(
            KeyGrant(each.get("GranteePrincipal", ""), tuple(each.get("Operations", [])), bool(each.get("Constraints")))
            for each in found
        )
