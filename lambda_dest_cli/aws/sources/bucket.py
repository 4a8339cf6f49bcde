"""Buckets: the objects below ``aws/lambda/async/``, from the oldest on."""

from collections.abc import Sequence
from datetime import UTC, datetime

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.s3 import S3Feed
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.sources.store import StoreSettings
from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.outcome import Message, Watch

_BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
"""Before Lambda wrote to any bucket."""
_BATCH = 1_000
"""The most that DeleteObjects takes (S3 API Reference)."""


class BucketStore:
    """One bucket: the objects of the functions that are meant, or of all."""

    full = False

    def __init__(self, watch: Watch, session: AwsSession, settings: StoreSettings) -> None:
        self._arn = watch.destination
        self._session = session
        since = settings.since or _BEGINNING
        self._feed = S3Feed(
            watch, session, FeedSettings(settings.note, settings.clock, lambda _: None, settings.steal, since)
        )

    def open(self) -> None:
        """Find the bucket; raises NotFound."""
        self._feed.open()

    def poll(self, wait_seconds: int) -> list[Message]:
        """Fetch some objects."""
        return self._feed.poll(wait_seconds)

    def holds(self, id_: str) -> bool:
        """Say yes: an object is nobody's in particular."""
        return True

    def heartbeat(self) -> None:
        """Do nothing."""

    def delete(self, ids: Sequence[str]) -> list[str]:
        """Delete objects; in a bucket with versions they can be brought back."""
        kept = []
        for start in range(0, len(ids), _BATCH):
            keys = ids[start : start + _BATCH]
            with calling("s3:DeleteObject", label(self._arn)):
                answer = self._session.client("s3").delete_objects(
                    Bucket=self._arn.resource, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
                )
            kept += [refusal.get("Key", "") for refusal in answer.get("Errors", [])]
        return kept

    def close(self) -> list[str]:
        """Do nothing: nothing is held."""
        return []
