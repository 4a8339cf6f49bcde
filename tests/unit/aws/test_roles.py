"""What IAM's simulator says, with answers as IAM gives them."""

from typing import Any

import pytest

from lambda_dest_cli.aws.roles import Roles
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Decision, Question
from tests.support import ROLE_ARN, StubbedSession, queue_arn

ROLE = Arn.parse(ROLE_ARN)
SEND = Question("sqs:SendMessage", queue_arn("failed"))
SEND_TOO = Question("sqs:SendMessage", queue_arn("done"))


def result(question: Question, decision: str, **more: Any) -> dict[str, Any]:
    return {
        "EvalActionName": question.action,
        "EvalResourceName": question.resource,
        "EvalDecision": decision,
        "MatchedStatements": [],
        "MissingContextValues": [],
        **more,
    }


def ask(session: StubbedSession, *questions: Question) -> list[Any]:
    return Roles(session).may(ROLE, questions)


@pytest.fixture
def session() -> StubbedSession:
    return StubbedSession()


def test_one_question_is_answered_by_the_top_level(session: StubbedSession) -> None:
    matched = [{"SourcePolicyId": "PolicyInputList.1", "SourcePolicyType": "IAM Policy"}]
    session.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": [result(SEND, "allowed", MatchedStatements=matched)]},
        PolicySourceArn=ROLE_ARN,
        ActionNames=["sqs:SendMessage"],
        ResourceArns=[queue_arn("failed")],
        ContextEntries=[],
    )
    [answer] = ask(session, SEND)
    assert (answer.decision, answer.said_by, answer.matched) == (Decision.ALLOWED, "", ("PolicyInputList.1",))


def test_with_several_resources_only_the_specific_results_count(session: StubbedSession) -> None:
    specific = [
        {"EvalResourceName": SEND.resource, "EvalResourceDecision": "implicitDeny", "MatchedStatements": []},
        {"EvalResourceName": SEND_TOO.resource, "EvalResourceDecision": "allowed", "MatchedStatements": []},
    ]
    session.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": [result(SEND, "allowed", ResourceSpecificResults=specific)]},
    )
    denied, allowed = ask(session, SEND, SEND_TOO)
    assert (denied.decision, denied.said_by) == (Decision.IMPLICIT_DENY, "identity policy")
    assert allowed.decision is Decision.ALLOWED


def test_what_a_server_leaves_out_is_asked_again_one_by_one(session: StubbedSession) -> None:
    session.answers("iam", "simulate_principal_policy", {"EvaluationResults": [result(SEND_TOO, "allowed")]})
    session.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": [result(SEND, "explicitDeny")]},
        PolicySourceArn=ROLE_ARN,
        ActionNames=["sqs:SendMessage"],
        ResourceArns=[SEND.resource],
        ContextEntries=[],
    )
    assert [each.decision for each in ask(session, SEND, SEND_TOO)] == [Decision.EXPLICIT_DENY, Decision.ALLOWED]


def test_what_is_never_answered_is_unknown_not_allowed(session: StubbedSession) -> None:
    for _ in range(2):
        session.answers("iam", "simulate_principal_policy", {"EvaluationResults": []})
    assert [each.decision for each in ask(session, SEND)] == [Decision.UNKNOWN]


@pytest.mark.parametrize(
    ("details", "said_by"),
    [
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}, "organization"),
        ({"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}, "permissions boundary"),
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": True}}, "identity policy"),
    ],
)
def test_who_said_no(session: StubbedSession, details: dict[str, Any], said_by: str) -> None:
    session.answers(
        "iam", "simulate_principal_policy", {"EvaluationResults": [result(SEND, "implicitDeny", **details)]}
    )
    [answer] = ask(session, SEND)
    assert (answer.decision, answer.said_by) == (Decision.IMPLICIT_DENY, said_by)


def test_missing_context_is_carried_along(session: StubbedSession) -> None:
    specific = [
        {
            "EvalResourceName": SEND.resource,
            "EvalResourceDecision": "implicitDeny",
            "MissingContextValues": ["aws:SourceVpce"],
        }
    ]
    session.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": [result(SEND, "implicitDeny", ResourceSpecificResults=specific)]},
    )
    assert ask(session, SEND)[0].missing_context == ("aws:SourceVpce",)


def test_what_is_said_of_one_resource_is_not_said_of_another(session: StubbedSession) -> None:
    """IAM API, EvaluationResult: the top level has the statements and missing keys of all resources together."""
    specific = [
        {"EvalResourceName": SEND.resource, "EvalResourceDecision": "implicitDeny", "MissingContextValues": ["a:key"]},
        {"EvalResourceName": SEND_TOO.resource, "EvalResourceDecision": "implicitDeny", "MissingContextValues": []},
    ]
    united = {"MissingContextValues": ["a:key"], "MatchedStatements": [{"SourcePolicyId": "p"}]}
    session.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": [result(SEND, "implicitDeny", ResourceSpecificResults=specific, **united)]},
    )
    first, second = ask(session, SEND, SEND_TOO)
    assert (first.missing_context, second.missing_context, second.matched) == (("a:key",), (), ())


def test_questions_with_another_context_are_another_call(session: StubbedSession) -> None:
    key = Question("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1", (("kms:ViaService", "sqs"),))
    stubber_order = [result(SEND, "allowed"), result(key, "allowed")]
    for each in stubber_order:
        session.answers("iam", "simulate_principal_policy", {"EvaluationResults": [each]})
    answers = Roles(session).may(ROLE, [SEND])
    answers += Roles(session).may(ROLE, [key])
    assert [each.decision for each in answers] == [Decision.ALLOWED, Decision.ALLOWED]
    session.assert_everything_was_asked()


def test_a_role_is_asked_for_by_name_without_its_path(session: StubbedSession) -> None:
    session.answers(
        "iam",
        "get_role",
        {
            "Role": {
                "Path": "/service/",
                "RoleName": "orders-role",
                "RoleId": "AROA0123456789EXAMPLE",
                "Arn": ROLE_ARN,
                "CreateDate": "2026-01-01T00:00:00Z",
                "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D",
                "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/edge"},
            }
        },
        RoleName="orders-role",
    )
    role = Roles(session).get(ROLE)
    assert (str(role.arn), role.boundary) == (ROLE_ARN, "arn:aws:iam::123456789012:policy/edge")
    assert '"2012-10-17"' in role.trust_policy


def test_a_deleted_role_is_named(session: StubbedSession) -> None:
    session.refuses("iam", "get_role", "NoSuchEntity", status=404)
    with pytest.raises(NotFound, match=r"execution role .*orders-role does not exist"):
        Roles(session).get(ROLE)


def test_no_inline_policy_yet_is_none(session: StubbedSession) -> None:
    session.refuses("iam", "get_role_policy", "NoSuchEntity", status=404)
    assert Roles(session).inline_policy(ROLE) is None
