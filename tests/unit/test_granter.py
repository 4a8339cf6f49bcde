"""What --fix-role adds to a role: what is missing, once, beside what it granted already."""

import json
from typing import Any

import pytest

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.errors import AccessDenied, Conflict, CredentialsProblem, LdsError, Rejected
from lambda_dest_cli.granter import apply_grant, curable, grant_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.permission import Decision, Permission, Question
from tests.support import ROLE_ARN, Run, queue_arn

ROLE = Arn.parse(ROLE_ARN)
DONE, FAILED = queue_arn("done"), queue_arn("failed")
SEND = Need("sqs:SendMessage", FAILED)
BUCKET = "arn:aws:s3:::orders-failures"
OBJECTS = f"{BUCKET}/aws/lambda/async/orders/*"


def statement(resource: str | list[str], sid: str = "LdsSqs", action: str = "sqs:SendMessage") -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def document(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


class Scene(Run):
    """A role whose inline policy is what a test says."""

    def holds(self, policy: object) -> "Scene":
        self.session.answers(
            "iam",
            "get_role_policy",
            {"RoleName": "orders-role", "PolicyName": "lds-destinations", "PolicyDocument": json.dumps(policy)},
            RoleName="orders-role",
            PolicyName="lds-destinations",
        )
        return self

    def holds_none(self) -> "Scene":
        self.session.refuses("iam", "get_role_policy", "NoSuchEntity", status=404)
        return self

    def grant(self, *needs: Need) -> Grant:
        found = grant_for(ROLE, needs, self.aws())
        self.session.assert_everything_was_asked()
        return found

    def simulator_says(self, *decisions: str) -> None:
        result = {"EvalActionName": SEND.action, "EvalResourceName": SEND.resource}
        for decision in decisions:
            self.session.answers(
                "iam",
                "simulate_principal_policy",
                {"EvaluationResults": [{**result, "EvalDecision": decision}]},
                PolicySourceArn=ROLE_ARN,
                ActionNames=[SEND.action],
                ResourceArns=[SEND.resource],
                ContextEntries=[],
            )


# What can be cured


def finding(
    state: State = State.FAIL, decision: str = "implicitDeny", said_by: str = "identity policy", *needs: Need
) -> Finding:
    listed = [{"action": each.action, "resource": each.resource} for each in needs or (SEND,)]
    return Finding("LDS302", state, "", evidence={"decision": decision, "said_by": said_by, "needs": listed})


def test_what_the_roles_own_policies_lack_can_be_cured() -> None:
    assert curable([finding()]) == (SEND,)


@pytest.mark.parametrize("state", [State.PASS, State.SKIP])
def test_only_what_is_refused_is_cured(state: State) -> None:
    assert curable([finding(state)]) == ()


@pytest.mark.parametrize(
    ("decision", "said_by"),
    [
        ("explicitDeny", "identity policy"),
        ("implicitDeny", "permissions boundary"),
        ("implicitDeny", "organization"),
        ("unknown", "identity policy"),
        ("implicitDeny", ""),
    ],
)
def test_what_somebody_else_refuses_is_not_curable(decision: str, said_by: str) -> None:
    assert curable([finding(State.FAIL, decision, said_by)]) == ()


def test_a_failure_that_is_no_verdict_is_not_curable() -> None:
    assert curable([Finding("LDS201", State.FAIL, "gone")]) == ()


def test_each_need_once_in_the_order_they_were_found() -> None:
    other = Need("sqs:SendMessage", DONE)
    assert curable([finding(State.FAIL, "implicitDeny", "identity policy", other, SEND), finding()]) == (other, SEND)


# The policy


def test_a_role_without_the_policy_gets_one_with_nothing_but_what_is_needed() -> None:
    grant = Scene().holds_none().grant(SEND)
    assert (grant.role, grant.policy_name, grant.before) == (ROLE, "lds-destinations", "")
    assert json.loads(grant.after) == document(statement(FAILED))
    assert [json.loads(each) for each in grant.statements] == [statement(FAILED)]


def test_what_it_held_stays_first_and_word_for_word() -> None:
    mine = {"Sid": "Mine", "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"a": "b"}}}
    grant = Scene().holds(document(mine)).grant(SEND)
    assert json.loads(grant.before) == document(mine)
    assert json.loads(grant.after) == document(mine, statement(FAILED))
    assert [json.loads(each) for each in grant.statements] == [statement(FAILED)]


def test_a_single_statement_that_is_no_list_is_kept() -> None:
    grant = Scene().holds({"Version": "2012-10-17", "Statement": statement(DONE)}).grant(SEND)
    assert json.loads(grant.after) == document(statement(DONE), statement(FAILED, "LdsSqs2"))


def test_a_sid_that_is_taken_is_numbered() -> None:
    held = document(statement("arn:a"), statement("arn:b", "LdsSqs2"))
    [new] = Scene().holds(held).grant(SEND).statements
    assert json.loads(new)["Sid"] == "LdsSqs3"


@pytest.mark.parametrize("sid", ["LdsSqs", "LdsSqs2", "Whatever"])
def test_what_is_granted_already_is_not_granted_twice_whatever_it_is_called(sid: str) -> None:
    held = document(statement(FAILED, sid))
    grant = Scene().holds(held).grant(SEND)
    assert (json.loads(grant.after), grant.statements) == (held, ())


def test_actions_and_resources_are_no_wider_than_the_needs() -> None:
    needs = (Need("s3:ListBucket", BUCKET), Need("s3:PutObject", OBJECTS), SEND, Need("sqs:SendMessage", DONE))
    assert json.loads(Scene().holds_none().grant(*needs).after)["Statement"] == [
        statement(BUCKET, "LdsS3", "s3:ListBucket"),
        statement(OBJECTS, "LdsS32", "s3:PutObject"),
        statement([DONE, FAILED]),
    ]


@pytest.mark.parametrize("policy", [{}, [], "text", {"Version": "2012-10-17"}])
def test_a_policy_that_lds_cannot_read_is_left_alone(policy: object) -> None:
    with pytest.raises(Rejected, match="lds does not add to it"):
        Scene().holds(policy).grant(SEND)


def test_a_policy_that_may_not_be_read_is_not_written_over() -> None:
    scene = Scene()
    scene.session.refuses("iam", "get_role_policy", "AccessDenied", "no", 403)
    with pytest.raises(AccessDenied, match="iam:GetRolePolicy"):
        scene.grant(SEND)


# Writing it

GRANT = Grant(ROLE, "lds-destinations", "", json.dumps(document(statement(FAILED))), ())


def put_is_taken(scene: Scene) -> None:
    scene.holds_none()
    scene.session.answers(
        "iam",
        "put_role_policy",
        {},
        RoleName="orders-role",
        PolicyName="lds-destinations",
        PolicyDocument=GRANT.after,
    )


def test_one_inline_policy_is_written_and_waited_for_until_the_simulator_sees_it() -> None:
    scene = Scene()
    put_is_taken(scene)
    scene.simulator_says("implicitDeny", "implicitDeny", "allowed")
    assert apply_grant(GRANT, (SEND,), scene.aws())
    assert scene.slept == [0.5, 0.5]
    scene.session.assert_everything_was_asked()


def test_what_was_remembered_of_the_role_is_asked_again() -> None:
    scene = Scene()
    question = Question(SEND.action, SEND.resource)
    aws = scene.aws()
    scene.simulator_says("implicitDeny")
    assert [each.decision for each in aws.may(ROLE, (question,))] == [Decision.IMPLICIT_DENY]
    put_is_taken(scene)
    scene.simulator_says("allowed", "allowed")
    assert apply_grant(GRANT, (SEND,), aws)
    assert aws.may(ROLE, (question,)) == [Permission(question, Decision.ALLOWED)]
    scene.session.assert_everything_was_asked()


def test_after_ten_seconds_it_says_so_instead_of_hanging() -> None:
    scene = Scene()
    put_is_taken(scene)
    scene.simulator_says(*["implicitDeny"] * 20)
    assert not apply_grant(GRANT, (SEND,), scene.aws())
    assert sum(scene.slept) == 10


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDenied", 403, AccessDenied),
        ("MalformedPolicyDocument", 400, Rejected),
        ("LimitExceeded", 409, Rejected),
        ("ExpiredToken", 403, CredentialsProblem),
    ],
)
def test_a_policy_that_is_refused_is_an_error(code: str, status: int, error: type[LdsError]) -> None:
    scene = Scene().holds_none()
    scene.session.refuses("iam", "put_role_policy", code, "no", status)
    with pytest.raises(error):
        apply_grant(GRANT, (SEND,), scene.aws())


def test_a_policy_that_was_changed_meanwhile_is_not_written_over() -> None:
    scene = Scene().holds(document(statement(DONE)))
    with pytest.raises(Conflict, match="was changed by someone else meanwhile; nothing was written"):
        apply_grant(GRANT, (SEND,), scene.aws())
    scene.session.assert_everything_was_asked()


def test_a_policy_that_grants_nothing_any_more_is_deleted() -> None:
    scene = Scene().holds(document(statement(DONE)))
    grant = grant_for(ROLE, (), scene.aws(), lambda need: need.resource == DONE)
    assert (grant.after, grant.removed) == ("", (json.dumps(statement(DONE)),))
    scene.holds(document(statement(DONE)))
    scene.session.answers("iam", "delete_role_policy", {}, RoleName="orders-role", PolicyName="lds-destinations")
    assert apply_grant(grant, (), scene.aws())
    scene.session.assert_everything_was_asked()


def test_what_is_gone_is_taken_out_of_its_statement_and_what_is_missing_is_added() -> None:
    scene = Scene().holds(document(statement([DONE, FAILED])))
    grant = grant_for(ROLE, (Need(SEND.action, queue_arn("dlq")),), scene.aws(), lambda need: need.resource == DONE)
    assert json.loads(grant.after)["Statement"] == [statement(FAILED), statement(queue_arn("dlq"), "LdsSqs2")]
    assert [json.loads(each) for each in grant.removed] == [statement(DONE)]
