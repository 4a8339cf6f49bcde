"""Buckets: whose they are, their own policies, and what they delete by themselves."""

from typing import Any

from botocore.exceptions import ClientError

from lambda_dest_cli.aws.errors import calling, error_code
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import AccessDenied
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.bucket import Bucket, Expiry

_NO_LIFECYCLE = "NoSuchLifecycleConfiguration"
_NO_POLICY = "NoSuchBucketPolicy"
_REFUSALS = frozenset({"403", "AccessDenied"})


class Buckets:
    """The buckets that somebody may read; which account they belong to has to be asked."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    def policy(self, bucket: Arn) -> str:
        """Give a bucket's own policy as JSON text; empty where it has none."""
        with calling("s3:GetBucketPolicy", str(bucket)):
            try:
                return self._session.client("s3").get_bucket_policy(Bucket=bucket.resource)["Policy"]
            except ClientError as error:
                if error_code(error) == _NO_POLICY:
                    return ""
                raise

    def of(self, bucket: Arn, account: str) -> Bucket:
        """Say whether a bucket belongs to an account, and what it deletes.

        A request that names the owner is refused where it is another one (S3 User Guide, "Verifying bucket ownership"),
        so that one call tells both; who may not read the rules needs a second.
        """
        try:
            return Bucket(True, self._expiries(bucket, account))
        except AccessDenied as problem:
            return Bucket(self._is_owned_by(bucket, account), expiries_why=problem.message)

    def _expiries(self, bucket: Arn, account: str) -> tuple[Expiry, ...]:
        with calling("s3:GetLifecycleConfiguration", str(bucket)):
            try:
                answer = self._session.client("s3").get_bucket_lifecycle_configuration(
                    Bucket=bucket.resource, ExpectedBucketOwner=account
                )
            except ClientError as error:
                if error_code(error) == _NO_LIFECYCLE:
                    return ()
                raise
        return tuple(found for rule in answer.get("Rules", []) if (found := _expiry(rule)))

    def _is_owned_by(self, bucket: Arn, account: str) -> bool:
        with calling("s3:ListBucket", str(bucket)):
            try:
                self._session.client("s3").head_bucket(Bucket=bucket.resource, ExpectedBucketOwner=account)
            except ClientError as error:
                if error_code(error) in _REFUSALS:
                    return False
                raise
        return True


def _expiry(rule: Any) -> Expiry | None:
    """Read a rule. One that picks by tag or size is left out: what Lambda writes has no tag, and any size."""
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    days = rule.get("Expiration", {}).get("Days")
    if rule.get("Status") != "Enabled" or not days or chosen.keys() - {"Prefix", "And"} or both.keys() - {"Prefix"}:
        return None
    prefix = rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or ""
    return Expiry(rule.get("ID", ""), prefix, int(days))
