"""Services, keys and trust: IAM User Guide, "Principal"; KMS Developer Guide, "Key policies"."""

from typing import Any

import pytest

from lambda_dest_cli.iam.evaluate import Policies, evaluate, trusts
from lambda_dest_cli.model.permission import Decision
from tests.unit.iam.asking import (
    ACCOUNT,
    ALLOWED,
    ANOTHER_ROLE,
    DENIED,
    KEY,
    LAMBDA,
    NOT_ALLOWED,
    OTHER,
    ROLE,
    ROOT,
    THEIR_KEY,
    UNKNOWN,
    UNTOLD,
    Entry,
    allow,
    ask,
    deny,
    key,
    own,
    policy,
)

# Services


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "*"}, {"Service": LAMBDA}, {"Service": ["sns.amazonaws.com", LAMBDA]}]
)
def test_a_service_is_allowed_by_the_resource_alone(principal: object) -> None:
    """Page "Principal": a service principal has no account, and no identity policies."""
    assert own(allow(Principal=principal), request=ask(principal=LAMBDA)) is ALLOWED


@pytest.mark.parametrize(
    "principal", [{"Service": "sns.amazonaws.com"}, {"AWS": LAMBDA[:-1]}, {"AWS": ROOT}, {"AWS": ""}]
)
def test_a_service_is_none_but_itself(principal: object) -> None:
    """Page "Principal": roles, accounts and other services are somebody else."""
    assert own(allow(Principal=principal), request=ask(principal=LAMBDA)) is NOT_ALLOWED


@pytest.mark.parametrize("kind", ["Federated", "CanonicalUser"])
def test_a_service_is_no_account_and_no_identity_provider(kind: str) -> None:
    """Page "Principal": each is a kind of its own; what an unknown kind means is not told."""
    assert own(allow(Principal={kind: LAMBDA}), request=ask(principal=LAMBDA)) is NOT_ALLOWED
    assert own(allow(Principal={"Robot": LAMBDA}), request=ask(principal=LAMBDA)) is UNKNOWN


def test_a_wildcard_for_services_is_not_known() -> None:
    """Page "Principal": a service principal is an identifier; what a wildcard in one means is not said."""
    assert own(allow(Principal={"Service": "*"}), request=ask(principal=LAMBDA)) is UNKNOWN


def test_of_a_service_only_the_resource_is_asked() -> None:
    """Page "Principal": a service principal has no identity policies that could grant, or be blamed."""
    said = Policies([policy(allow())], resource=policy(allow(Principal={"AWS": ROOT})))
    verdict = evaluate(ask(principal=LAMBDA), said)
    assert (verdict.decision, verdict.said_by) == (NOT_ALLOWED, "resource policy")


@pytest.mark.parametrize("principal", [ROLE, ROOT, ACCOUNT, "arn:aws:iam:::root"])
def test_denying_roles_and_accounts_does_not_deny_a_service(principal: str) -> None:
    """Page "Principal": a service is in nobody's account."""
    request = ask(principal=LAMBDA)
    assert own(allow(Principal="*"), deny(Principal={"AWS": principal}), request=request) is ALLOWED
    assert own(allow(Principal="*"), deny(NotPrincipal={"AWS": principal}), request=request) is DENIED


# Keys


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}])
def test_a_key_policy_can_grant_by_itself(principal: object) -> None:
    """KMS, "Key policies": a key policy alone can give access to a key."""
    verdict = key(allow(Principal=principal))
    assert (verdict.decision, verdict.said_by) == (ALLOWED, "key policy")


@pytest.mark.parametrize("account", [ACCOUNT, ROOT])
def test_identity_policies_count_for_a_key_whose_policy_names_the_account(account: str) -> None:
    """KMS, "Default key policy": the account principal enables IAM policies."""
    delegates = allow(Principal={"AWS": account}, Action="kms:*")
    verdict = key(delegates, roles=(allow(),))
    assert (verdict.decision, verdict.said_by) == (ALLOWED, "identity policy")
    assert key(delegates).decision is NOT_ALLOWED
    assert key(delegates, roles=(deny(),)).decision is DENIED
    assert key(delegates, deny(Principal="*"), roles=(allow(),)).decision is DENIED


@pytest.mark.parametrize(
    "statement",
    [
        allow(Principal={"AWS": ANOTHER_ROLE}),
        allow(Principal={"AWS": OTHER}),
        allow(Principal={"AWS": ROOT}, Action="kms:GenerateDataKey"),
        allow(Principal={"Service": ROOT}),
        allow(Principal={"AWS": ROOT}, Condition={"StringEquals": {"kms:ViaService": "sqs"}}),
        allow(NotPrincipal={"AWS": [ROOT, ROLE]}),
    ],
)
def test_identity_policies_count_for_nothing_without_the_key_policy(statement: Entry) -> None:
    """KMS, "Key policies": unless the key policy explicitly allows it, IAM policies cannot allow access to a key."""
    verdict = key(statement, roles=(allow(),))
    assert (verdict.decision, verdict.said_by) == (NOT_ALLOWED, "key policy")


def test_without_a_key_policy_at_hand_identity_policies_are_what_there_is() -> None:
    """SimulatePrincipalPolicy: without a resource policy, only the principal's policies are evaluated."""
    verdict = evaluate(ask(KEY, action="kms:Decrypt"), Policies([policy(allow())], key=True))
    assert (verdict.decision, verdict.said_by) == (ALLOWED, "identity policy")


def test_a_key_policy_that_cannot_be_told_is_unknown() -> None:
    """KMS, "Key policies": neither a grant, nor a delegation that identity policies could build on."""
    maybe_direct = allow(Principal={"AWS": ROLE}, Condition=UNTOLD)
    maybe_delegates = allow(Principal={"AWS": ROOT}, Condition=UNTOLD)
    delegates = allow(Principal={"AWS": ROOT})
    assert key(maybe_direct).decision is UNKNOWN
    assert key(maybe_direct, delegates).decision is UNKNOWN
    assert key(maybe_direct, delegates, roles=(allow(),)).decision is ALLOWED
    assert key(maybe_delegates).decision is NOT_ALLOWED
    assert key(maybe_delegates, roles=(allow(),)).decision is UNKNOWN
    assert key(maybe_delegates, delegates, roles=(allow(),)).decision is ALLOWED
    assert key(delegates, roles=(allow(Condition=UNTOLD),)).decision is UNKNOWN
    assert key(delegates, roles=(allow(), deny(Condition=UNTOLD))).decision is UNKNOWN
    assert key(maybe_direct, maybe_delegates, deny(Principal="*"), roles=(allow(),)).decision is DENIED


def test_the_context_that_a_delegation_asks_for_is_reported() -> None:
    """SimulatePrincipalPolicy, MissingContextValues: the key policy is one of the policies that ask."""
    via = {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}}
    verdict = key(allow(Principal={"AWS": ROOT}, Condition=via), roles=(allow(),))
    assert verdict.missing_context == ("kms:ViaService",)


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": ROOT}])
def test_a_key_in_another_account_needs_both(principal: object) -> None:
    """KMS, "Allowing users in other accounts to use a KMS key": the key policy and an IAM policy must allow it."""
    request = ask(THEIR_KEY, action="kms:Decrypt")
    grant = allow(Principal=principal)
    assert key(grant, roles=(allow(),), request=request).decision is ALLOWED
    assert key(grant, request=request).decision is NOT_ALLOWED
    assert key(roles=(allow(),), request=request).decision is NOT_ALLOWED
    assert key(allow(Principal={"AWS": OTHER}), roles=(allow(),), request=request).decision is NOT_ALLOWED


# Trust


def trust(**changes: Any) -> Entry:
    return {"Effect": "Allow", "Principal": {"Service": LAMBDA}, "Action": "sts:AssumeRole"} | changes


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([trust()], ALLOWED),
        ([trust(Action="sts:*")], ALLOWED),
        ([trust(Principal={"Service": ["edgelambda.amazonaws.com", LAMBDA]})], ALLOWED),
        ([trust(Principal={"Service": "edgelambda.amazonaws.com"})], NOT_ALLOWED),
        ([trust(Principal={"AWS": ROOT})], NOT_ALLOWED),
        ([trust(Action="sts:TagSession")], NOT_ALLOWED),
        ([], NOT_ALLOWED),
        ([trust(), trust(Effect="Deny")], DENIED),
        ([trust(), trust(Effect="Deny", Principal={"AWS": ANOTHER_ROLE})], ALLOWED),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})], ALLOWED),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": OTHER}})], NOT_ALLOWED),
        ([trust(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:*:function:orders"}})], NOT_ALLOWED),
        ([trust(Condition=UNTOLD)], UNKNOWN),
    ],
)
def test_a_role_trusts_the_services_that_its_trust_policy_names(statements: list[Entry], expected: Decision) -> None:
    """Page "Roles terms and concepts": the trust policy says who may assume the role; it has no Resource."""
    verdict = trusts(policy(*statements), LAMBDA, {"aws:SourceAccount": (ACCOUNT,)})
    assert (verdict.decision, verdict.said_by) == (expected, "trust policy")


def test_a_trust_policy_is_asked_with_what_is_known_and_what_is_not() -> None:
    """Page "The confused deputy problem": aws:SourceArn limits for which function Lambda may assume the role."""
    only = policy(trust(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:*:function:orders"}}))
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders"
    assert trusts(only, LAMBDA, {"aws:SourceArn": (function,)}).decision is ALLOWED
    assert trusts(only, LAMBDA, {"aws:SourceArn": (f"{function}2",)}).decision is NOT_ALLOWED
    missed = trusts(only, LAMBDA, {})
    assert (missed.decision, missed.missing_context) == (NOT_ALLOWED, ("aws:SourceArn",))
    untold = trusts(only, LAMBDA, {}, role=ROLE, unknown=frozenset({"aws:sourceArn"}))
    assert (untold.decision, untold.doubts) == (UNKNOWN, ("the value of aws:SourceArn",))
