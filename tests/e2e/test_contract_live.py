"""``pytest tests/contract --live``, with an endpoint in place of a real account: it runs, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import LocalAws, embedded_aws
from tests.contract.live import PREFIX, names, sweep
from tests.contract.removal import REMOVERS, Ledger
from tests.contract.world import eventually

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with embedded_aws(tmp_path_factory) as aws:
        yield aws


def live(account: LocalAws, *words: str) -> "subprocess.Popen[str]":
    """Start the live suite with an account that is our own endpoint."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    environment = kept | {
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": account.region,
        "AWS_DEFAULT_REGION": account.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LDS_LIVE_SETTLE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "pytest", "--live", "-rs", "-p", "no:cacheprovider", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def left(account: LocalAws) -> list[str]:
    found = [name for made in REMOVERS for name in names(account.client, *made)]
    return [name for name in found if name.startswith(PREFIX)]


def test_it_runs_and_removes_what_it_made(account: LocalAws) -> None:
    """Functions, roles, policies, queues, topics, buses and buckets, by cases of every kind."""
    cases = ["tests/contract/test_destination_types.py", "tests/contract/test_lost_records.py"]
    run = live(account, *cases, "-k", "bucket or boundary or wraps or behind_a_topic or other_region")
    told, _ = run.communicate(timeout=120)
    assert run.returncode == 0, told
    assert "SKIPPED [1]" in told
    assert "what a case makes is removed in one region only" in told
    assert left(account) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_removes_what_it_made_when_it_is_interrupted(account: LocalAws, number: int) -> None:
    run = live(account, "tests/contract/test_conditions.py")
    eventually(lambda: left(account) and names_of_functions(account), "a function of the run", 60)
    run.send_signal(number)
    told, _ = run.communicate(timeout=120)
    assert run.returncode == pytest.ExitCode.INTERRUPTED, told
    assert left(account) == []


def names_of_functions(account: LocalAws) -> list[str]:
    return list(names(account.client, "lambda", "CreateFunction"))


def test_what_a_killed_run_left_is_swept_once_it_is_old(account: LocalAws) -> None:
    now = time.time()
    sqs, iam = account.client("sqs"), account.client("iam")
    old, young = (f"{PREFIX}{int(moment):x}-0000-thing" for moment in (now - 20_000, now))
    for name in (old, young, "somebody-elses"):
        sqs.create_queue(QueueName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    sweep(account.client, now - 10_000)
    assert left(account) == [young, young]
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} == {young, "somebody-elses"}
    sweep(account.client, now + 1)
    assert left(account) == []


def test_nothing_is_made_that_could_not_be_removed(account: LocalAws) -> None:
    """A name that is not the run's would be taken for somebody else's; a kind that is not in the table, forgotten."""
    ledger = Ledger(account.client, "mine-")
    sqs, kms = account.make_client("sqs"), account.make_client("kms")
    for client in (sqs, kms):
        ledger.watch(client)
    with pytest.raises(AssertionError, match="yours is no name of this run"):
        sqs.create_queue(QueueName="yours")
    with pytest.raises(AssertionError, match="nothing here removes what CreateKey makes"):
        kms.create_key()
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        fail_as_a_case(ledger, sqs)
    assert not [url for url in sqs.list_queues().get("QueueUrls", []) if "mine-1" in url]


def fail_as_a_case(ledger: Ledger, sqs: Any) -> None:
    with ledger.scope():
        sqs.create_queue(QueueName="mine-1")
        sqs.get_queue_url(QueueName="mine-2")
