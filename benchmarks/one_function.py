"""Configuring and showing one function on the embedded AWS, against the aws CLI doing less."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Comparison, Figure, compare, peak_memory
from lambda_dest_cli.local.stage import FUNCTION, Stage

_CONFIGURE_TARGET, _SHOW_TARGET, _SHOW_MEMORY = 0.9, 0.7, 70


def run(lds: Path) -> Iterator[Comparison | Figure]:
    """Compare with the aws CLI on the PATH (pip install awscli); without one there is nothing to compare with."""
    aws = shutil.which("aws")
    if aws is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "XDG_STATE_HOME": folder,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        whole = {**os.environ, **environment}
        started = subprocess.run(
            [lds, "local", "start", "-o", "json"], env=whole, check=True, capture_output=True, text=True
        )
        try:
            endpoint = json.loads(started.stdout)["data"]["endpoint"]
            yield from _compare(str(lds), aws, endpoint, environment)
        finally:
            subprocess.run([lds, "local", "stop"], env=whole, check=True, capture_output=True)


def _compare(lds: str, aws: str, endpoint: str, environment: dict[str, str]) -> Iterator[Comparison | Figure]:
    stage = Stage(endpoint)
    stage.build()
    queue = "sqs:tester-failed"
    subprocess.run(
        [lds, "--local", "configure", FUNCTION, "--on-failure", queue, "--fix-role"],
        env={**os.environ, **environment}, check=True, capture_output=True,
    )  # fmt: skip
    arn = "arn:aws:sqs:us-east-1:000000000000:tester-failed"
    put = [aws, "--endpoint-url", endpoint, "lambda", "put-function-event-invoke-config", "--function-name", FUNCTION]
    destination = ["--destination-config", json.dumps({"OnFailure": {"Destination": arn}})]
    # The peer's Put sets the retries back, so that each of our runs has a change to make, check and read back.
    configure = [lds, "--local", "configure", FUNCTION, "--on-failure", queue, "--retries", "1"]
    yield compare(
        "lds configure FN --on-failure … with its checks and read-back", configure,
        "aws lambda put-function-event-invoke-config alone", [*put, *destination],
        target=_CONFIGURE_TARGET, environment=environment,
    )  # fmt: skip
    get = [aws, "--endpoint-url", endpoint, "lambda", "get-function-event-invoke-config", "--function-name", FUNCTION]
    show = [lds, "--local", "show", FUNCTION, "-o", "json"]
    yield compare(
        "lds show FN -o json", show,
        "aws lambda get-function-event-invoke-config", get, target=_SHOW_TARGET, environment=environment,
    )  # fmt: skip
    memory = peak_memory(show, environment)
    yield Figure("peak memory, lds show FN -o json", memory, "MB", _SHOW_MEMORY, at_least=False)
