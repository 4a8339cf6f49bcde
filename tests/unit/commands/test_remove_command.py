"""``lds remove``: what it deletes, what it leaves, and whom it asks."""

from typing import Any

import pytest

from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.model.configuration import EventInvokeConfig
from tests.unit.commands.stage import DLQ, DONE, FAILED, Stage


def configured() -> Stage:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE, FAILED))
    stage.has(EventInvokeConfig(None, FAILED, 0, 3_600), "live")
    stage.has_dead_letter(DLQ)
    return stage


def test_one_qualifier_is_deleted_and_everything_else_stays() -> None:
    stage = configured()
    stage.will_delete(FunctionName="orders", Qualifier="live")
    data = stage.data("remove", "orders:live", "--yes")
    assert stage.account.log == ["delete orders:live"]
    assert set(stage.account.configurations["orders"]) == {"$LATEST"}
    assert data["plan"]["changes"] == [
        {
            "action": "delete",
            "kind": "invoke_config",
            "function": "orders",
            "qualifier": "live",
            "before": {
                "on_success": None,
                "on_failure": str(FAILED),
                "maximum_retry_attempts": 0,
                "maximum_event_age_in_seconds": 3_600,
            },
            "after": None,
        }
    ]
    assert data["plan"]["summary"] == {"create": 0, "update": 0, "delete": 1, "unchanged": 0}
    assert data["steps"] == [
        {
            "function": "orders",
            "qualifier": "live",
            "kind": "invoke_config",
            "action": "delete",
            "outcome": "applied",
            "error": None,
        }
    ]
    assert (data["findings"], data["grant"]) == ([], None)
    assert stage.document()["status"] == "ok"


def test_the_qualifier_may_be_an_option() -> None:
    stage = configured()
    stage.will_delete(FunctionName="orders", Qualifier="live")
    assert stage.lds("remove", "orders", "-q", "live", "-y") == 0


def test_without_a_qualifier_it_is_latest_and_the_dead_letter_queue_stays() -> None:
    stage = configured()
    stage.will_delete(FunctionName="orders")
    assert stage.lds("remove", "orders", "--yes") == 0
    assert stage.account.log == ["delete orders:$LATEST"]
    assert stage.account.functions["orders"].dead_letter == DLQ


def test_the_dead_letter_queue_goes_when_it_is_named() -> None:
    stage = configured()
    stage.will_set_dead_letter("")
    stage.will_delete(FunctionName="orders")
    data = stage.data("remove", "orders", "--dlq", "--yes")
    assert {(each["kind"], each["outcome"]) for each in data["steps"]} == {
        ("dead_letter", "applied"),
        ("invoke_config", "applied"),
    }
    assert stage.account.log == ["dead letter orders None", "delete orders:$LATEST"]


def test_a_configuration_that_says_no_more_than_the_defaults_is_deleted_too() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig())
    stage.will_delete(FunctionName="orders")
    assert stage.lds("remove", "orders", "--yes") == 0


@pytest.mark.parametrize("argv", [["orders"], ["orders:live"], ["orders", "--dlq"]])
def test_where_nothing_is_set_nothing_is_asked_or_done(argv: list[str]) -> None:
    stage = Stage()
    assert stage.lds("remove", *argv) == 0
    assert stage.stdout.getvalue() == "No changes: it is as asked already.\n"
    assert (stage.stderr.getvalue(), stage.account.log) == ("", [])


def test_a_dry_run_shows_what_would_go_and_asks_nobody() -> None:
    stage = configured()
    data = stage.data("remove", "orders", "--dlq", "--dry-run")
    assert [each["kind"] for each in data["plan"]["changes"]] == ["dead_letter", "invoke_config"]
    assert (data["steps"], stage.document()["status"]) == ([], "changes")
    assert stage.account.log == []


def test_text_of_a_dry_run() -> None:
    stage = configured()
    assert stage.lds("remove", "orders:live", "--dry-run") == 0
    lines = stage.stdout.getvalue().splitlines()
    assert (lines[0], lines[-1]) == (
        "- orders:live  asynchronous configuration",
        "Plan: 0 to add, 0 to change, 1 to remove, 0 unchanged.",
    )
    assert f"  - on-failure   {FAILED}" in lines


def test_without_a_terminal_it_needs_yes_and_says_so() -> None:
    stage = configured()
    assert stage.lds("remove", "orders") == ExitCode.USAGE
    told = stage.stderr.getvalue()
    assert "This removes what is set. There is no terminal to ask on" in told
    assert "--yes" in told
    assert "- orders:$LATEST  asynchronous configuration" in told
    assert stage.account.log == []


@pytest.mark.parametrize(("typed", "code", "log"), [("y\n", 0, ["delete orders:live"]), ("n\n", 1, []), ("", 1, [])])
def test_at_a_terminal_a_person_decides(typed: str, code: int, log: list[str]) -> None:
    stage = configured()
    stage.at_a_terminal(typed)
    if log:
        stage.will_delete()
    assert stage.lds("remove", "orders:live") == code
    told = stage.stderr.getvalue()
    assert told.index("1 to remove") < told.index("This removes what is set. [y/N]")
    assert ("nothing was removed: the answer was no" in told) is (code == ExitCode.ERROR)
    assert stage.account.log == log


def test_what_is_gone_when_it_is_to_be_deleted_is_no_error() -> None:
    stage = configured()
    stage.session.refuses("lambda", "delete_function_event_invoke_config", "ResourceNotFoundException", status=404)
    assert stage.lds("remove", "orders:live", "--yes") == 0


@pytest.mark.parametrize(
    ("code", "status", "exit_code", "said"),
    [
        ("AccessDeniedException", 403, ExitCode.ERROR, "you may not call lambda:DeleteFunctionEventInvokeConfig"),
        ("ExpiredTokenException", 403, ExitCode.CREDENTIALS, "the credentials have expired"),
    ],
)
def test_what_aws_refuses_is_said(code: str, status: int, exit_code: int, said: str) -> None:
    stage = configured()
    stage.session.refuses("lambda", "delete_function_event_invoke_config", code, "no", status)
    assert stage.lds("remove", "orders", "--yes") == exit_code
    assert said in stage.stderr.getvalue()


def test_partly_removed_is_5() -> None:
    stage = configured()
    stage.will_set_dead_letter("")
    stage.session.refuses("lambda", "delete_function_event_invoke_config", "TooManyRequestsException", status=429)
    data: Any = stage.data("remove", "orders", "--dlq", "--yes", code=5)
    assert [each["outcome"] for each in data["steps"]] == ["applied", "failed"]
    assert stage.document()["status"] == "partial"


def test_a_function_that_does_not_exist_is_1() -> None:
    stage = Stage()
    assert stage.lds("remove", "nosuch", "--yes") == ExitCode.ERROR
    assert "there is no such function" in stage.stderr.getvalue()
