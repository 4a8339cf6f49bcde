"""``lds doctor`` from argv to exit code, with AWS from stubs."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import TOPICS
from lambda_dest_cli.errors import AccessDenied, ExitCode
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.function_ref import LATEST
from tests.support import ACCOUNT, Run
from tests.unit.checks.scene import FAILED, Region

ONLINE = [word for check_id in ("LDS201", "LDS301", "LDS302", "LDS303") for word in ("--ignore", check_id)]
ONE_RETRY = EventInvokeConfig(None, FAILED, 2, 90)


def orders() -> Region:
    return Region({"orders": {LATEST: ONE_RETRY}})


@dataclass
class Doctor(Run):
    """A run of the doctor in a region."""

    region: Region = field(default_factory=orders)

    def aws(self) -> Aws:
        self.session.answers("sts", "get_caller_identity", {"Account": ACCOUNT})
        return self.region.aws(self.session)

    def document(self) -> Any:
        return json.loads(self.stdout.getvalue())


def test_a_region_without_functions_says_so_and_is_ok() -> None:
    run = Doctor(region=Region({}))
    assert run.lds("doctor") == ExitCode.OK
    assert "No function here has an asynchronous configuration or a dead-letter queue." in run.stdout.getvalue()
    assert "lds doctor --all" in run.stdout.getvalue()


def test_json_of_a_region_without_functions_is_the_whole_envelope() -> None:
    run = Doctor(region=Region({}))
    assert run.lds("doctor", "-o", "json", "--ignore", "LDS001") == ExitCode.OK
    assert run.document() == {
        "lds_result_version": 1,
        "command": "doctor",
        "status": "ok",
        "exit_code": 0,
        "data": {"findings": [], "summary": {"pass": 0, "warn": 0, "fail": 0, "skip": 0}},
        "errors": [],
    }


@pytest.mark.parametrize(
    ("argv", "code", "status"),
    [
        ([], 0, "ok"),
        (["--fail-on", "fail,warn"], 3, "findings"),
        (["--fail-on", "WARN"], 3, "findings"),
        (["--fail-on", "fail, skip"], 0, "ok"),
        (["--fail-on", "fail,warn", "--ignore", "lds105"], 0, "ok"),
    ],
)
def test_the_exit_code_is_that_of_the_states_that_were_asked_for(argv: list[str], code: int, status: str) -> None:
    run = Doctor()
    assert run.lds("-o", "json", "doctor", "orders", *ONLINE, *argv) == code
    document = run.document()
    assert (document["status"], document["exit_code"]) == (status, code)
    counts = {"pass": 0, "warn": 0, "fail": 0, "skip": 0}
    for finding in document["data"]["findings"]:
        assert set(finding) == {
            "id", "state", "function", "qualifier", "slot", "target", "message", "hint", "evidence",
        }  # fmt: skip
        counts[finding["state"]] += 1
    assert document["data"]["summary"] == counts


def test_a_function_of_the_region_that_could_not_be_read_is_told_and_can_be_made_to_count() -> None:
    region = Region({"alpha": {}}, refused={"alpha": AccessDenied("you may not call lambda:X", "ask for lambda:X")})
    quiet, strict, ignoring = (Doctor(region=region) for _ in range(3))
    assert quiet.lds("doctor") == 0
    assert "SKIP  LDS002  nothing was checked: you may not call lambda:X" in quiet.stdout.getvalue()
    assert strict.lds("doctor", "--fail-on", "skip") == 3
    assert ignoring.lds("doctor", "--fail-on", "skip", "--ignore", "LDS002") == 0


@pytest.mark.parametrize(
    ("options", "lds", "aws"),
    [
        (["--region", "eu-west-1"], "lds --region eu-west-1 configure", "--region eu-west-1"),
        (["--profile", "my team"], "lds --profile 'my team' configure", "--profile 'my team'"),
        ([], "lds configure", ""),
    ],
)
def test_the_next_command_goes_where_this_one_went(options: list[str], lds: str, aws: str) -> None:
    run = Doctor()
    run.session.refuses("sqs", "get_queue_attributes", "AWS.SimpleQueueService.NonExistentQueue")
    ignore = [word for check_id in ("LDS301", "LDS302", "LDS303") for word in ("--ignore", check_id)]
    assert run.lds(*options, "-o", "json", "doctor", "orders", *ignore) == 3
    hints = {each["id"]: each["hint"] for each in run.document()["data"]["findings"]}
    assert hints["LDS105"] == f"{lds} orders --max-age 10m"
    create, _, another = hints["LDS201"].split("\n")
    assert create == " ".join(filter(None, ["aws", aws, "sqs create-queue --queue-name failed"]))
    assert another == f"{lds} orders --on-failure DEST"


@pytest.mark.parametrize("check_id", TOPICS)
def test_every_id_can_be_explained_without_credentials(check_id: str) -> None:
    run = Run()
    assert run.lds("doctor", "--explain", check_id.lower()) == ExitCode.OK
    text = run.stdout.getvalue()
    topic = TOPICS[check_id]
    assert text.startswith(f"{check_id}  {topic.title}\n\n")
    assert topic.explanation in " ".join(text.split())
    *lines, page = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert page == f"AWS: {topic.page}"
    assert topic.page.startswith("https://docs.aws.amazon.com/")
    again = Run()
    assert again.lds("explain", check_id) == ExitCode.OK
    assert again.stdout.getvalue() == text


@pytest.mark.parametrize(("typed", "said"), [("LSD302", "did you mean LDS302?"), ("orders", "the checks are LDS001, ")])
def test_an_id_that_no_finding_has_is_a_usage_error_with_the_nearest(typed: str, said: str) -> None:
    run = Run()
    assert run.lds("explain", typed) == ExitCode.USAGE
    assert f"there is no check '{typed}'" in run.stderr.getvalue()
    assert said in run.stderr.getvalue()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--ignore", "LDS30"], "did you mean LDS30"),
        (["--explain", "LSD302"], "did you mean LDS302?"),
        (["--ignore", "permissions"], "the checks are LDS001, LDS002, LDS101"),
        (["--fail-on", "fial"], "--fail-on 'fial': name fail, warn or skip"),
        (["--fail-on", ""], "--fail-on '': name fail, warn or skip"),
        (["--fail-on", "pass"], "--fail-on 'pass': name fail, warn or skip"),
        (["--all", "orders"], "leave one of the two out"),
        (["--since", "2100-01-01"], "name a time in the past 455 days"),
        (["--since", "500d"], "name a time in the past 455 days"),
        (["--since", "yesterday"], "'yesterday' is not a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_aws_is_asked(argv: list[str], said: str) -> None:
    run = Run()
    assert run.lds("doctor", *argv) == ExitCode.USAGE
    assert said in run.stderr.getvalue()
    assert run.stdout.getvalue() == ""


def test_a_function_that_does_not_exist_is_an_error_and_no_finding() -> None:
    run = Doctor()
    assert run.lds("doctor", "nosuch") == ExitCode.ERROR
    assert "nosuch: there is no such function" in run.stderr.getvalue()


def test_without_credentials_it_is_4() -> None:
    run = Run()
    run.session.refuses("sts", "get_caller_identity", "InvalidClientTokenId", status=403)
    assert run.lds("doctor") == ExitCode.CREDENTIALS
