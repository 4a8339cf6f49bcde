"""Carrying out a plan: re-reads, conflicts, patience, partial failure."""

from typing import Any

import pytest

from lambda_dest_cli.errors import CredentialsProblem, ExitCode
from lambda_dest_cli.executor import Patience, execute, result_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import DeadLetterConfig, EventInvokeConfig
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.plan import Action, Address, Change, Kind, Outcome, Plan, StepResult
from lambda_dest_cli.model.report import ConfigureReport
from lambda_dest_cli.model.result import Status
from tests.support import FUNCTION_ARN, ROLE_ARN, Run, queue_arn

FAILED = EventInvokeConfig(on_failure=Arn.parse(queue_arn("failed")))
CREATE = Change(Action.CREATE, Address("orders", "live", Kind.INVOKE_CONFIG), None, FAILED)
NO_PERMISSION = f"The function execution role does not have permissions to call SendMessage on {queue_arn('failed')}"


def as_read(config: EventInvokeConfig) -> dict[str, Any]:
    return {
        "FunctionArn": f"{FUNCTION_ARN}:live",
        "MaximumRetryAttempts": config.maximum_retry_attempts,
        "DestinationConfig": {
            "OnSuccess": {"Destination": str(config.on_success)} if config.on_success else {},
            "OnFailure": {"Destination": str(config.on_failure)} if config.on_failure else {},
        },
    }


class Scene(Run):
    """One function, and what a plan makes of it."""

    def nothing_is_there(self) -> None:
        self.session.refuses("lambda", "get_function_event_invoke_config", "ResourceNotFoundException", status=404)

    def there_is(self, config: EventInvokeConfig) -> None:
        self.session.answers("lambda", "get_function_event_invoke_config", as_read(config))

    def put_is_taken(self) -> None:
        self.session.answers("lambda", "put_function_event_invoke_config", {})

    def put_is_refused(self, message: str) -> None:
        self.session.refuses("lambda", "put_function_event_invoke_config", "InvalidParameterValueException", message)

    def carried_out(self, *changes: Change, patience: float = 0) -> list[StepResult]:
        self.told: list[str] = []
        plan = Plan(changes, "digest")
        refs = {"orders": FunctionRef("orders"), "refunds": FunctionRef("refunds")}
        steps = list(execute(plan, refs, self.aws(), Patience(patience, self.told.append)))
        self.session.assert_everything_was_asked()
        return steps


def test_a_change_is_written_and_read_back() -> None:
    scene = Scene()
    scene.nothing_is_there()
    scene.put_is_taken()
    scene.there_is(FAILED)
    assert [step.outcome for step in scene.carried_out(CREATE)] == [Outcome.APPLIED]


def test_what_is_there_already_is_not_written_again() -> None:
    scene = Scene()
    scene.there_is(FAILED)
    assert [step.outcome for step in scene.carried_out(CREATE)] == [Outcome.APPLIED]


def test_what_somebody_changed_meanwhile_is_left_alone() -> None:
    scene = Scene()
    scene.there_is(EventInvokeConfig(on_success=Arn.parse(queue_arn("theirs"))))
    [step] = scene.carried_out(CREATE)
    assert step.outcome is Outcome.FAILED
    assert "was changed by someone else" in step.error


def test_a_write_that_does_not_stick_is_a_failure() -> None:
    scene = Scene()
    scene.nothing_is_there()
    scene.put_is_taken()
    for _ in range(5):
        scene.nothing_is_there()
    [step] = scene.carried_out(CREATE)
    assert step.outcome is Outcome.FAILED
    assert "reads back differently" in step.error


def test_a_permission_that_lambda_does_not_see_yet_is_waited_for_and_said() -> None:
    scene = Scene()
    scene.nothing_is_there()
    scene.put_is_refused(NO_PERMISSION)
    scene.put_is_refused(f"The destination ARN {queue_arn('failed')} is invalid.")
    scene.put_is_taken()
    scene.there_is(FAILED)
    assert [step.outcome for step in scene.carried_out(CREATE, patience=60)] == [Outcome.APPLIED]
    assert scene.slept == [1, 2, 0]
    assert len(scene.told) == 2
    assert "waiting 1 of 60 s" in scene.told[1]


def test_patience_ends() -> None:
    scene = Scene()
    scene.nothing_is_there()
    for _ in range(3):
        scene.put_is_refused(NO_PERMISSION)
    [step] = scene.carried_out(CREATE, patience=5)
    assert step.outcome is Outcome.FAILED
    assert NO_PERMISSION in step.error
    assert sum(scene.slept) <= 5


def test_another_refusal_is_not_waited_for() -> None:
    scene = Scene()
    scene.nothing_is_there()
    scene.put_is_refused("You can't specify the function as a destination for itself.")
    [step] = scene.carried_out(CREATE, patience=60)
    assert step.outcome is Outcome.FAILED
    assert scene.slept == []


def test_one_functions_failure_stops_only_its_own_later_changes() -> None:
    dlq = Change(
        Action.CREATE, Address("orders", "$LATEST", Kind.DEAD_LETTER), None, DeadLetterConfig(FAILED.on_failure)
    )
    other = Change(Action.CREATE, Address("refunds", "live", Kind.INVOKE_CONFIG), None, FAILED)
    scene = Scene()
    scene.there_is(EventInvokeConfig(maximum_retry_attempts=1))
    scene.there_is(FAILED)
    steps = scene.carried_out(CREATE, dlq, other)
    assert [step.outcome for step in steps] == [Outcome.FAILED, Outcome.SKIPPED, Outcome.APPLIED]
    result = result_of(ConfigureReport(Plan((CREATE, dlq, other), "d"), steps=tuple(steps)))
    assert (result.exit_code, result.status) == (ExitCode.PARTIAL, Status.PARTIAL)
    assert [problem.message for problem in result.errors] == [f"orders:live: {steps[0].error}"]


def test_when_nothing_was_done_it_is_an_error_and_when_all_was_done_it_is_ok() -> None:
    failed = ConfigureReport(Plan((CREATE,), "d"), steps=(StepResult(CREATE, Outcome.FAILED, "no"),))
    done = ConfigureReport(Plan((CREATE,), "d"), steps=(StepResult(CREATE, Outcome.APPLIED),))
    assert result_of(failed).exit_code is ExitCode.ERROR
    assert result_of(done).exit_code is ExitCode.OK
    assert result_of(ConfigureReport(Plan((), "d"))).exit_code is ExitCode.OK


def test_credentials_that_end_midway_end_the_run() -> None:
    scene = Scene()
    scene.session.refuses("lambda", "get_function_event_invoke_config", "ExpiredTokenException", status=403)
    with pytest.raises(CredentialsProblem):
        scene.carried_out(CREATE)


def test_a_dlq_is_cleared_through_the_function_and_read_back() -> None:
    target = DeadLetterConfig(Arn.parse(queue_arn("dlq")))
    clear = Change(Action.DELETE, Address("orders", "$LATEST", Kind.DEAD_LETTER), target, None)
    facts: dict[str, Any] = {
        "FunctionName": "orders",
        "FunctionArn": FUNCTION_ARN,
        "Role": ROLE_ARN,
        "RevisionId": "r1",
    }
    scene = Scene()
    with_dlq: dict[str, Any] = {**facts, "DeadLetterConfig": {"TargetArn": queue_arn("dlq")}}
    for answer in (with_dlq, with_dlq):
        scene.session.answers("lambda", "get_function_configuration", answer)
    scene.session.answers(
        "lambda",
        "update_function_configuration",
        {},
        FunctionName="orders",
        DeadLetterConfig={"TargetArn": ""},
        RevisionId="r1",
    )
    for answer in (facts, facts):
        scene.session.answers("lambda", "get_function_configuration", answer)
    assert [step.outcome for step in scene.carried_out(clear)] == [Outcome.APPLIED]
