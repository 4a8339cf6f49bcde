"""What invokes a function, as AWS's services tell it."""

import json
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.invoker import Invoker, Invokers
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, StubbedSession, queue_arn

FUNCTION = Arn.parse(FUNCTION_ARN)
QUEUE = Arn.parse(queue_arn("failed"))
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"


def triggers(session: AwsSession) -> Triggers:
    return Triggers(session)


def mapping(function: str, state: str) -> dict[str, Any]:
    return {"UUID": "1" * 36, "EventSourceArn": str(QUEUE), "FunctionArn": function, "State": state}


def test_the_functions_that_read_a_queue_are_those_of_mappings_that_are_on() -> None:
    session = StubbedSession()
    found = [mapping(FUNCTION_ARN, "Enabled"), mapping(f"{FUNCTION_ARN}-2", "Disabled"), mapping("x", "Deleting")]
    session.answers("lambda", "list_event_source_mappings", {"EventSourceMappings": found}, EventSourceArn=str(QUEUE))
    assert triggers(session).of_queue(QUEUE) == (FUNCTION_ARN,)


def subscribed(session: StubbedSession, *endpoints: str, protocol: str = "lambda") -> None:
    found = [
        {"SubscriptionArn": "a", "Owner": ACCOUNT, "Protocol": protocol, "Endpoint": each, "TopicArn": TOPIC_ARN}
        for each in endpoints
    ]
    session.answers("sns", "list_subscriptions_by_topic", {"Subscriptions": found}, TopicArn=TOPIC_ARN)


def test_the_functions_of_a_topic_are_its_subscribers_with_the_protocol_lambda() -> None:
    session = StubbedSession()
    subscribed(session, FUNCTION_ARN)
    subscribed(session, "ops@example.com", protocol="email")
    aws = Aws(session, lambda _: None)
    assert aws.subscribed(Arn.parse(TOPIC_ARN)) == (FUNCTION_ARN,)
    another = Aws(session, lambda _: None)
    assert another.subscribed(Arn.parse(TOPIC_ARN)) == ()


@pytest.mark.parametrize("read", ["of_queue", "of_topic"])
def test_what_may_not_be_read_is_an_error(read: str) -> None:
    session = StubbedSession()
    session.refuses("lambda", "list_event_source_mappings", "AccessDeniedException", status=403)
    session.refuses("sns", "list_subscriptions_by_topic", "AuthorizationError", status=403)
    with pytest.raises(AccessDenied):
        getattr(triggers(session), read)(QUEUE)


def allowed(session: StubbedSession, *statements: dict[str, Any], qualifier: str = "") -> None:
    policy = json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": list(statements)})
    named = {"Qualifier": qualifier} if qualifier else {}
    session.answers("lambda", "get_policy", {"Policy": policy, "RevisionId": "r"}, FunctionName=FUNCTION_ARN, **named)


def statement(service: str, source: object = None, key: str = "AWS:SourceArn") -> dict[str, Any]:
    """A statement as AddPermission writes it."""
    condition = {"Condition": {"ArnLike": {key: source}}} if source else {}
    return {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION_ARN,
        **condition,
    }


def rules(session: StubbedSession, *names: str, bus: str = "default", target: str = FUNCTION_ARN) -> None:
    session.answers(
        "events", "list_rule_names_by_target", {"RuleNames": list(names)}, TargetArn=target, EventBusName=bus
    )


def nothing_allowed(session: StubbedSession) -> None:
    session.refuses("lambda", "get_policy", "ResourceNotFoundException", "The resource you requested does not exist.")


def test_a_function_that_nothing_invokes() -> None:
    session = StubbedSession()
    nothing_allowed(session)
    rules(session)
    assert triggers(session).of_function(FUNCTION, []) == Invokers()


def test_rules_of_the_default_bus_and_of_those_that_the_policy_names() -> None:
    session = StubbedSession()
    allowed(session, statement("events", f"{RULE_ARN}/shop/paid"), statement("events", f"{RULE_ARN}/nightly"))
    rules(session, "nightly")
    rules(session, "paid", bus="shop")
    assert triggers(session).of_function(FUNCTION, []).invokers == (
        Invoker("the rule nightly", "$LATEST", certain=True),
        Invoker("the rule paid of the bus shop", "$LATEST", certain=True),
    )


def test_a_topic_counts_where_the_function_is_still_subscribed() -> None:
    still, no_more = StubbedSession(), StubbedSession()
    for session, endpoints in ((still, [FUNCTION_ARN]), (no_more, [f"{FUNCTION_ARN}:live"])):
        allowed(session, statement("sns", TOPIC_ARN))
        rules(session)
        subscribed(session, *endpoints)
    [invoker] = triggers(still).of_function(FUNCTION, []).invokers
    assert invoker == Invoker("the topic alerts", "$LATEST", certain=True)
    assert triggers(no_more).of_function(FUNCTION, []) == Invokers()


def test_a_bucket_counts_where_its_notifications_name_the_function() -> None:
    session = StubbedSession()
    allowed(session, statement("s3", "arn:aws:s3:::uploads", key="aws:SourceArn"))
    rules(session)
    notified = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": FUNCTION_ARN, "Events": ["s3:ObjectCreated:*"]}]}
    session.answers("s3", "get_bucket_notification_configuration", notified, Bucket="uploads")
    [invoker] = triggers(session).of_function(FUNCTION, []).invokers
    assert invoker == Invoker("the bucket uploads", "$LATEST", certain=True)


def test_whoever_is_only_let_in_may_invoke_and_who_waits_for_the_answer_is_no_matter() -> None:
    session = StubbedSession()
    account = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "lambda:*"}
    allowed(
        session,
        statement("codecommit", f"arn:aws:codecommit:{REGION}:{ACCOUNT}:shop"),
        statement("sns", "arn:aws:sns:*:*:*"),
        statement("apigateway", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a/*"),
        {**statement("iot"), "Effect": "Deny"},
        account,
    )
    rules(session)
    assert triggers(session).of_function(FUNCTION, []).invokers == (
        Invoker(f"arn:aws:codecommit:{REGION}:{ACCOUNT}:shop", "$LATEST", certain=False),
        Invoker("sns.amazonaws.com", "$LATEST", certain=False),
    )


def test_a_source_that_is_gone_invokes_nothing() -> None:
    session = StubbedSession()
    allowed(session, statement("sns", TOPIC_ARN), statement("s3", "arn:aws:s3:::gone"))
    rules(session)
    session.refuses("sns", "list_subscriptions_by_topic", "NotFound", status=404)
    session.refuses("s3", "get_bucket_notification_configuration", "NoSuchBucket", status=404)
    assert triggers(session).of_function(FUNCTION, []) == Invokers()


def test_what_could_not_be_read_is_told_and_hides_nothing_else() -> None:
    session = StubbedSession()
    session.refuses("lambda", "get_policy", "AccessDeniedException", status=403)
    rules(session, "nightly")
    found = triggers(session).of_function(FUNCTION, [])
    assert [each.words for each in found.invokers] == ["the rule nightly"]
    [why] = found.unread
    assert "you may not call lambda:GetPolicy" in why


def test_credentials_that_end_are_raised() -> None:
    session = StubbedSession()
    session.refuses("lambda", "get_policy", "ExpiredToken", status=403)
    with pytest.raises(CredentialsProblem):
        triggers(session).of_function(FUNCTION, [])


class Calm(Triggers):
    """Rules and policies by qualifier: aliases are read at the same time, so no order can be stubbed."""

    def __init__(self, asked: list[tuple[str, str]]) -> None:
        super().__init__(StubbedSession())
        self.asked = asked

    def _allowances(self, function: Arn, qualifier: str) -> list[Any]:
        return []

    def _rules(self, address: str, qualifier: str, bus: str) -> Any:
        self.asked.append((address, bus))
        return iter([Invoker("the rule nightly", qualifier, certain=True)])


def test_every_alias_is_asked_about_by_its_own_arn() -> None:
    asked: list[tuple[str, str]] = []
    found = Calm(asked).of_function(FUNCTION, ["live", "beta"])
    assert [each.qualifier for each in found.invokers] == ["$LATEST", "live", "beta"]
    assert sorted(asked) == [(FUNCTION_ARN + tail, "default") for tail in ("", ":beta", ":live")]
