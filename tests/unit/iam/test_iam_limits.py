"""What only takes away: IAM User Guide, "Permissions boundaries"; Organizations User Guide, "SCP evaluation"."""

from dataclasses import replace

import pytest

from lambda_dest_cli.iam.document import Policy
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from tests.unit.iam.asking import (
    ACCOUNT,
    ALLOWED,
    ANOTHER_ROLE,
    DENIED,
    NOT_ALLOWED,
    ROLE,
    THEIR_QUEUE,
    UNKNOWN,
    UNTOLD,
    Entry,
    allow,
    ask,
    deny,
    policy,
)

# Boundary and organization


@pytest.mark.parametrize("limit", ["boundary", "organization"])
def test_a_limit_only_takes_away(limit: str) -> None:
    """Pages "Permissions boundaries" and "SCPs": they grant nothing; both they and a policy must allow."""

    def decision(limits: list[Policy] | None, *statements: Entry) -> Verdict:
        said = Policies([policy(*statements)])
        levels = None if limits is None else [limits]
        said = replace(said, boundary=limits) if limit == "boundary" else replace(said, organization=levels)
        return evaluate(ask(), said)

    assert decision(None, allow()).decision is ALLOWED
    assert decision([policy(allow())]).decision is NOT_ALLOWED
    assert decision([policy(allow())], allow()).decision is ALLOWED
    refused = decision([policy(allow(Action="sns:*"))], allow())
    assert refused.decision is NOT_ALLOWED
    assert refused.said_by == ("permissions boundary" if limit == "boundary" else "organization")
    assert decision([], allow()).decision is NOT_ALLOWED
    assert decision([policy(allow(Condition=UNTOLD))], allow()).decision is UNKNOWN
    assert decision([policy(allow(), deny(Condition=UNTOLD))], allow()).decision is UNKNOWN
    assert decision([policy(allow(Action="sns:*"))], allow(Condition=UNTOLD)).decision is NOT_ALLOWED
    assert decision([policy(allow(Condition=UNTOLD))]).decision is NOT_ALLOWED


def test_both_limits_must_allow_and_each_says_whether_it_did() -> None:
    """Page "Permissions boundaries": the effective permissions are the intersection of all of them."""
    some, none = [policy(allow())], [policy(allow(Action="sns:*"))]
    verdict = evaluate(ask(), Policies(some, boundary=none, organization=[some]))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (NOT_ALLOWED, False, True)
    verdict = evaluate(ask(), Policies(some, boundary=some, organization=[none]))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (NOT_ALLOWED, True, False)
    verdict = evaluate(ask(), Policies(some))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (ALLOWED, None, None)


def test_every_level_of_an_organization_must_allow() -> None:
    """Organizations User Guide, "SCP evaluation": an explicit Allow at every level from the root to the account."""
    everything, other, untold = policy(allow()), policy(allow(Action="sns:*")), policy(allow(Condition=UNTOLD))

    def verdict(*levels: list[Policy]) -> Verdict:
        return evaluate(ask(), Policies([everything], organization=levels))

    assert verdict([everything], [everything], [everything]).decision is ALLOWED
    assert verdict([everything], [other, everything]).decision is ALLOWED
    refused = verdict([everything], [other], [everything])
    assert (refused.decision, refused.said_by, refused.organization_allows) == (NOT_ALLOWED, "organization", False)
    assert verdict([everything], []).decision is NOT_ALLOWED
    assert verdict().decision is NOT_ALLOWED
    assert verdict([everything], [untold]).decision is UNKNOWN
    assert verdict([untold], [other]).decision is NOT_ALLOWED


def bounded(
    *statements: Entry, limit: tuple[Entry, ...] = (), key: bool = False, request: Request | None = None
) -> Verdict:
    """Ask with a resource policy of these statements, no identity policies, and a boundary of ``limit``."""
    said = Policies(boundary=[policy(*limit)], resource=policy(*statements), key=key)
    return evaluate(request or ask(session="s"), said)


@pytest.mark.parametrize("key", [False, True])
def test_a_boundary_limits_what_a_resource_policy_grants_to_the_roles_arn(key: bool) -> None:
    """Page "How AWS enforcement code logic evaluates requests": limited by the boundary's implicit deny."""
    refused = bounded(allow(Principal={"AWS": ROLE}), key=key)
    assert (refused.decision, refused.said_by) == (NOT_ALLOWED, "permissions boundary")
    assert bounded(allow(Principal={"AWS": ROLE}), limit=(allow(),), key=key).decision is ALLOWED
    assert bounded(allow(Principal={"AWS": ROLE}), limit=(allow(Condition=UNTOLD),), key=key).decision is UNKNOWN


@pytest.mark.parametrize("key", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        allow(Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"}),
        allow(Principal="*", Condition={"ArnEquals": {"AWS:PrincipalArn": ROLE}}),
        allow(Principal={"AWS": "*"}, Condition={"StringLike": {"aws:PrincipalArn": f"{ROLE[:-1]}*"}}),
        allow(Principal={"AWS": [ROLE, f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"]}),
    ],
)
def test_a_boundary_does_not_limit_what_a_resource_policy_grants_to_the_session(statement: Entry, key: bool) -> None:
    """Same page: nor does it limit what is granted by aws:PrincipalArn with a wildcard as the Principal."""
    request = ask(session="s", context={"aws:PrincipalArn": (ROLE,)})
    granted = bounded(statement, key=key, request=request)
    assert (granted.decision, granted.said_by) == (ALLOWED, "key policy" if key else "resource policy")
    assert bounded(statement, limit=(deny(),), key=key, request=request).decision is DENIED
    refused = Policies(organization=[[]], boundary=[policy()], resource=policy(statement), key=key)
    assert evaluate(request, refused).decision is NOT_ALLOWED


def test_whether_a_boundary_limits_what_everybody_is_granted_is_not_known() -> None:
    """Same page: it speaks of a wildcard with aws:PrincipalArn, and not of one without."""
    untold = bounded(allow(Principal="*"))
    assert (untold.decision, untold.said_by) == (UNKNOWN, "permissions boundary")
    assert untold.doubts == ("whether a permissions boundary limits what everybody is granted",)
    assert bounded(allow(Principal="*"), limit=(allow(),)).decision is ALLOWED
    negated = allow(Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": ANOTHER_ROLE}})
    assert bounded(negated).decision is UNKNOWN


def test_across_accounts_a_boundary_limits_everything() -> None:
    """Page "Cross-account policy evaluation logic": the role's account must allow it, its boundary included."""
    session = allow(Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"})
    said = Policies([policy(allow())], boundary=[policy()], resource=policy(session))
    verdict = evaluate(ask(THEIR_QUEUE, session="s"), said)
    assert (verdict.decision, verdict.said_by) == (NOT_ALLOWED, "permissions boundary")


def test_what_a_boundary_stops_a_resource_policy_may_grant() -> None:
    """Same page: the identity policy's grant is stopped, the one to the session is not."""
    session = policy(allow(Sid="R", Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"}))
    verdict = evaluate(ask(session="s"), Policies([policy(allow())], boundary=[policy()], resource=session))
    assert (verdict.decision, verdict.said_by, verdict.boundary_allows) == (ALLOWED, "resource policy", False)
    assert [match.statement.sid for match in verdict.matched] == ["R"]


USER = f"arn:aws:iam::{ACCOUNT}:user/ann"


def test_a_boundary_does_not_limit_what_a_resource_policy_grants_to_a_user() -> None:
    """Page "Policy evaluation logic": a grant to a user's ARN is not limited by an implicit deny in a boundary."""
    granted = bounded(allow(Principal={"AWS": USER}), request=ask(principal=USER))
    assert (granted.decision, granted.said_by) == (ALLOWED, "resource policy")
    assert bounded(allow(Principal={"AWS": USER}), limit=(deny(),), request=ask(principal=USER)).decision is DENIED


@pytest.mark.parametrize("neighbour", [USER, f"arn:aws:sts::{ACCOUNT}:assumed-role/refunds/s"])
def test_a_role_named_beside_a_user_or_a_session_is_limited_all_the_same(neighbour: str) -> None:
    """Page "Policy evaluation logic": who is named decides, not who is named beside it."""
    assert bounded(allow(Principal={"AWS": [ROLE, neighbour]})).decision is NOT_ALLOWED
