"""A real account to run the cases in: ``pytest tests/contract --live``.

Credentials, region and, for a try without an account, AWS_ENDPOINT_URL come from the environment, as boto3 reads them.
Everything has a name with this run's prefix; what a case made is removed at its end, what cases share at the end of the
run, and what a run that was killed left behind by the next run, once it is older than a few hours.
"""

import os
import secrets
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import boto3

from tests.contract.removal import REMOVERS, Clients, Ledger
from tests.contract.world import Pace, World

PREFIX = "lds-contract-"
_OLD_SECONDS = 4 * 3_600
_SETTLE_SECONDS = 120.0
"""A new destination gets records only minutes after it was configured (captures of Sept 2026)."""


def pace() -> Pace:
    """Give AWS's own pace; LDS_LIVE_SETTLE_SECONDS shortens the wait after a change."""
    settle = float(os.environ.get("LDS_LIVE_SETTLE_SECONDS", _SETTLE_SECONDS))
    return Pace(arrival=900, metric=900, settle=settle, poll=1.0 if settle else 0.02, long_poll=10 if settle else 0)


class LiveAws(World):
    """The account that the environment's credentials are for."""

    def __init__(self) -> None:
        self._session = boto3.Session()
        identity = self._session.client("sts").get_caller_identity()
        prefix = f"{PREFIX}{int(time.time()):x}-{secrets.token_hex(2)}-"
        super().__init__(identity["Account"], self._session.region_name or "us-east-1", prefix, pace())
        self.run, self.case = Ledger(self.client, prefix), Ledger(self.client, prefix)

    def make_client(self, service: str, **more: Any) -> Any:
        client = self._session.client(service, region_name=self.region, **more)  # type: ignore[call-overload]
        self.case.watch(client)
        return client

    def kept(self) -> AbstractContextManager[None]:
        return self.case.kept(self.run)


@contextmanager
def live_aws() -> Iterator[LiveAws]:
    """Give the account, and remove at the end, however it comes, what cases shared."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    aws = LiveAws()
    sweep(aws.client, time.time() - _OLD_SECONDS)
    try:
        with aws.run.scope():
            yield aws
    finally:
        signal.signal(signal.SIGTERM, before)


def sweep(client: Clients, before: float) -> None:
    """Remove what earlier runs left behind: whatever has the prefix, and a time in its name before that."""
    for (service, operation), (_, remove) in REMOVERS.items():
        for name in [each for each in names(client, service, operation) if is_older(each, before)]:
            remove(client, name)


def is_older(name: str, before: float) -> bool:
    """Say whether a name is of a run that began before that moment."""
    made = name.removeprefix(PREFIX).partition("-")[0]
    return name.startswith(PREFIX) and int(made, 16) < before


def names(client: Clients, service: str, operation: str) -> Iterable[str]:
    """List the names of everything that an operation makes."""
    aws, _, made = client(service), *operation.split("Create")
    if service == "sqs":
        pages = aws.get_paginator("list_queues").paginate(QueueNamePrefix=PREFIX)
        return [url.rpartition("/")[2] for page in pages for url in page.get("QueueUrls", [])]
    if service == "sns":
        pages = aws.get_paginator("list_topics").paginate()
        return [topic["TopicArn"].rpartition(":")[2] for page in pages for topic in page["Topics"]]
    if service == "events":
        return [bus["Name"] for bus in aws.list_event_buses(NamePrefix=PREFIX)["EventBuses"]]
    if service == "s3":
        return [bucket["Name"] for bucket in aws.list_buckets()["Buckets"]]
    listing, members, member = {
        "Function": ("list_functions", "Functions", "FunctionName"),
        "Role": ("list_roles", "Roles", "RoleName"),
        "Policy": ("list_policies", "Policies", "PolicyName"),
    }[made]
    return [each[member] for page in aws.get_paginator(listing).paginate() for each in page[members]]
