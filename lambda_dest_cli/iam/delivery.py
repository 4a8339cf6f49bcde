"""What the request of a delivery carries, and what nobody can tell of it beforehand.

Lambda delivers with a session of the execution role (captures of Sept 2026), so that the keys of the principal, the
resource and the connection are known. IAM User Guide, "AWS global condition context keys".
"""

from collections.abc import Mapping
from typing import Literal

from lambda_dest_cli.model.arn import Arn

NEVER_CARRIED = frozenset({"lambda:sourcefunctionarn"})
"""Keys that a delivery does not have (captures of Sept 2026), in lower case: what asks for them does not match."""

UNTOLD = frozenset(
    {
        "aws:CalledVia*",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalTag/*",
        "aws:RequestTag/*",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:ResourceTag/*",
        "aws:SourceIp",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:SourceVpc*",
        "aws:TagKeys",
        "aws:TokenIssueTime",
        "aws:UserAgent",
        "aws:UserId",
        "aws:ViaAWSService",
        "aws:VpcSourceIp",
        "events:*",
        "kms:EncryptionContext*",
        "kms:GrantIsForAWSResource",
        "s3:authType",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:signature*",
        "s3:TlsVersion",
        "s3:x-amz-*",
    }
)
"""Keys that a delivery may carry with a value that cannot be told from outside."""
_BOOLEANS = frozenset({"aws:PrincipalIsAWSService", "aws:SecureTransport"})


def delivery_context(role: Arn, owner: str, region: str) -> Mapping[str, str]:
    """Give what is known of a delivery by ``role`` to what belongs to the account ``owner``."""
    return {
        "aws:PrincipalAccount": role.account,
        "aws:PrincipalArn": str(role),
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": owner,
        "aws:SecureTransport": "true",
        "s3:ResourceAccount": owner,
    }


def key_context(role: Arn, key: Arn, service: str, region: str) -> Mapping[str, str]:
    """Give what is known of the use of a key by way of the service that encrypts with it."""
    via = {"kms:CallerAccount": role.account, "kms:ViaService": f"{service}.{region}.amazonaws.com"}
    return {**delivery_context(role, key.account, key.region), **via}


def source_context(function: Arn) -> Mapping[str, str]:
    """Give what a delivery may say of its source; whether it says so is not known."""
    return {"aws:SourceAccount": function.account, "aws:SourceArn": str(function)}


def context_type(key: str) -> Literal["boolean", "string"]:
    """Give IAM's type of a context key, as its simulator asks for."""
    return "boolean" if key in _BOOLEANS else "string"
