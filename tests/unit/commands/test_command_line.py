"""The command line before it reaches AWS: usage, global options, envelopes."""

import json

import pytest

from lambda_dest_cli.commands.options import DURATION
from lambda_dest_cli.errors import ExitCode
from tests.support import Run


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5_400), ("2d", 172_800), ("1h1s", 3_601)]
)
def test_durations(text: str, seconds: int) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "h", "5x", "-1", "1.5h", "30m1h", "99999999999999999999", "٣s"])
def test_no_durations(text: str) -> None:
    assert Run().lds("configure", "orders", "--max-age", text) == ExitCode.USAGE


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["configure"], "there is no ./lds.yaml here"),
        (["configure", "orders"], "nothing to change is named"),
        (["configure", "orders", "--retries", "3"], "3 is not in the range"),
        (["configure", "orders", "--max-age", "59"], "--max-age is 59 seconds"),
        (["configure", "orders", "--max-age", "21601"], "--max-age is 21601 seconds"),
        (["configure", "or ders", "--retries", "1"], "is not a Lambda function"),
        (["configure", "orders:live", "-q", "test", "--retries", "1"], "--qualifier says 'test'"),
        (["configure", "arn:aws:sqs:eu-west-1:123456789012:q", "--retries", "1"], "an ARN of sqs"),
        (["configure", "arn:aws:lambda:eu-west-1:12345678901:function:f", "--retries", "1"], "has 11 characters"),
        (["confgure"], "No such command"),
        (["show", "--bogus"], "No such option"),
        (["-o", "yaml", "show"], "'yaml' is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_aws_is_asked(argv: list[str], said: str) -> None:
    run = Run()
    assert run.lds(*argv) == ExitCode.USAGE
    assert said in run.stderr.getvalue()
    assert run.stdout.getvalue() == ""
    assert "Traceback" not in run.stderr.getvalue()


@pytest.mark.parametrize(
    "argv",
    [
        ["-o", "json", "configure", "orders"],
        ["configure", "orders", "-o", "json"],
        ["configure", "orders", "--output=json"],
        ["configure", "--bogus", "-ojson"],
        ["configure", "orders", "--retries", "9", "--output", "json"],
    ],
)
def test_json_has_one_envelope_also_when_the_command_never_began(argv: list[str]) -> None:
    run = Run()
    assert run.lds(*argv) == ExitCode.USAGE
    document = json.loads(run.stdout.getvalue())
    assert set(document) == {"lds_result_version", "command", "status", "exit_code", "data", "errors"}
    assert (document["lds_result_version"], document["command"], document["status"]) == (1, "configure", "error")
    assert (document["exit_code"], document["data"]) == (2, None)
    assert [set(error) for error in document["errors"]] == [{"code", "message", "hint"}]


def test_a_bug_is_one_line_and_a_traceback_only_on_request() -> None:
    class Broken(Run):
        def aws(self) -> object:  # type: ignore[override]
            return object()

    quiet, loud = Broken(), Broken()
    assert quiet.lds("show", "orders") == ExitCode.ERROR
    assert "AttributeError" in quiet.stderr.getvalue()
    assert "Traceback" not in quiet.stderr.getvalue()
    assert loud.lds("--debug", "show", "orders") == ExitCode.ERROR
    assert "Traceback" in loud.stderr.getvalue()
