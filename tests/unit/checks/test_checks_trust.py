"""LDS301: the execution role and its trust policy."""

import json

import pytest

from tests.support import ROLE_ARN, StubbedSession
from tests.unit.checks.scene import FAILED, TRUST, findings, role_answer, subject, told


def trusting(principal: object, condition: object = None, effect: str = "Allow") -> dict[str, object]:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return {
        "Version": "2012-10-17",
        "Statement": [{**statement, **({"Condition": condition} if condition else {})}],
    }


LAMBDA = {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize(
    ("trust", "state"),
    [
        (TRUST, "pass"),
        (trusting({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}), "pass"),
        (trusting(LAMBDA, {"StringEquals": {"aws:SourceAccount": "123456789012"}}), "pass"),
        (trusting({"Service": "ec2.amazonaws.com"}), "fail"),
        (trusting({"AWS": "arn:aws:iam::123456789012:root"}), "fail"),
        (trusting(LAMBDA, effect="Deny"), "fail"),
        (trusting(LAMBDA, {"StringEquals": {"aws:SourceAccount": "210987654321"}}), "fail"),
        (trusting(LAMBDA, {"StringNeverHeardOf": {"aws:SourceAccount": "1"}}), "skip"),
        (trusting(LAMBDA, {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}), "skip"),
        ({"Statement": [{"Effect": "Perhaps"}]}, "skip"),
    ],
)
def test_the_trust_policy(trust: object, state: str) -> None:
    session = StubbedSession()
    session.answers("iam", "get_role", role_answer(trust), RoleName="orders-role")
    [found] = findings("LDS301", subject(on_failure=FAILED), session)
    assert told([found]) == [(state, None)]
    assert found.evidence["role"] == ROLE_ARN


def test_a_role_that_is_gone_fails() -> None:
    session = StubbedSession()
    session.refuses("iam", "get_role", "NoSuchEntity", status=404)
    [found] = findings("LDS301", subject(on_failure=FAILED), session)
    assert told([found]) == [("fail", None)]
    assert f"{ROLE_ARN} does not exist" in found.message
    assert found.hint.startswith("aws lambda update-function-configuration --function-name orders --role ")


def test_a_role_that_may_not_be_read_is_a_skip() -> None:
    session = StubbedSession()
    session.refuses("iam", "get_role", "AccessDenied", "no identity-based policy allows it", 403)
    [found] = findings("LDS301", subject(on_failure=FAILED), session)
    assert told([found]) == [("skip", None)]
    assert "iam:GetRole" in found.message
    assert "no identity-based policy allows it" in found.message
    assert found.hint == "ask for iam:GetRole on orders-role"


def test_what_a_trust_policy_asks_for_and_lds_cannot_tell_is_named() -> None:
    session = StubbedSession()
    trust = trusting(LAMBDA, {"StringEquals": {"aws:PrincipalOrgID": "o-example"}})
    session.answers("iam", "get_role", role_answer(trust))
    [found] = findings("LDS301", subject(on_failure=FAILED), session)
    assert "aws:PrincipalOrgID" in found.message
    assert found.evidence["missing_context"] == ["aws:PrincipalOrgID"]


def test_the_statement_that_is_missing_is_shown() -> None:
    session = StubbedSession()
    session.answers("iam", "get_role", role_answer(trusting({"Service": "ec2.amazonaws.com"})))
    [found] = findings("LDS301", subject(on_failure=FAILED), session)
    command, _, statement = found.hint.split("\n")
    assert command.startswith("aws iam update-assume-role-policy --role-name orders-role ")
    assert json.loads(statement)["Principal"] == LAMBDA
