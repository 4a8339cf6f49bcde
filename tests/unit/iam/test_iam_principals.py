"""A resource's own policy: IAM User Guide, "Principal", "NotPrincipal", "Cross-account policy evaluation logic"."""

import pytest

from lambda_dest_cli.iam.evaluate import Policies, evaluate
from tests.unit.iam.asking import (
    ACCOUNT,
    ALLOWED,
    ANOTHER_ROLE,
    DENIED,
    LAMBDA,
    NOT_ALLOWED,
    OTHER,
    ROLE,
    ROOT,
    SESSION,
    THEIR_QUEUE,
    UNKNOWN,
    UNTOLD,
    allow,
    ask,
    deny,
    identity,
    own,
    policy,
)

# A resource's own policy


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ROLE}, ROLE, {"AWS": [ANOTHER_ROLE, ROLE]}])
def test_in_one_account_either_policy_is_enough(principal: object) -> None:
    """Page "Evaluating policies within a single account": the union of identity and resource policies."""
    assert own(allow(Principal=principal)) is ALLOWED
    assert own(allow(Principal=principal), request=ask(resource_account=ACCOUNT)) is ALLOWED
    assert own(roles=(allow(),)) is ALLOWED


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": ANOTHER_ROLE},
        {"AWS": OTHER},
        {"Service": LAMBDA},
        {"Service": "*"},
        {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/refunds/s"},
        {"AWS": f"arn:aws:sts::{OTHER}:assumed-role/orders/s"},
        {"AWS": "AROAEXAMPLEOFAROLETHATIS"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"},
        {"AWS": ""},
    ],
)
def test_a_resource_policy_speaks_of_whom_it_names(principal: object) -> None:
    """Page "Principal": no wildcards within an ARN, a role is no service, an id is a role that was deleted."""
    assert own(allow(Principal=principal)) is NOT_ALLOWED
    assert own(deny(Principal=principal), roles=(allow(),)) is ALLOWED


@pytest.mark.parametrize("kind", ["Federated", "CanonicalUser", "Robot"])
def test_whether_a_role_is_another_kind_of_principal_is_not_known(kind: str) -> None:
    """Page "Principal": a canonical user is an account by another name; other kinds are for trust policies."""
    assert own(allow(Principal={kind: "x"})) is UNKNOWN
    assert own(allow(Principal={kind: "x"}), roles=(allow(),)) is ALLOWED
    assert own(deny(Principal={kind: "x"}), roles=(allow(),)) is UNKNOWN
    assert own(allow(Principal={kind: "x", "AWS": ROLE})) is ALLOWED


def test_a_statement_without_principal_is_no_ones() -> None:
    """Page "Principal": you must use the element in resource-based policies."""
    assert own(allow()) is UNKNOWN
    assert own(deny(), roles=(allow(),)) is UNKNOWN


def test_an_identity_policy_has_no_principal() -> None:
    """Page "Principal": you cannot use the element in an identity-based policy."""
    assert identity(allow(Principal="*")) is UNKNOWN
    assert identity(allow(), deny(Principal={"AWS": ANOTHER_ROLE})) is UNKNOWN


def test_a_session_of_the_role_is_the_role() -> None:
    """Page "Principal", Role session principals: arn:aws:sts::ID:assumed-role/NAME/SESSION, without the role's path."""
    with_path = ask(principal=f"arn:aws:iam::{ACCOUNT}:role/teams/shop/orders", session="s")
    for request in (ask(session="s"), with_path):
        assert own(allow(Principal={"AWS": SESSION}), request=request) is ALLOWED
        assert own(allow(Principal={"AWS": f"{SESSION}2"}), request=request) is NOT_ALLOWED
        assert own(deny(Principal={"AWS": SESSION}), roles=(allow(),), request=request) is DENIED


def test_which_session_a_request_will_have_may_be_unknown() -> None:
    """Page "Principal", Role session principals: a policy names a session, whose name the service chooses."""
    assert own(allow(Principal={"AWS": SESSION})) is UNKNOWN
    assert own(allow(Principal={"AWS": SESSION}), roles=(allow(),)) is ALLOWED
    assert own(deny(Principal={"AWS": SESSION}), roles=(allow(),)) is UNKNOWN


def test_a_session_may_ask_by_its_own_arn() -> None:
    """Page "Principal", IAM role principals: what the role is granted its sessions have; the path is not told."""
    request = ask(principal=SESSION)
    assert own(allow(Principal={"AWS": SESSION}), request=request) is ALLOWED
    assert own(allow(Principal={"AWS": ROLE}), request=request) is ALLOWED
    assert own(allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/shop/orders"}), request=request) is UNKNOWN
    assert own(allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/orders"}), request=request) is NOT_ALLOWED
    assert own(allow(Principal={"AWS": ANOTHER_ROLE}), request=request) is NOT_ALLOWED
    assert own(deny(Principal={"AWS": ROOT}), roles=(allow(),), request=request) is DENIED


@pytest.mark.parametrize("account", [ACCOUNT, ROOT])
def test_allowing_the_account_leaves_it_to_its_identity_policies(account: str) -> None:
    """Page "Principal": an account principal delegates the authority to the account."""
    assert own(allow(Principal={"AWS": account})) is NOT_ALLOWED
    assert own(allow(Principal={"AWS": account}), roles=(allow(),)) is ALLOWED


@pytest.mark.parametrize("account", [ACCOUNT, ROOT])
def test_denying_the_account_denies_its_roles(account: str) -> None:
    """Page "Principal": to deny an account is to deny all principals in it."""
    assert own(deny(Principal={"AWS": account}), roles=(allow(),)) is DENIED
    assert own(deny(Principal={"AWS": OTHER}), roles=(allow(),)) is ALLOWED


def test_a_resource_policy_that_cannot_be_told_is_unknown() -> None:
    """Page "Condition operators": neither is it a grant, nor can it be ruled out."""
    assert own(allow(Principal="*", Condition=UNTOLD)) is UNKNOWN
    assert own(allow(Principal="*", Condition=UNTOLD), roles=(allow(),)) is ALLOWED
    assert own(deny(Principal="*", Condition=UNTOLD), roles=(allow(),)) is UNKNOWN
    assert own(deny(Principal="*", Condition=UNTOLD)) is NOT_ALLOWED


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": ACCOUNT}, {"AWS": ROOT}])
def test_across_accounts_both_must_allow(principal: object) -> None:
    """Page "Cross-account policy evaluation logic": the owner may trust the role or its whole account."""
    request = ask(THEIR_QUEUE)
    grant = allow(Principal=principal)
    assert own(grant, roles=(allow(),), request=request) is ALLOWED
    assert own(grant, request=request) is NOT_ALLOWED
    assert own(roles=(allow(),), request=request) is NOT_ALLOWED
    assert own(deny(Principal=principal), grant, roles=(allow(),), request=request) is DENIED
    assert own(grant, roles=(deny(),), request=request) is DENIED


def test_across_accounts_no_resource_policy_is_no_grant() -> None:
    """Page "Cross-account policy evaluation logic": without a policy of its own a resource trusts nobody else."""
    verdict = evaluate(ask(THEIR_QUEUE), Policies([policy(allow())]))
    assert (verdict.decision, verdict.said_by) == (NOT_ALLOWED, "resource policy")


def test_across_accounts_their_own_account_is_not_ours() -> None:
    """Page "Cross-account policy evaluation logic": a policy that allows its own account allows nobody else."""
    assert own(allow(Principal={"AWS": OTHER}), roles=(allow(),), request=ask(THEIR_QUEUE)) is NOT_ALLOWED


def test_a_bucket_is_somebodys_though_its_arn_does_not_say_whose() -> None:
    """Page "Cross-account policy evaluation logic": accounts are compared, not ARNs."""
    bucket = "arn:aws:s3:::records"
    assert identity(allow(), request=ask(bucket)) is ALLOWED
    assert identity(allow(), request=ask(bucket, resource_account=ACCOUNT)) is ALLOWED
    assert identity(allow(), request=ask(bucket, resource_account=OTHER)) is NOT_ALLOWED
    theirs = ask(bucket, resource_account=OTHER)
    assert own(allow(Principal={"AWS": ROLE}), roles=(allow(),), request=theirs) is ALLOWED


def test_across_accounts_a_certain_no_outweighs_an_unknown() -> None:
    """Page "Cross-account policy evaluation logic": where one side does not allow, the other cannot help."""
    request = ask(THEIR_QUEUE)
    untold = allow(Principal="*", Condition=UNTOLD)
    assert own(roles=(allow(Condition=UNTOLD),), request=request) is NOT_ALLOWED
    assert own(untold, request=request) is NOT_ALLOWED
    assert own(untold, roles=(allow(),), request=request) is UNKNOWN
    assert own(allow(Principal="*"), roles=(allow(Condition=UNTOLD),), request=request) is UNKNOWN


# NotPrincipal


def test_deny_with_not_principal_denies_everyone_else() -> None:
    """Page "NotPrincipal": deny access to all principals except the ones named."""
    grants = (allow(),)
    assert own(deny(NotPrincipal={"AWS": [ROLE, ROOT]}), roles=grants) is ALLOWED
    assert own(deny(NotPrincipal={"AWS": [ANOTHER_ROLE, OTHER]}), roles=grants) is DENIED
    assert own(deny(NotPrincipal={"Service": LAMBDA}), roles=grants) is DENIED
    assert own(deny(NotPrincipal="*"), roles=grants) is ALLOWED


def test_deny_with_not_principal_wants_the_account_too() -> None:
    """Page "NotPrincipal": otherwise it might deny access to the entire account containing the principal."""
    assert own(deny(NotPrincipal={"AWS": ROLE}), roles=(allow(),)) is UNKNOWN
    assert own(deny(NotPrincipal={"AWS": [ROLE, ACCOUNT]}), roles=(allow(),)) is ALLOWED
    assert own(deny(NotPrincipal={"AWS": [SESSION, ROOT]}), roles=(allow(),)) is UNKNOWN
    assert own(deny(NotPrincipal={"AWS": [SESSION, ROOT]}), roles=(allow(),), request=ask(session="s")) is ALLOWED
    lambdas = ask(principal=LAMBDA)
    assert own(allow(Principal="*"), deny(NotPrincipal={"Service": LAMBDA}), request=lambdas) is ALLOWED


def test_deny_with_not_principal_spares_no_role_with_its_account() -> None:
    """Page "NotPrincipal": the account is listed beside the one who is spared, and its other roles are denied."""
    assert own(deny(NotPrincipal={"AWS": [ANOTHER_ROLE, ROOT]}), roles=(allow(),)) is DENIED
    assert own(deny(NotPrincipal={"AWS": ACCOUNT}), roles=(allow(),)) is DENIED


def test_deny_with_not_principal_denies_whoever_has_a_boundary() -> None:
    """Page "NotPrincipal": it denies any principal with a permissions boundary, whatever the values."""
    said = Policies([policy(allow())], [policy(allow())], resource=policy(deny(NotPrincipal={"AWS": [ROLE, ROOT]})))
    assert evaluate(ask(), said).decision is DENIED


def test_allow_with_not_principal_allows_nobody_for_certain() -> None:
    """Page "NotPrincipal": once granted to all except the ones specified and their accounts, now not supported."""
    assert own(allow(NotPrincipal={"AWS": ANOTHER_ROLE})) is UNKNOWN
    assert own(allow(NotPrincipal={"AWS": ROLE})) is NOT_ALLOWED
    assert own(allow(NotPrincipal={"AWS": ROOT})) is NOT_ALLOWED
    assert own(allow(NotPrincipal={"AWS": ROOT}), roles=(allow(),), request=ask(THEIR_QUEUE)) is NOT_ALLOWED
