"""The checks of the function itself: state, concurrency, failure paths, versions, and who invokes it."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.functions import Functions
from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.invoker import Invoker, Invokers
from tests.support import FUNCTION_ARN, ROLE_ARN, StubbedSession, queue_arn
from tests.unit.checks.scene import DLQ, FACTS, FAILED, findings, subject, told

OLD = Arn.parse(queue_arn("old"))
CONFIG = EventInvokeConfig(on_failure=FAILED)


def in_state(**facts: Any) -> Subject:
    what = subject(on_failure=FAILED)
    return replace(what, facts=replace(what.facts, **facts))


def configured(**more: Any) -> dict[str, Any]:
    """A function as GetFunctionConfiguration describes it."""
    return {"FunctionName": "orders", "FunctionArn": FUNCTION_ARN, "Role": ROLE_ARN, **more}


@pytest.mark.parametrize(
    ("facts", "state", "said"),
    [
        ({"state": "Failed", "reason": "the subnet is gone"}, "fail", "could not set it up: the subnet is gone"),
        ({"state": "Inactive"}, "warn", "its first event fails and wakes it"),
        ({"state": "Pending"}, "skip", "still being set up"),
        ({"last_update_status": "Failed", "reason": "no such layer"}, "warn", "what was there before: no such layer"),
    ],
)
def test_lds403_a_function_that_is_not_active(facts: dict[str, str], state: str, said: str) -> None:
    [found] = findings("LDS403", in_state(**facts))
    assert told([found]) == [(state, None)]
    assert said in found.message
    assert found.hint.startswith("aws lambda ")


def test_lds403_says_nothing_of_an_active_function() -> None:
    assert findings("LDS403", in_state(last_update_status="InProgress")) == ()


def test_lds403_a_function_that_was_only_listed_is_asked_for_its_state() -> None:
    session = StubbedSession()
    answer = {"Configuration": configured(State="Failed", StateReason="The image is gone.")}
    session.answers("lambda", "get_function", answer, FunctionName="orders")
    [found] = findings("LDS403", in_state(state=""), session)
    assert "The image is gone." in found.message


def test_a_list_of_functions_does_not_say_that_they_are_active() -> None:
    session = StubbedSession()
    session.answers("lambda", "list_functions", {"Functions": [configured()]})
    [facts] = Functions(session, lambda _: None).all()
    assert facts.state == ""


def test_lds404_a_dead_letter_queue_alone_is_no_alarm_and_explained() -> None:
    [found] = findings("LDS404", subject(dead_letter=DLQ))
    assert told([found]) == [("pass", "dead_letter")]
    assert "the bare event" in found.message
    assert findings("LDS404", subject(on_failure=FAILED)) == ()
    assert findings("LDS404", subject(on_failure=FAILED, dead_letter=DLQ)) == ()


def test_lds405_two_failure_paths_are_no_alarm_and_explained() -> None:
    [found] = findings("LDS405", subject(on_failure=FAILED, dead_letter=DLQ))
    assert told([found]) == [("pass", "dead_letter")]
    assert "arrives twice: as a record at sqs:failed, and bare at sqs:dlq" in found.message
    assert findings("LDS405", subject(on_failure=DLQ, dead_letter=DLQ)) == ()
    assert findings("LDS405", subject(on_failure=FAILED)) == ()


class Known(Triggers):
    """What invokes a function, as it would be read."""

    def __init__(self, found: Invokers) -> None:
        super().__init__(StubbedSession())
        self._found = found

    def of_function(self, function: Arn, aliases: Any) -> Invokers:
        assert function == FACTS.arn
        return self._found


def invoked(what: Subject, *invokers: Invoker, unread: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    aws = Aws(StubbedSession(), lambda _: None)
    aws.__dict__["triggers"] = Known(Invokers(invokers, unread))
    return run([what], aws, ["LDS406"])


def rule(qualifier: str, certain: bool = True) -> Invoker:
    return Invoker("the rule nightly", qualifier, certain)


def test_lds406_a_caller_of_an_alias_that_has_no_configuration_fails_with_the_command_that_gives_it_one() -> None:
    [found] = invoked(subject(CONFIG, aliases={"live": "7"}), rule("live"))
    assert told([found]) == [("fail", None)]
    assert found.message.startswith("the rule nightly invokes orders:live, which has no configuration: that of $LATEST")
    assert found.hint.startswith("lds configure orders:live --on-failure sqs:failed")


def test_lds406_a_caller_of_latest_where_only_the_alias_is_configured() -> None:
    [found] = invoked(subject(CONFIG, "live", aliases={"live": "7"}), rule(LATEST))
    assert told([found]) == [("fail", None)]
    assert "invokes orders:$LATEST" in found.message
    assert found.hint.startswith("lds configure orders --on-failure sqs:failed")


def test_lds406_who_is_only_allowed_to_is_a_warning() -> None:
    [found] = invoked(subject(CONFIG, aliases={"live": "7"}), rule("live", certain=False))
    assert told([found]) == [("warn", None)]
    assert "may invoke orders:live" in found.message


def test_lds406_callers_of_what_is_configured_are_well() -> None:
    assert invoked(subject(CONFIG, aliases={"live": "7"}), rule(LATEST)) == ()
    assert invoked(subject(CONFIG, "live", aliases={"live": "7"}), rule("live")) == ()


def test_lds406_what_could_not_be_read_is_a_skip_beside_what_was_found() -> None:
    found = invoked(subject(CONFIG, aliases={"live": "7"}), rule("live"), unread=("you may not call lambda:GetPolicy",))
    assert told(found) == [("fail", None), ("skip", None)]
    assert "you may not call lambda:GetPolicy" in found[1].message


def test_lds406_of_what_makes_no_difference_nothing_is_asked() -> None:
    for what in (subject(CONFIG), subject(aliases={"live": "7"}), subject(dead_letter=DLQ)):
        assert findings("LDS406", what) == ()


class Versions(Functions):
    """Each alias's dead-letter queue, and what was asked."""

    def __init__(self, kept: dict[str, Arn | None]) -> None:
        super().__init__(StubbedSession(), lambda _: None)
        self.kept, self.asked = kept, list[str]()

    def get(self, ref: Any) -> FunctionFacts:
        self.asked.append(ref.qualifier)
        return replace(FACTS, dead_letter=self.kept[ref.qualifier])


def versions(what: Subject, **kept: Arn | None) -> tuple[tuple[Finding, ...], list[str]]:
    functions = Versions(kept)
    aws = Aws(StubbedSession(), lambda _: None)
    aws.__dict__["functions"] = functions
    return run([what], aws, ["LDS407"]), functions.asked


@pytest.mark.parametrize(
    ("latest", "kept", "said"),
    [
        (DLQ, OLD, "keeps the dead-letter queue sqs:old from when it was published; $LATEST has the dead-letter queue"),
        (DLQ, None, "keeps no dead-letter queue"),
        (None, OLD, "$LATEST has no dead-letter queue"),
    ],
)
def test_lds407_a_version_in_use_that_kept_another_queue(latest: Arn | None, kept: Arn | None, said: str) -> None:
    found, _ = versions(subject(dead_letter=latest, aliases={"live": "7"}), live=kept)
    assert told(found) == [("warn", None)]
    assert "version 7, to which live points, " in found[0].message
    assert said in found[0].message
    assert found[0].hint.startswith("aws lambda publish-version --function-name orders")


def test_lds407_each_version_is_read_once_and_latest_not_at_all() -> None:
    aliases = {"live": "7", "beta": "7", "dev": LATEST}
    found, asked = versions(subject(dead_letter=DLQ, aliases=aliases), live=OLD, beta=OLD)
    assert ("to which beta and live point, " in found[0].message, asked) == (True, ["beta"])


def test_lds407_versions_that_have_the_queue_of_latest_are_well() -> None:
    assert versions(subject(dead_letter=DLQ, aliases={"live": "7"}), live=DLQ) == ((), ["live"])
    assert versions(subject(dead_letter=DLQ)) == ((), [])


@pytest.mark.parametrize(("concurrency", "states"), [({"ReservedConcurrentExecutions": 0}, ["fail"]), ({}, [])])
def test_lds408_reserved_concurrency_0_runs_nothing(concurrency: dict[str, int], states: list[str]) -> None:
    session = StubbedSession()
    answer = {"Configuration": configured(State="Active"), **({"Concurrency": concurrency} if concurrency else {})}
    session.answers("lambda", "get_function", answer, FunctionName="orders")
    found = findings("LDS408", subject(on_failure=FAILED), session)
    assert [str(each.state) for each in found] == states
    assert all("goes straight to the failure path" in each.message for each in found)


def test_lds408_where_the_code_may_not_be_seen_two_lesser_calls_tell() -> None:
    session = StubbedSession()
    session.refuses("lambda", "get_function", "AccessDeniedException", status=403)
    session.answers("lambda", "get_function_configuration", configured(), FunctionName="orders")
    session.answers("lambda", "get_function_concurrency", {"ReservedConcurrentExecutions": 0}, FunctionName="orders")
    assert told(findings("LDS408", subject(on_failure=FAILED), session)) == [("fail", None)]
    session.assert_everything_was_asked()


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException", "ServiceException"])
def test_lds408_what_could_not_be_read_is_a_skip(code: str) -> None:
    session = StubbedSession()
    for operation in ("get_function", "get_function_configuration"):
        session.refuses("lambda", operation, code, status=403)
    assert told(findings("LDS408", subject(on_failure=FAILED), session)) == [("skip", None)]
