"""Files that lds writes into a bucket for Step Functions to read."""

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession


class Parts:
    """The objects of one bucket below one prefix."""

    def __init__(self, session: AwsSession, bucket: str, prefix: str) -> None:
        self._session = session
        self._bucket = bucket
        self._prefix = prefix

    def put(self, name: str, body: bytes) -> str:
        """Write one; it is there for good when this returns. Gives its key."""
        key = self._prefix + name
        with calling("s3:PutObject", f"s3:{self._bucket}"):
            self._session.client("s3").put_object(Bucket=self._bucket, Key=key, Body=body)
        return key

    def find(self) -> list[str]:
        """Give the keys of all, in order."""
        with calling("s3:ListBucket", f"s3:{self._bucket}"):
            pages = self._session.client("s3").get_paginator("list_objects_v2")
            answers = pages.paginate(Bucket=self._bucket, Prefix=self._prefix)
            return [found["Key"] for page in answers for found in page.get("Contents", [])]

    def remove(self, key: str) -> None:
        """Delete one."""
        with calling("s3:DeleteObject", f"s3:{self._bucket}"):
            self._session.client("s3").delete_object(Bucket=self._bucket, Key=key)
