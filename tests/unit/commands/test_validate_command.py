"""``lds validate``: files in, complaints out, and never a call to AWS."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_dest_cli.errors import ExitCode
from tests.support import Run

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Async:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: orders
      Qualifier: live
      MaximumRetryAttempts: {retries}
      MaximumEventAgeInSeconds: {age}
"""


class Offline(Run):
    """A run that has no AWS at all: whoever asks for it fails."""

    def aws(self) -> object:  # type: ignore[override]
        return None


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.format(retries=7, age=60))
    return path


def document(run: Run) -> dict[str, object]:
    return json.loads(run.stdout.getvalue())  # type: ignore[no-any-return]


def test_a_complaint_is_a_line_that_editors_link_and_its_hint(template: Path) -> None:
    run = Offline()
    assert run.lds("validate", str(template)) == ExitCode.USAGE
    assert run.stdout.getvalue().splitlines() == [
        f"{template}:8:29: LDS108 FAIL Async: the maximum retry attempts is 7, which Lambda does not take",
        "    it is 0 to 2",
        "",
        "1 file: 1 failed, 0 warnings",
    ]
    assert run.stderr.getvalue() == ""


def test_warnings_alone_are_no_failure(template: Path) -> None:
    template.write_text(TEMPLATE.format(retries=1, age=60))
    run = Offline()
    assert run.lds("validate", str(template)) == ExitCode.OK
    assert "LDS105 WARN" in run.stdout.getvalue()
    assert run.stdout.getvalue().endswith("1 file: 0 failed, 1 warning\n")


def test_nothing_wrong_is_said_in_one_line(template: Path) -> None:
    template.write_text(TEMPLATE.format(retries=1, age=600))
    run = Offline()
    assert run.lds("validate", str(template)) == ExitCode.OK
    assert run.stdout.getvalue() == "1 file: 0 failed, 0 warnings\n"


def test_json_has_every_complaint_and_counts_the_same_list(template: Path, tmp_path: Path) -> None:
    run = Offline()
    missing = str(tmp_path / "missing.yaml")
    assert run.lds("validate", str(template), missing, str(template), "-o", "json") == ExitCode.USAGE
    answer = document(run)
    assert (answer["command"], answer["status"], answer["exit_code"], answer["errors"]) == (
        "validate",
        "findings",
        2,
        [],
    )
    assert answer["data"] == {
        "complaints": [
            {
                "id": "LDS108",
                "state": "fail",
                "file": str(template),
                "line": 8,
                "column": 29,
                "message": "Async: the maximum retry attempts is 7, which Lambda does not take",
                "hint": "it is 0 to 2",
            },
            {
                "id": "LDS100",
                "state": "fail",
                "file": missing,
                "line": None,
                "column": None,
                "message": "the file cannot be read: No such file or directory",
                "hint": None,
            },
        ],
        "summary": {"files": 2, "fail": 2, "warn": 0},
    }


def test_every_file_is_read_though_one_cannot_be(template: Path, tmp_path: Path) -> None:
    run = Offline()
    assert run.lds("validate", str(tmp_path), str(template)) == ExitCode.USAGE
    assert f"{tmp_path}: LDS100 FAIL the file cannot be read: Is a directory" in run.stdout.getvalue()
    assert "LDS108" in run.stdout.getvalue()


def test_no_file_is_a_usage_error() -> None:
    run = Offline()
    assert run.lds("validate") == ExitCode.USAGE
    assert "Missing argument 'FILE...'" in run.stderr.getvalue()


def test_hostile_texts_are_inert_in_every_format(template: Path, tmp_path: Path) -> None:
    hostile = "\\e[31m\\r\\n::error::x%0A[bold]"
    template.write_text(
        f'Resources:\n  "A{hostile}":\n    Type: AWS::Lambda::EventInvokeConfig\n'
        f'    Properties: {{ FunctionName: f, Qualifier: q, MaximumRetryAttempts: "{hostile}" }}\n'
    )
    for output in ("text", "json", "github", "sarif"):
        run = Offline()
        assert run.lds("validate", str(template), "-o", output) == ExitCode.USAGE
        printed = run.stdout.getvalue()
        assert "[bold]" in printed
        assert not {"\x1b", "\r"} & set(printed)
        if output == "github":
            assert [line.startswith("::error file=") for line in printed.splitlines()] == [True]
            assert "%250A" in printed


@pytest.mark.parametrize("argv", [["-o", "sarif", "show"], ["show", "-o", "sarif"], ["-o", "github", "doctor"]])
def test_a_format_that_a_report_does_not_have_is_refused_with_those_it_has(argv: list[str]) -> None:
    run = Offline()
    assert run.lds(*argv) == ExitCode.USAGE
    assert "text" in run.stderr.getvalue()
    assert "json" in run.stderr.getvalue()
    assert run.stdout.getvalue() == ""


@pytest.mark.parametrize("argv", [["-o", "sarif", "validate"], ["validate", "-o", "sarif"]])
def test_the_format_may_stand_on_either_side(argv: list[str], template: Path) -> None:
    run = Offline()
    assert run.lds(*argv, str(template)) == ExitCode.USAGE
    assert document(run)["version"] == "2.1.0"


def test_github_prints_nothing_where_nothing_is_wrong(template: Path) -> None:
    template.write_text(TEMPLATE.format(retries=1, age=600))
    run = Offline()
    assert run.lds("validate", str(template), "-o", "github") == ExitCode.OK
    assert run.stdout.getvalue() == ""


def test_standard_input_is_read_without_aws_or_a_terminal(template: Path) -> None:
    code = (
        "import sys\nfrom lambda_dest_cli.main import run\n"
        "code = run(['validate', '-', '-'])\n"
        "assert not {'boto3', 'botocore', 'rich', 'jsonschema', 'socket'} & set(sys.modules), sorted(sys.modules)\n"
        "sys.exit(code)"
    )
    with template.open("rb") as stdin:
        done = subprocess.run([sys.executable, "-c", code], stdin=stdin, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (ExitCode.USAGE, "")
    assert done.stdout.startswith("<stdin>:8:29: LDS108 FAIL")
    assert done.stdout.endswith("1 file: 1 failed, 0 warnings\n")
