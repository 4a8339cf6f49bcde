"""Reading and writing functions, with answers as AWS gives them."""

from typing import Any

import pytest

from lambda_dest_cli.aws.functions import Functions
from lambda_dest_cli.errors import AccessDenied, Conflict, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.function_ref import FunctionRef
from tests.support import FUNCTION_ARN, ROLE_ARN, StubbedSession, queue_arn

ORDERS = FunctionRef("orders")


def described(**more: Any) -> dict[str, Any]:
    return {"FunctionName": "orders", "FunctionArn": FUNCTION_ARN, "Role": ROLE_ARN, "RevisionId": "r1", **more}


@pytest.fixture
def session() -> StubbedSession:
    return StubbedSession()


@pytest.fixture
def functions(session: StubbedSession) -> Functions:
    return Functions(session, lambda seconds: None)


def test_the_facts_of_an_alias_are_told_of_the_function(session: StubbedSession, functions: Functions) -> None:
    answer = described(FunctionArn=f"{FUNCTION_ARN}:live", DeadLetterConfig={"TargetArn": queue_arn("dlq")})
    session.answers("lambda", "get_function_configuration", answer, FunctionName="orders", Qualifier="live")
    facts = functions.get(FunctionRef("orders", "live"))
    assert (str(facts.arn), str(facts.role), str(facts.dead_letter)) == (FUNCTION_ARN, ROLE_ARN, queue_arn("dlq"))


def test_a_dlq_that_was_cleared_is_none(session: StubbedSession, functions: Functions) -> None:
    session.answers("lambda", "get_function_configuration", described(DeadLetterConfig={"TargetArn": ""}))
    assert functions.get(ORDERS).dead_letter is None


def test_a_missing_function_and_a_missing_alias_are_told_apart(session: StubbedSession, functions: Functions) -> None:
    for _ in range(2):
        session.refuses("lambda", "get_function_configuration", "ResourceNotFoundException", status=404)
    with pytest.raises(NotFound, match=r"orders: there is no such function in eu-west-1"):
        functions.get(ORDERS)
    with pytest.raises(NotFound, match="has no alias or version 'live'"):
        functions.get(FunctionRef("orders", "live"))


def test_configurations_come_with_awss_defaults_filled_in(session: StubbedSession, functions: Functions) -> None:
    session.answers(
        "lambda",
        "list_function_event_invoke_configs",
        {
            "FunctionEventInvokeConfigs": [
                {"FunctionArn": f"{FUNCTION_ARN}:$LATEST", "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}}},
                {
                    "FunctionArn": f"{FUNCTION_ARN}:live",
                    "MaximumRetryAttempts": 0,
                    "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": queue_arn("failed")}},
                },
            ],
            "NextMarker": "more",
        },
    )
    session.answers(
        "lambda",
        "list_function_event_invoke_configs",
        {"FunctionEventInvokeConfigs": [{"FunctionArn": f"{FUNCTION_ARN}:7", "MaximumEventAgeInSeconds": 60}]},
        FunctionName="orders",
        Marker="more",
        MaxItems=50,
    )
    assert functions.configurations(ORDERS) == {
        "$LATEST": EventInvokeConfig(),
        "live": EventInvokeConfig(on_failure=Arn.parse(queue_arn("failed")), maximum_retry_attempts=0),
        "7": EventInvokeConfig(maximum_event_age_in_seconds=60),
    }


def test_put_sends_the_whole_since_put_removes_what_it_is_not_told(
    session: StubbedSession, functions: Functions
) -> None:
    session.answers(
        "lambda",
        "put_function_event_invoke_config",
        {},
        FunctionName="orders",
        Qualifier="live",
        MaximumRetryAttempts=1,
        MaximumEventAgeInSeconds=21_600,
        DestinationConfig={"OnSuccess": {}, "OnFailure": {"Destination": queue_arn("failed")}},
    )
    config = EventInvokeConfig(on_failure=Arn.parse(queue_arn("failed")), maximum_retry_attempts=1)
    functions.put(FunctionRef("orders", "live"), config)
    session.assert_everything_was_asked()


def test_a_dlq_is_cleared_with_an_empty_target_and_guarded_by_the_revision(
    session: StubbedSession, functions: Functions
) -> None:
    session.answers("lambda", "get_function_configuration", described(LastUpdateStatus="InProgress"))
    session.answers("lambda", "get_function_configuration", described(LastUpdateStatus="Successful", RevisionId="r2"))
    session.answers(
        "lambda",
        "update_function_configuration",
        {},
        FunctionName="orders",
        DeadLetterConfig={"TargetArn": ""},
        RevisionId="r2",
    )
    session.answers("lambda", "get_function_configuration", described(LastUpdateStatus="Successful"))
    functions.set_dead_letter(FunctionRef("orders", "live"), None)
    session.assert_everything_was_asked()


def test_an_update_in_between_is_a_conflict(session: StubbedSession, functions: Functions) -> None:
    session.answers("lambda", "get_function_configuration", described())
    session.refuses("lambda", "update_function_configuration", "PreconditionFailedException", status=412)
    with pytest.raises(Conflict):
        functions.set_dead_letter(ORDERS, Arn.parse(queue_arn("dlq")))


def test_an_update_that_never_ends_is_given_up(session: StubbedSession, functions: Functions) -> None:
    for _ in range(120):
        session.answers("lambda", "get_function_configuration", described(LastUpdateStatus="InProgress"))
    with pytest.raises(Conflict, match="still updating"):
        functions.wait_until_updated(ORDERS)


def test_deleting_what_is_gone_is_no_error(session: StubbedSession, functions: Functions) -> None:
    session.refuses("lambda", "delete_function_event_invoke_config", "ResourceNotFoundException", status=404)
    functions.delete(ORDERS)
    session.assert_everything_was_asked()


def test_a_refused_listing_names_the_action(session: StubbedSession, functions: Functions) -> None:
    session.refuses("lambda", "list_aliases", "AccessDeniedException", status=403)
    with pytest.raises(AccessDenied, match="lambda:ListAliases"):
        functions.aliases(ORDERS)
