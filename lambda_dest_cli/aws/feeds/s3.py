"""Buckets: the objects that Lambda writes below ``aws/lambda/async/``, listed from the last key on.

The names sort by function and time (``aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>``, Lambda
Developer Guide, "Capturing records of Lambda asynchronous invocations"), so ``StartAfter`` is a filter by time and
midnight is nothing special. Objects of one second sort by chance, and a name is made before its object is there;
therefore each listing begins a little earlier than the last one ended, and what was seen is left out.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.aws_time import aws_time
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import Tap

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

ROOT = "aws/lambda/async/"
OVERLAP = timedelta(seconds=60)
FETCHED_AT_ONCE = 32
LONGEST_BODY = 8 * 1024 * 1024
"""Several times what a record can be; anybody may write an object below ROOT."""
_TIME = "%Y/%m/%d/%Y-%m-%dT%H.%M.%S"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Object:
    key: str
    written: datetime


class S3Feed:
    """One bucket: the objects of the functions that are watched, or of all."""

    def __init__(self, watch: Watch, session: AwsSession, settings: FeedSettings) -> None:
        self._arn = watch.destination
        self._session = session
        self._settings = settings
        self._only = sorted({Arn.parse(function).resource.split(":")[1] for function, _ in watch.only})
        self._begin = ""
        self._newest: dict[str, datetime] = {}
        """By prefix of a function, when the newest object so far was written, as S3 says; a name may say anything."""
        self._seen: dict[str, set[str]] = {}
        self._listing: Iterator[list[_Object]] | None = None
        self._waiting: deque[_Object] = deque()

    def tap(self) -> Tap:
        """Say that nothing is made."""
        return Tap(self._arn)

    def open(self) -> None:
        """Find the bucket and, unless told since when, take note of what is there already; raises NotFound."""
        with calling("s3:ListBucket", label(self._arn)):
            answer = self._s3.list_objects_v2(Bucket=self._arn.resource, Prefix=ROOT, MaxKeys=1)
        since = self._settings.since
        if since is not None:
            self._begin = _spelled(since - OVERLAP)
            return
        # S3's own clock: the names are of AWS's time, whatever time it is here.
        self._begin = _spelled(aws_time(answer, self._settings.clock()) - OVERLAP)
        for _ in self._fresh():
            pass

    def ready(self, wait_seconds: int) -> bool:
        """Say yes: a listing sees every object that was written before it (S3 User Guide, "consistency model")."""
        return True

    def poll(self, wait_seconds: int) -> list[Message]:
        """Fetch some of the new objects, several at a time."""
        while self._waiting or self._list_on():
            some = [self._waiting.popleft() for _ in range(min(FETCHED_AT_ONCE, len(self._waiting)))]
            found = [message for message in each(self._fetch, some, FETCHED_AT_ONCE) if message is not None]
            if found:
                return found
        self._settings.sleep(wait_seconds)
        return []

    def heartbeat(self) -> None:
        """Do nothing: reading an object changes nothing."""

    def delete(self, messages: Sequence[Message]) -> None:
        """Do nothing: objects stay."""

    def close(self) -> None:
        """Do nothing: nothing was made."""

    @property
    def _s3(self) -> "S3Client":
        return self._session.client("s3")

    def _list_on(self) -> bool:
        """Go on with the listing until something new waits; says no at its end, and the next call begins anew."""
        if self._listing is None:
            self._listing = self._fresh()
        found = next(self._listing, None)
        if found is None:
            self._listing = None
            return False
        self._waiting.extend(found)
        return True

    def _fresh(self) -> Iterator[list[_Object]]:
        """List once through all functions; gives what is new, page by page."""
        for prefix in [f"{ROOT}{name}/" for name in self._only] or list(self._prefixes()):
            seen = self._seen.setdefault(prefix, set())
            for page in self._pages(prefix, prefix + self._start(prefix)):
                new = [each for each in page if each.key not in seen]
                seen.update(each.key for each in new)
                if new:
                    self._newest[prefix] = max(self._newest.get(prefix, _NEVER), *(each.written for each in new))
                    yield new
            after = prefix + self._start(prefix)
            self._seen[prefix] = {key for key in seen if key > after}

    def _start(self, prefix: str) -> str:
        """Give the time from which on a function's objects are listed, as the names spell it."""
        newest = self._newest.get(prefix)
        return self._begin if newest is None else max(self._begin, _spelled(newest - OVERLAP))

    def _prefixes(self) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._arn.resource, Prefix=ROOT, Delimiter="/"
        )
        with calling("s3:ListBucket", label(self._arn)):
            for page in pages:
                yield from (each["Prefix"] for each in page.get("CommonPrefixes", []))

    def _pages(self, prefix: str, after: str) -> Iterator[list[_Object]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._arn.resource, Prefix=prefix, StartAfter=after
        )
        with calling("s3:ListBucket", label(self._arn)):
            for page in pages:
                yield [_Object(each["Key"], each["LastModified"].astimezone(UTC)) for each in page.get("Contents", [])]

    def _fetch(self, found: _Object) -> Message | None:
        try:
            with calling("s3:GetObject", f"{label(self._arn)}, {found.key}"):
                answer = self._s3.get_object(Bucket=self._arn.resource, Key=found.key)
                body = answer["Body"].read(LONGEST_BODY)
        except NotFound:
            self._settings.note(f"{label(self._arn)}: {found.key} was deleted before it could be read")
            return None
        return Message(found.key, body, found.written)


def _spelled(time: datetime) -> str:
    return time.astimezone(UTC).strftime(_TIME)
