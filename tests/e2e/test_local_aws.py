"""lds local as a person runs it: started once, found again, stopped whole, nothing left behind."""

import http.client
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pexpect
import pytest

from tests.e2e.test_process import environment

LDS = str(Path(sys.executable).with_name("lds"))


class Shell:
    """A user with a state directory of their own."""

    def __init__(self, home: Path) -> None:
        self.env = environment(home, XDG_STATE_HOME=str(home / "state"))
        self.state = home / "state" / "lds" / "local.json"

    def lds(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LDS, *argv],
            env=self.env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )

    def data(self, *argv: str) -> dict[str, Any]:
        answer = self.lds(*argv, "-o", "json")
        assert answer.returncode == 0, answer.stderr
        found: dict[str, Any] = json.loads(answer.stdout)["data"]
        return found


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    user = Shell(tmp_path)
    yield user
    user.lds("local", "stop")


def processes_with(word: str) -> list[int]:
    """Find processes by a word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_start_status_stop(shell: Shell) -> None:
    started = shell.data("local", "start", "--time-scale", "120")
    assert set(started) == {
        "running",
        "endpoint",
        "pid",
        "port",
        "version",
        "time_scale",
        "runtimes",
        "eventual",
        "waiting",
    }
    assert (started["running"], started["time_scale"]) == (True, 120)
    assert started["endpoint"] == f"http://127.0.0.1:{started['port']}"
    assert shell.data("local", "status") == started
    token = json.loads(shell.state.read_text())["token"]
    assert processes_with(token) == [started["pid"]]
    stopped = shell.lds("local", "stop")
    assert stopped.returncode == 0
    assert processes_with(token) == []
    assert shell.data("local", "status")["running"] is False
    assert shell.lds("local", "stop").returncode == 1


def test_what_is_written_down_is_for_the_user_alone(shell: Shell) -> None:
    shell.data("local", "start")
    assert stat.S_IMODE(shell.state.stat().st_mode) == 0o600
    assert stat.S_IMODE(shell.state.parent.stat().st_mode) == 0o700


def test_it_refuses_to_start_twice_and_says_where_it_runs(shell: Shell) -> None:
    started = shell.data("local", "start")
    again = shell.lds("local", "start")
    assert again.returncode == 1
    assert started["endpoint"] in again.stderr
    assert str(started["pid"]) in again.stderr


def test_a_taken_port_is_passed_over_or_named(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = shell.lds("local", "start", "--port", str(port))
        assert refused.returncode == 1
        assert f"port {port} is taken" in refused.stderr
    first = shell.data("local", "start")
    other = Shell(Path(shell.env["HOME"]) / "other")
    second = other.data("local", "start")
    try:
        assert second["port"] != first["port"]
    finally:
        other.lds("local", "stop")


def test_it_listens_on_this_machine_only(shell: Shell) -> None:
    started = shell.data("local", "start")
    sockets = {str(each.readlink()) for each in Path(f"/proc/{started['pid']}/fd").iterdir() if each.is_symlink()}
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
    assert listening == [f"0100007F:{started['port']:04X}"]


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_web_page_cannot_drive_it(shell: Shell, headers: dict[str, str]) -> None:
    endpoint = shell.data("local", "start")["endpoint"]
    request = urllib.request.Request(f"{endpoint}/_lds/reset", method="POST", headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    refused.value.close()


def test_a_file_left_by_a_dead_one_is_no_hindrance(shell: Shell) -> None:
    started = shell.data("local", "start")
    os.kill(started["pid"], 9)
    assert shell.data("local", "status")["running"] is False
    assert shell.data("local", "start")["running"] is True


SLOW = """import time
def handler(event, context):
    time.sleep(600)
"""


def send_slow_events(endpoint: str, count: int) -> None:
    """Make a function that takes its time, and send it events."""
    client = clients(endpoint)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": trust}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", SLOW)
    client("lambda").create_function(
        FunctionName="slow", Runtime="python3.12", Handler="index.handler", Role=role["Role"]["Arn"], Timeout=900,
        Code={"ZipFile": packed.getvalue()},
    )  # fmt: skip
    for _ in range(count):
        client("lambda").invoke(FunctionName="slow", InvocationType="Event", Payload=b"{}")


def clients(endpoint: str) -> Callable[[str], Any]:
    return lambda service: boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_events_that_were_waiting_are_told_at_stop(shell: Shell) -> None:
    send_slow_events(shell.data("local", "start")["endpoint"], 7)
    assert shell.data("local", "status")["waiting"] == {"slow:$LATEST": 7}
    stopped = shell.lds("local", "stop")
    assert stopped.returncode == 0
    assert "7 events not run any more; what it held is gone: 7 of slow:$LATEST" in stopped.stdout
    assert shell.data("local", "status")["running"] is False


def test_killed_in_the_middle_it_leaves_nothing_behind(shell: Shell) -> None:
    started = shell.data("local", "start")
    send_slow_events(started["endpoint"], 3)
    token = json.loads(shell.state.read_text())["token"]
    workers = children(started["pid"])
    assert workers
    os.kill(started["pid"], 9)
    end = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end, "a worker outlived its server"
        time.sleep(0.05)
    assert processes_with(token) == []
    status = shell.data("local", "status")
    assert (status["running"], status["waiting"]) == (False, {})
    assert shell.lds("local", "stop").returncode == 1
    again = shell.data("local", "start", "--port", str(started["port"]))
    assert (again["running"], again["waiting"]) == (True, {})


def children(pid: int) -> list[int]:
    """Give the processes that a process has started."""
    return [int(each) for path in Path(f"/proc/{pid}/task").glob("*/children") for each in path.read_text().split()]


def test_with_eventual_a_permission_takes_a_while_and_configure_waits_for_it(shell: Shell) -> None:
    endpoint = shell.data("local", "start", "--eventual")["endpoint"]
    assert shell.data("local", "status")["eventual"] is True
    send_slow_events(endpoint, 0)
    clients(endpoint)("sqs").create_queue(QueueName="failed")
    configured = shell.lds("--local", "configure", "slow", "--on-failure", "sqs:failed", "--fix-role")
    assert configured.returncode == 0, configured.stderr
    assert "Lambda does not see the permission yet; waiting" in configured.stderr
    shown = shell.data("--local", "show", "slow")["functions"][0]["qualifiers"][0]
    assert shown["on_failure"].endswith(":failed")


def test_it_outlives_the_terminal(shell: Shell) -> None:
    command = f"{LDS} local start"
    terminal = pexpect.spawn("bash", ["-c", command], env=shell.env, timeout=30)
    terminal.expect_exact("running")
    terminal.expect(pexpect.EOF)
    terminal.close(force=True)
    assert shell.data("local", "status")["running"] is True


def test_more_clients_come_and_go_than_files_may_be_open_at_first(shell: Shell) -> None:
    """Hypercorn keeps the sockets of clients that are gone for a while."""
    words = ["sh", "-c", f"ulimit -Sn 100; exec {LDS} local start -o json"]
    started = subprocess.run(words, env=shell.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    host = json.loads(started.stdout)["data"]["endpoint"].removeprefix("http://")
    for _ in range(200):
        with closing(http.client.HTTPConnection(host, timeout=30)) as client:
            client.request("GET", "/_ministack/health")
            assert client.getresponse().status == 200


def test_reset_empties_it(shell: Shell) -> None:
    endpoint = shell.data("local", "start")["endpoint"]
    sqs = clients(endpoint)("sqs")
    sqs.create_queue(QueueName="q")
    shell.data("local", "reset")
    assert not sqs.list_queues().get("QueueUrls")


def test_the_demo_tells_its_story_and_leaves_nothing(shell: Shell) -> None:
    told = shell.lds("demo")
    assert told.returncode == 0, told.stderr
    assert "$ lds --local doctor tester" in told.stdout
    assert "FAIL  LDS302" in told.stdout
    outcomes = [line for line in told.stdout.splitlines() if re.match(r"\d\d:\d\d:\d\d  (SUCCESS|FAILED) ", line)]
    assert len(outcomes) == 3
    assert any("RetriesExhausted x3" in line for line in outcomes)
    assert shell.data("local", "status")["running"] is False
    assert max(map(len, (line for line in told.stdout.splitlines() if line.startswith("#")))) <= 80


def test_the_demo_in_json_is_one_object_a_line(shell: Shell) -> None:
    told = shell.lds("demo", "-o", "json")
    assert told.returncode == 0, told.stderr
    steps = [json.loads(line) for line in told.stdout.splitlines()]
    assert {"command": "lds local start"} in steps
