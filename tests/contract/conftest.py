"""One AWS for the whole suite: the embedded one, or with ``--live`` a real account."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import boto3
import pytest

from lambda_dest_cli.local import server
from tests.contract.handlers import packed
from tests.contract.live import LiveAws, live_aws
from tests.contract.world import Pace, Queue, World, document

__all__ = ["ACCOUNT", "REGION", "LocalAws", "Queue", "document", "packed"]

ACCOUNT = "000000000000"
REGION = "us-east-1"
_TIME_SCALE = 600.0
"""A minute of AWS's is a tenth of a second."""
_FAST = Pace(arrival=60, metric=60, settle=0, poll=0.02, long_poll=0)


class LocalAws(World):
    """The embedded AWS. It goes away with all that was made in it."""

    def __init__(self, endpoint: str, region: str = REGION) -> None:
        super().__init__(ACCOUNT, region, "", _FAST)
        self.endpoint = endpoint

    def make_client(self, service: str, **more: Any) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            **more,
        )

    def elsewhere(self, region: str) -> "LocalAws":
        return LocalAws(self.endpoint, region)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--live", action="store_true", help="run the contract in a real account: it costs a little money")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot be told where the cases run."""
    other, why = ("embedded", "{}") if _is_live(config) else ("live", "only a real account can tell, with --live: {}")
    for item in items:
        marker = item.get_closest_marker(other)
        if marker:
            item.add_marker(pytest.mark.skip(reason=why.format(*marker.args)))


def _is_live(config: pytest.Config) -> bool:
    return bool(config.getoption("live", default=False))


@pytest.fixture(scope="session")
def aws(request: pytest.FixtureRequest) -> Iterator[World]:
    """The AWS that the cases share, by one of its two makers."""
    with live_aws() if _is_live(request.config) else embedded_aws(request.getfixturevalue("tmp_path_factory")) as found:
        yield found


@contextmanager
def embedded_aws(folders: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """Start the embedded AWS, fast, and stop it at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folders.mktemp("state")))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        status = server.start(port=None, time_scale=_TIME_SCALE)
        try:
            assert status.endpoint is not None
            yield LocalAws(status.endpoint)
        finally:
            server.stop()


@pytest.fixture
def world(aws: World) -> Iterator[World]:
    """What a case gets; whatever it makes is removed at its end where that matters."""
    with aws.case.scope() if isinstance(aws, LiveAws) else nullcontext():
        yield aws


@pytest.fixture
def local_aws(world: World) -> World:
    """What a case gets that is written for the embedded AWS alone."""
    if not isinstance(world, LocalAws):
        pytest.skip("written for the embedded AWS alone")
    return world
