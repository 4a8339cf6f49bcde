"""The sentence that a person reads: IAM API, EvaluationResult."""

from typing import Any

import pytest

from lambda_dest_cli.iam.evaluate import Policies, Verdict, evaluate, trusts
from lambda_dest_cli.model.permission import Decision
from tests.unit.iam.asking import (
    LAMBDA,
    NOT_ALLOWED,
    QUEUE,
    ROLE,
    THEIR_QUEUE,
    UNTOLD,
    allow,
    ask,
    deny,
    policy,
)

# The reason


def reason(policies: Policies, **more: Any) -> str:
    return evaluate(ask(**more), policies).reason


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (
            Policies([policy(deny(Action="sns:*"), allow(Sid="Send"), name="mine")]),
            f"the identity policy 'mine' (statement 2, Send) allows sqs:SendMessage on {QUEUE}",
        ),
        (
            Policies([policy(allow(), deny())]),
            f"the identity policy (statement 2) explicitly denies sqs:SendMessage on {QUEUE}",
        ),
        (Policies(), f"no identity policy allows sqs:SendMessage on {QUEUE}"),
        (
            Policies([policy(allow(Condition={"Bool": {"a:b": "true"}, "StringEquals": {"a:c": "x"}}))]),
            f"no identity policy allows sqs:SendMessage on {QUEUE}; "
            "conditions ask for a:b, a:c, which the request does not have",
        ),
        (
            Policies([policy(allow())], boundary=[policy()]),
            f"the permissions boundary does not allow sqs:SendMessage on {QUEUE}",
        ),
        (
            Policies([policy(allow())], organization=[[policy(allow())], []]),
            f"the organization's policies do not allow, at every level, sqs:SendMessage on {QUEUE}",
        ),
        (
            Policies([policy(allow())], resource=policy(), key=True),
            f"the key policy neither allows nor leaves to its account sqs:SendMessage on {QUEUE}",
        ),
        (
            Policies([policy(allow(Condition=UNTOLD))]),
            f"whether the identity policy allows sqs:SendMessage on {QUEUE} cannot be told: "
            "the condition operator StringResembles",
        ),
        (
            Policies([policy(allow())], resource=policy(deny(Principal={"CanonicalUser": "1"}), name="own")),
            f"whether the resource policy allows sqs:SendMessage on {QUEUE} cannot be told: "
            "whom 'own' (statement 1) of the resource policy speaks of",
        ),
    ],
)
def test_the_reason_is_one_sentence_for_a_person(policies: Policies, expected: str) -> None:
    """SimulatePrincipalPolicy, EvaluationResult: the decision, whose it was, what matched, what was missing."""
    assert reason(policies) == expected


def test_the_reason_across_accounts_names_the_resource() -> None:
    """Page "Cross-account policy evaluation logic": both must allow."""
    said = reason(Policies([policy(allow())]), resource=THEIR_QUEUE)
    assert said == f"the resource policy does not allow sqs:SendMessage on {THEIR_QUEUE}"


def test_the_reason_of_a_role_that_is_gone() -> None:
    """A verdict that nobody asked for by a request has a reason too."""
    assert Verdict(NOT_ALLOWED, "identity policy").reason == "no identity policy allows it"


def test_the_reason_of_a_trust_policy() -> None:
    """Page "Roles terms and concepts": the trust policy says who may assume the role."""
    verdict = trusts(policy(), LAMBDA, {}, role=ROLE)
    assert verdict.reason == f"the trust policy does not allow sts:AssumeRole on {ROLE}"


def test_each_kind_of_policy_says_something_by_itself() -> None:
    """EvaluationResult, EvalDecisionDetails: how each type of policy contributes."""
    identity, boundary = [policy(allow(), deny(Action="s3:*"))], [policy(allow(Condition=UNTOLD))]
    said = evaluate(ask(), Policies(identity, boundary, resource=policy(deny(Principal="*")))).said
    assert [(each.name, each.decision) for each in said] == [
        ("identity policy", Decision.ALLOWED),
        ("permissions boundary", Decision.UNKNOWN),
        ("resource policy", Decision.EXPLICIT_DENY),
    ]
    assert [(len(each.allows), len(each.denies)) for each in said] == [(1, 0), (0, 0), (0, 1)]
    assert [each.name for each in evaluate(ask(), Policies(identity)).said] == ["identity policy"]
