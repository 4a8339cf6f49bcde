"""What is there, written as a spec."""

import os
import threading
from pathlib import Path

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState
from lambda_dest_cli.planner import desired_by_spec, plan, settings_of
from lambda_dest_cli.spec import dump, examine, load
from tests.support import ACCOUNT, REGION, ROLE_ARN, queue_arn

FAILED = Arn.parse(queue_arn("failed"))
FIFO = Arn.parse(queue_arn("orders.fifo"))


def function(name: str) -> Arn:
    return Arn("aws", "lambda", REGION, ACCOUNT, f"function:{name}")


def state(name: str, dead_letter: Arn | None = None, **configurations: EventInvokeConfig) -> FunctionState:
    """A function; LATEST is its own configuration."""
    by_qualifier = {key.replace("LATEST", "$LATEST"): config for key, config in configurations.items()}
    return FunctionState(FunctionFacts(name, function(name), Arn.parse(ROLE_ARN), dead_letter), by_qualifier)


def reads_back(folder: Path, *states: FunctionState) -> str:
    """Write, read and plan; gives what was written."""
    written = dump(states, function("x"))
    path = folder / "lds.yaml"
    path.write_text(written)
    by_name = {each.facts.name: each for each in states}
    for wanted in load(path, {}).functions:
        there = by_name[wanted.name]
        assert not plan(desired_by_spec(wanted, there), settings_of(there)), written
    return written


def test_only_what_differs_from_the_defaults_is_written_short_and_in_order(tmp_path: Path) -> None:
    written = reads_back(
        tmp_path,
        state("zeta", LATEST=EventInvokeConfig(None, FAILED, 0, 5_400)),
        state("alpha", FAILED, live=EventInvokeConfig(FAILED), beta=EventInvokeConfig()),
        state("nothing", LATEST=EventInvokeConfig()),
    )
    assert written == (
        "# yaml-language-server: $schema=lds.schema.json\n"
        "# The line above is for editors: lds schema > lds.schema.json\n"
        f'version: 1\naccount: "{ACCOUNT}"\nregion: {REGION}\nfunctions:\n'
        "  alpha:\n    dead_letter: sqs:failed\n    qualifiers:\n      live:\n        on_success: sqs:failed\n"
        "  zeta:\n    on_failure: sqs:failed\n    maximum_retry_attempts: 0\n    maximum_event_age: 1h30m\n"
    )


def test_what_aws_takes_reads_back_a_circle_too(tmp_path: Path) -> None:
    written = reads_back(
        tmp_path,
        state("a", LATEST=EventInvokeConfig(function("b"))),
        state("b", LATEST=EventInvokeConfig(function("a"))),
    )
    assert "ignore" not in written
    assert [each.id for each in examine(tmp_path / "lds.yaml", {})[1]] == ["LDS107"]


def test_what_would_be_refused_in_a_file_is_written_with_that_check_ignored_and_why(tmp_path: Path) -> None:
    written = reads_back(
        tmp_path,
        state("orders", FIFO, LATEST=EventInvokeConfig(Arn.parse("arn:aws:s3:::bucket"))),
        state("well", LATEST=EventInvokeConfig(FAILED)),
    )
    assert "    ignore: [LDS101, LDS102]\n" in written
    assert "    # As it is now: " in written
    assert "  well:\n    on_success: sqs:failed\n" in written


def test_a_function_or_an_alias_may_be_called_ref(tmp_path: Path) -> None:
    assert "  Ref:\n" in reads_back(tmp_path, state("Ref", Ref=EventInvokeConfig(FAILED)))


def test_a_spec_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("version: 1\nfunctions: {f: {on_failure: sqs:q}}\n",))
    writer.start()
    assert [each.name for each in load(pipe, {}).functions] == ["f"]
    writer.join()
