"""``lds show``: functions as they are now."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, ExitCode, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts
from tests.support import FUNCTION_ARN, ROLE_ARN, StubbedSession, queue_arn
from tests.unit.commands.stage import DLQ, DONE, FAILED, ORDERS, Stage

DEFAULTS = {
    "on_success": None,
    "on_failure": None,
    "maximum_retry_attempts": 2,
    "maximum_event_age_in_seconds": 21_600,
}


def facts(name: str) -> FunctionFacts:
    return replace(ORDERS, name=name, arn=replace(ORDERS.arn, resource=f"function:{name}"))


def region() -> Stage:
    """Three functions: one configured, one with a dead-letter queue alone, one with nothing."""
    stage = Stage()
    stage.account.functions = {
        "orders": ORDERS,
        "refunds": replace(facts("refunds"), dead_letter=DLQ),
        "bare": facts("bare"),
    }
    stage.has(EventInvokeConfig(DONE, FAILED, 0, 3_600), "live")
    stage.account.aliases = {"orders": {"live": "7", "beta": "8"}}
    return stage


def names(data: Any) -> list[str]:
    return [each["function"] for each in data["functions"]]


def test_a_function_in_json_is_every_qualifier_that_can_be_called_by_name() -> None:
    data = region().data("show", "orders")
    assert data == {
        "functions": [
            {
                "function": "orders",
                "arn": FUNCTION_ARN,
                "role": ROLE_ARN,
                "dead_letter": None,
                "qualifiers": [
                    {"qualifier": "$LATEST", "configured": False, **DEFAULTS},
                    {
                        "qualifier": "live",
                        "configured": True,
                        "on_success": str(DONE),
                        "on_failure": str(FAILED),
                        "maximum_retry_attempts": 0,
                        "maximum_event_age_in_seconds": 3_600,
                    },
                    {"qualifier": "beta", "configured": False, **DEFAULTS},
                ],
            }
        ]
    }


def test_a_dead_letter_queue_is_the_functions() -> None:
    [found] = region().data("show", "refunds")["functions"]
    assert found["dead_letter"] == str(DLQ)
    assert [each["qualifier"] for each in found["qualifiers"]] == ["$LATEST"]


def test_text_is_a_block_a_function() -> None:
    stage = region()
    assert stage.lds("show", "orders", "refunds") == 0
    assert stage.stdout.getvalue().splitlines() == [
        f"orders  {FUNCTION_ARN}",
        "  dead-letter queue  none",
        "  $LATEST            AWS's defaults (retries 2, max age 6h, no destinations)",
        "  live               retries 0, max age 1h",
        "    on-success       -> sqs:done",
        "    on-failure       -> sqs:failed",
        "  beta               AWS's defaults (retries 2, max age 6h, no destinations)",
        "",
        f"refunds  {FUNCTION_ARN.replace('orders', 'refunds')}",
        "  dead-letter queue  sqs:dlq",
        "  $LATEST            AWS's defaults (retries 2, max age 6h, no destinations)",
    ]


def test_without_names_it_is_what_somebody_configured_and_with_all_it_is_everything() -> None:
    assert names(region().data("show")) == ["orders", "refunds"]
    assert names(region().data("show", "--all")) == ["orders", "refunds", "bare"]


def test_functions_come_in_the_order_they_were_named_and_once() -> None:
    assert names(region().data("show", "refunds", "orders", "refunds")) == ["refunds", "orders"]


def test_one_function_under_two_qualifiers_is_shown_once() -> None:
    assert names(region().data("show", "orders", "orders:live")) == ["orders"]


def test_a_region_without_any_says_how_to_see_the_rest() -> None:
    stage, document = Stage(), Stage()
    assert stage.lds("show") == 0
    assert "No function has an asynchronous configuration or a dead-letter queue" in stage.stdout.getvalue()
    assert "lds show --all" in stage.stdout.getvalue()
    assert document.data("show") == {"functions": []}


def test_a_destination_elsewhere_is_not_taken_for_one_at_home() -> None:
    elsewhere = Arn.parse(queue_arn("failed").replace("eu-west-1", "eu-north-1"))
    stage = Stage()
    stage.has(EventInvokeConfig(None, elsewhere))
    stage.has_dead_letter(Arn.parse(queue_arn("dlq").replace("123456789012", "210987654321")))
    assert stage.lds("show", "orders") == 0
    assert f"-> {elsewhere}\n" in stage.stdout.getvalue()
    assert "210987654321:dlq\n" in stage.stdout.getvalue()


def test_a_function_that_was_deleted_while_the_region_was_read_is_left_out() -> None:
    stage = region()
    stage.account.unreadable = {"refunds": NotFound("refunds: there is no such function in eu-west-1")}
    assert names(stage.data("show", "--all")) == ["orders", "bare"]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (AccessDenied("orders: you may not call lambda:ListFunctionEventInvokeConfigs"), ExitCode.ERROR),
        (CredentialsProblem("the credentials have expired"), ExitCode.CREDENTIALS),
    ],
)
@pytest.mark.parametrize("argv", [["show"], ["show", "orders"]])
def test_what_may_not_be_read_is_an_error_and_never_shown_as_unconfigured(
    problem: LdsError, code: int, argv: list[str]
) -> None:
    stage = region()
    stage.account.unreadable = {"orders": problem}
    assert stage.lds(*argv) == code
    assert problem.message in stage.stderr.getvalue()
    assert stage.stdout.getvalue() == ""


def test_a_named_function_that_does_not_exist_is_1_in_an_envelope() -> None:
    stage = region()
    assert stage.data("show", "orders", "nosuch", code=1) is None
    document = stage.document()
    assert document["status"] == "error"
    [error] = document["errors"]
    assert error["code"] == "NotFound"
    assert "nosuch: there is no such function" in error["message"]


def test_an_alias_that_does_not_exist_is_1() -> None:
    stage = region()
    assert stage.lds("show", "orders:nosuch") == ExitCode.ERROR
    assert "no alias or version 'nosuch'" in stage.stderr.getvalue()


def test_it_asks_only_what_reads() -> None:
    """With stubs and no answer queued, any call that reached botocore would fail."""
    stage = region()
    stage.session = StubbedSession()
    assert stage.lds("show", "--all") == 0
    assert stage.session.stubbers == {}
