"""One policy: IAM User Guide, "Policy evaluation logic", and what is said of a decision."""

import pytest

from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, evaluate
from lambda_dest_cli.model.permission import Decision
from tests.unit.iam.asking import (
    ACCOUNT,
    ALLOWED,
    DENIED,
    NOT_ALLOWED,
    OTHER,
    QUEUE,
    ROLE,
    THEIR_QUEUE,
    UNKNOWN,
    UNTOLD,
    allow,
    ask,
    deny,
    identity,
    own,
    policy,
    without,
)

# One policy


def test_what_nothing_allows_is_denied_implicitly() -> None:
    """By default all requests are denied."""
    assert identity() is NOT_ALLOWED
    assert identity(allow(Action="sns:Publish")) is NOT_ALLOWED
    assert identity(allow(Resource=THEIR_QUEUE)) is NOT_ALLOWED
    assert evaluate(ask(), Policies()).decision is NOT_ALLOWED


def test_an_allow_overrides_the_default() -> None:
    """An explicit allow overrides the implicit deny."""
    assert identity(allow()) is ALLOWED
    assert identity(allow(Action="SQS:send*", Resource=[THEIR_QUEUE, QUEUE])) is ALLOWED


@pytest.mark.parametrize("order", [1, -1])
def test_a_deny_overrides_any_allow(order: int) -> None:
    """An explicit deny overrides any allow, wherever it stands."""
    assert identity(*[allow(), deny(Action="sqs:*")][::order]) is DENIED
    assert identity(*[allow(), deny(Action="sns:*")][::order]) is ALLOWED


@pytest.mark.parametrize("where", ["identity", "boundary", "organization", "resource"])
def test_a_deny_in_any_policy_is_final(where: str) -> None:
    """Page "Policy evaluation logic": a deny in any applicable policy is the final decision."""
    everything = policy(allow())
    refusing = [everything, policy(deny(Sid="No"))]
    said = {name: refusing if name == where else [everything] for name in ("identity", "boundary", "organization")}
    resource = policy(allow(Principal="*"), *([deny(Sid="No", Principal="*")] if where == "resource" else []))
    levels = [[everything], said["organization"], [everything]]
    verdict = evaluate(ask(), Policies(said["identity"], said["boundary"], levels, resource))
    assert verdict.decision is DENIED
    names = {"identity": "identity policy", "boundary": "permissions boundary", "resource": "resource policy"}
    assert verdict.said_by == names.get(where, where)
    assert [match.statement.sid for match in verdict.matched] == ["No"]


def test_not_action_is_every_other_action() -> None:
    """Page "NotAction": matches everything except the listed actions, whatever their case."""
    assert identity(allow(Action="iam:*"), without(allow(NotAction="iam:*"), "Action")) is ALLOWED
    assert identity(without(allow(NotAction=["iam:*", "SQS:sendmessage"]), "Action")) is NOT_ALLOWED
    assert identity(allow(), without(deny(NotAction="sns:*"), "Action")) is DENIED


def test_not_resource_is_every_other_resource() -> None:
    """Page "NotResource": matches every resource except those specified."""
    assert identity(without(allow(NotResource=THEIR_QUEUE), "Resource")) is ALLOWED
    assert identity(without(allow(NotResource=f"{QUEUE[:-1]}*"), "Resource")) is NOT_ALLOWED
    assert identity(allow(), without(deny(NotResource="arn:aws:s3:::*"), "Resource")) is DENIED


# Conditions


def test_a_statement_counts_where_its_conditions_hold() -> None:
    """Page "Condition": the statement is in effect when the condition is met."""
    only = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    there = ask(context={"AWS:sourceaccount": (ACCOUNT,)})
    elsewhere = ask(context={"aws:SourceAccount": (OTHER,)})
    assert identity(allow(Condition=only), request=there) is ALLOWED
    assert identity(allow(Condition=only), request=elsewhere) is NOT_ALLOWED
    assert identity(allow(), deny(Condition=only), request=there) is DENIED
    assert identity(allow(), deny(Condition=only), request=elsewhere) is ALLOWED


def test_what_cannot_be_told_is_unknown_and_never_allowed() -> None:
    """Page "Condition operators": an operator that is not on the page allows nothing, and may deny."""
    assert identity(allow(Condition=UNTOLD)) is UNKNOWN
    assert identity(allow(), deny(Condition=UNTOLD)) is UNKNOWN
    assert identity(allow(), allow(Condition=UNTOLD)) is ALLOWED
    assert identity(allow(Condition=UNTOLD), deny()) is DENIED
    assert identity(allow(Condition=UNTOLD, Action="sns:*")) is NOT_ALLOWED
    assert identity(allow(), deny(Condition=UNTOLD, Resource=THEIR_QUEUE)) is ALLOWED


def test_an_unknown_element_makes_a_statement_unknown() -> None:
    """Page "IAM JSON policy elements reference": an element that is not on the page may mean anything."""
    assert identity(allow(Until="2027")) is UNKNOWN
    assert identity(allow(), deny(Until="2027")) is UNKNOWN
    assert identity(allow(Until="2027", Action="sns:*")) is NOT_ALLOWED


def test_a_key_whose_value_nobody_can_tell_decides_nothing() -> None:
    """Page "Condition": the real request carries aws:SourceIp, and its value is not known beforehand."""
    from_home = {"IpAddress": {"AWS:SourceIp": "203.0.113.0/24"}}
    request = ask(unknown=frozenset({"aws:sourceip"}))
    assert identity(allow(Condition=from_home), request=request) is UNKNOWN
    assert identity(allow(), deny(Condition=from_home), request=request) is UNKNOWN
    assert identity(allow(Condition=from_home)) is NOT_ALLOWED


def test_a_variable_in_a_resource_is_filled_in() -> None:
    """Page "Policy variables": variables are taken in Resource and NotResource."""
    mine = QUEUE.replace("failed", "${aws:PrincipalTag/team, 'none'}-${*}")
    request = ask(QUEUE.replace("failed", "web-*"), context={"aws:principaltag/TEAM": ("web",)})
    assert identity(allow(Resource=mine), request=request) is ALLOWED
    assert identity(allow(Resource=mine)) is NOT_ALLOWED
    assert identity(allow(), without(deny(NotResource=mine), "Resource"), request=request) is ALLOWED
    assert identity(allow(), without(deny(NotResource=mine), "Resource")) is DENIED


@pytest.mark.parametrize("version", ["2012-10-17", "2008-10-17"])
def test_a_variable_before_the_fifth_colon_is_not_known(version: str) -> None:
    """Page "Policy variables": you can't use a variable to replace parts of the ARN before the fifth colon."""
    mine = read({"Version": version, "Statement": allow(Resource=QUEUE.replace(ACCOUNT, "${aws:PrincipalAccount}"))})

    def decision(account: str) -> Decision:
        return evaluate(ask(context={"aws:PrincipalAccount": (account,)}), Policies([mine])).decision

    assert decision(ACCOUNT) is (UNKNOWN if version == "2012-10-17" else NOT_ALLOWED)
    assert decision(OTHER) is NOT_ALLOWED


def test_how_far_a_wildcard_reaches_may_be_unknown() -> None:
    """Page "Resource": a star that ends a segment can match beyond it; of others that is not said."""
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders"
    request = ask(function, action="lambda:InvokeFunction")
    assert identity(allow(Resource="arn:aws:lambda:*:orders"), request=request) is ALLOWED
    assert identity(allow(Resource="arn:aws:lambda:eu-*-1:*:orders"), request=request) is UNKNOWN
    assert identity(allow(), deny(Resource="arn:aws:*:orders"), request=request) is UNKNOWN
    assert identity(allow(Resource=["arn:aws:*:orders", function]), request=request) is ALLOWED


@pytest.mark.parametrize("element", ["Action", "NotAction", "Resource", "NotResource"])
def test_an_empty_list_has_no_effect(element: str) -> None:
    """Page "IAM policy validation", Empty array action and resource: the statement does not affect the policy."""
    emptied = {**without(allow(), element.removeprefix("Not")), element: []}
    assert identity(emptied) is NOT_ALLOWED
    assert identity(allow(), {**emptied, "Effect": "Deny"}) is ALLOWED


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("nobody", [{}, {"AWS": []}])
def test_an_empty_principal_has_no_effect(element: str, nobody: object) -> None:
    """Page "IAM policy validation", Empty array principal, Empty object principal: nor does such a statement."""
    assert own(allow(**{element: nobody})) is NOT_ALLOWED
    assert own(deny(**{element: nobody}), roles=(allow(),)) is ALLOWED


def test_a_resource_that_cannot_be_told_is_unknown() -> None:
    """Page "Policy variables": another resource of the list may still settle it."""
    mine = QUEUE.replace("failed", "${aws:userid}")
    request = ask(unknown=frozenset({"aws:UserId"}))
    assert identity(allow(Resource=mine), request=request) is UNKNOWN
    assert identity(allow(Resource=[mine, QUEUE]), request=request) is ALLOWED
    assert identity(allow(), without(deny(NotResource=mine), "Resource"), request=request) is UNKNOWN
    assert identity(allow(), without(deny(NotResource=[mine, QUEUE]), "Resource"), request=request) is ALLOWED


def test_an_older_policy_has_no_variables_in_resources() -> None:
    """Page "Version": in a 2008-10-17 policy ${…} is text."""
    older = read({"Version": "2008-10-17", "Statement": allow(Resource=QUEUE.replace("failed", "${aws:userid}"))})
    request = ask(context={"aws:userid": ("failed",)})
    assert evaluate(request, Policies([older])).decision is NOT_ALLOWED


def test_the_context_that_was_missed_is_reported_once() -> None:
    """SimulatePrincipalPolicy, MissingContextValues: keys that policies asked for and the request did not have."""
    asks = {"StringEquals": {"aws:SourceArn": "x"}, "ArnLike": {"a:there": "*"}, "Null": {"a:third": "true"}}
    verdict = evaluate(
        ask(context={"A:There": ("x",)}),
        Policies(
            [policy(allow(Condition=asks), allow(Action="sns:*", Condition={"Bool": {"a:other": "true"}}))],
            boundary=[policy(allow(Condition=asks))],
            organization=[[policy(allow(Resource="arn:aws:sqs:*:*:${aws:PrincipalTag/team}"))]],
            resource=policy(allow(Principal=ROLE, Condition={"Bool": {"aws:SecureTransport": "true"}})),
        ),
    )
    assert verdict.missing_context == ("aws:SourceArn", "a:third", "aws:PrincipalTag/team", "aws:SecureTransport")


def test_nothing_is_missed_where_nothing_is_asked() -> None:
    """SimulatePrincipalPolicy, MissingContextValues: empty where the policies ask for nothing."""
    assert evaluate(ask(), Policies([policy(allow())])).missing_context == ()


# Who said it


def test_the_verdict_names_the_statements_that_led_to_it() -> None:
    """SimulatePrincipalPolicy, MatchedStatements: those that allowed, or those that denied."""
    first, second = policy(allow(Sid="A"), allow(Sid="B", Action="sns:*"), name="one"), policy(allow(Sid="C"))
    verdict = evaluate(ask(), Policies([first, second]))
    assert verdict.said_by == "identity policy"
    assert [(match.policy.name, match.statement.sid) for match in verdict.matched] == [("one", "A"), ("", "C")]
    nobody = evaluate(ask(), Policies([policy(allow(Action="sns:*"))]))
    assert (nobody.said_by, nobody.matched) == ("identity policy", ())


def test_where_identity_policies_grant_the_resource_policy_is_not_named() -> None:
    """Page "Evaluating policies within a single account": either is enough."""
    resource = policy(allow(Principal="*", Sid="R"))
    verdict = evaluate(ask(), Policies([policy(allow(Sid="I"))], resource=resource))
    assert [match.statement.sid for match in verdict.matched] == ["I"]
    verdict = evaluate(ask(), Policies(resource=resource))
    assert (verdict.said_by, [match.statement.sid for match in verdict.matched]) == ("resource policy", ["R"])
