"""The decision: IAM User Guide, "Policy evaluation logic", and KMS Developer Guide, "Key policies"."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.iam.document import Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate, trusts
from lambda_dest_cli.model.permission import Decision

ACCOUNT = "123456789012"
OTHER = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
ANOTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/refunds"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed"
THEIR_QUEUE = f"arn:aws:sqs:eu-west-1:{OTHER}:failed"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
THEIR_KEY = f"arn:aws:kms:eu-west-1:{OTHER}:key/1"
LAMBDA = "lambda.amazonaws.com"
UNTOLD = {"StringResembles": {"a:b": "c"}}
"""A condition that cannot be told."""

ALLOWED, DENIED, NOT_ALLOWED, UNKNOWN = (
    Decision.ALLOWED,
    Decision.EXPLICIT_DENY,
    Decision.IMPLICIT_DENY,
    Decision.UNKNOWN,
)
Entry = Mapping[str, Any]


def allow(**changes: Any) -> Entry:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | changes


def deny(**changes: Any) -> Entry:
    return {"Effect": "Deny", "Action": "*", "Resource": "*"} | changes


def policy(*statements: Entry, name: str = "") -> Policy:
    return read({"Version": "2012-10-17", "Statement": list(statements)}, name)


def ask(resource: str = QUEUE, *, action: str = "sqs:SendMessage", principal: str = ROLE, **more: Any) -> Request:
    return Request(action, resource, principal, **more)


def identity(*statements: Entry, request: Request | None = None) -> Decision:
    return evaluate(request or ask(), Policies([policy(*statements)])).decision


def own(*statements: Entry, request: Request | None = None, roles: tuple[Entry, ...] = ()) -> Decision:
    """Ask with a resource policy of these statements, and identity policies of ``roles``."""
    return evaluate(request or ask(), Policies([policy(*roles)], resource=policy(*statements))).decision


def key(*statements: Entry, roles: tuple[Entry, ...] = (), request: Request | None = None) -> Verdict:
    """Ask with a key policy of these statements, and identity policies of ``roles``."""
    wanted = request or ask(KEY, action="kms:Decrypt")
    return evaluate(wanted, Policies([policy(*roles)], resource=policy(*statements), key=True))


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
    verdict = evaluate(ask(), Policies(said["identity"], said["boundary"], said["organization"], resource))
    assert verdict.decision is DENIED
    names = {"identity": "identity policy", "boundary": "permissions boundary", "resource": "resource policy"}
    assert verdict.said_by == names.get(where, where)
    assert [match.statement.sid for match in verdict.matched] == ["No"]


def test_not_action_is_every_other_action() -> None:
    """Page "NotAction": matches everything except the listed actions, whatever their case."""
    assert identity(allow(Action="iam:*"), _without(allow(NotAction="iam:*"), "Action")) is ALLOWED
    assert identity(_without(allow(NotAction=["iam:*", "SQS:sendmessage"]), "Action")) is NOT_ALLOWED
    assert identity(allow(), _without(deny(NotAction="sns:*"), "Action")) is DENIED


def test_not_resource_is_every_other_resource() -> None:
    """Page "NotResource": matches every resource except those specified."""
    assert identity(_without(allow(NotResource=THEIR_QUEUE), "Resource")) is ALLOWED
    assert identity(_without(allow(NotResource=f"{QUEUE[:-1]}*"), "Resource")) is NOT_ALLOWED
    assert identity(allow(), _without(deny(NotResource="arn:aws:s3:::*"), "Resource")) is DENIED


def _without(entry: Entry, name: str) -> Entry:
    return {key: value for key, value in entry.items() if key != name}


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
    assert identity(allow(), _without(deny(NotResource=mine), "Resource"), request=request) is ALLOWED
    assert identity(allow(), _without(deny(NotResource=mine), "Resource")) is DENIED


def test_a_resource_that_cannot_be_told_is_unknown() -> None:
    """Page "Policy variables": another resource of the list may still settle it."""
    mine = QUEUE.replace("failed", "${aws:userid}")
    request = ask(unknown=frozenset({"aws:UserId"}))
    assert identity(allow(Resource=mine), request=request) is UNKNOWN
    assert identity(allow(Resource=[mine, QUEUE]), request=request) is ALLOWED
    assert identity(allow(), _without(deny(NotResource=mine), "Resource"), request=request) is UNKNOWN
    assert identity(allow(), _without(deny(NotResource=[mine, QUEUE]), "Resource"), request=request) is ALLOWED


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
            organization=[policy(allow(Resource="arn:aws:sqs:*:*:${aws:PrincipalTag/team}"))],
            resource=policy(allow(Principal=ROLE, Condition={"Bool": {"aws:SecureTransport": "true"}})),
        ),
    )
    assert verdict.missing_context == ("aws:SourceArn", "a:third", "aws:PrincipalTag/team", "aws:SecureTransport")


def test_nothing_is_missed_where_nothing_is_asked() -> None:
    """SimulatePrincipalPolicy, MissingContextValues: empty where the policies ask for nothing."""
    assert evaluate(ask(), Policies([policy(allow())])).missing_context == ()


# Boundary and organization


@pytest.mark.parametrize("limit", ["boundary", "organization"])
def test_a_limit_only_takes_away(limit: str) -> None:
    """Pages "Permissions boundaries" and "SCPs": they grant nothing; both they and a policy must allow."""

    def decision(limits: list[Policy] | None, *statements: Entry) -> Verdict:
        said = Policies([policy(*statements)])
        said = replace(said, boundary=limits) if limit == "boundary" else replace(said, organization=limits)
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
    verdict = evaluate(ask(), Policies(some, boundary=none, organization=some))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (NOT_ALLOWED, False, True)
    verdict = evaluate(ask(), Policies(some, boundary=some, organization=none))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (NOT_ALLOWED, True, False)
    verdict = evaluate(ask(), Policies(some))
    assert (verdict.decision, verdict.boundary_allows, verdict.organization_allows) == (ALLOWED, None, None)


def test_a_boundary_limits_what_a_resource_policy_grants_a_role() -> None:
    """Page "Permissions boundaries": a policy that names the role ARN is limited by the boundary's implicit deny."""
    grants = policy(allow(Principal={"AWS": ROLE}))
    assert evaluate(ask(), Policies(boundary=[policy()], resource=grants)).decision is NOT_ALLOWED
    assert evaluate(ask(), Policies(boundary=[policy(allow())], resource=grants)).decision is ALLOWED


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
        {"Federated": ROLE},
        {"CanonicalUser": "*"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"},
        {"AWS": ""},
        {},
    ],
)
def test_a_resource_policy_speaks_of_whom_it_names(principal: object) -> None:
    """Page "Principal": no wildcards within an ARN, and a role is no service."""
    assert own(allow(Principal=principal)) is NOT_ALLOWED
    assert own(deny(Principal=principal), roles=(allow(),)) is ALLOWED


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


def test_deny_with_not_principal_spares_no_role_with_its_account() -> None:
    """Page "NotPrincipal": the account is listed beside the one who is spared, and its other roles are denied."""
    assert own(deny(NotPrincipal={"AWS": [ANOTHER_ROLE, ROOT]}), roles=(allow(),)) is DENIED
    assert own(deny(NotPrincipal={"AWS": ACCOUNT}), roles=(allow(),)) is DENIED


def test_deny_with_not_principal_denies_whoever_has_a_boundary() -> None:
    """Page "NotPrincipal": it denies any principal with a permissions boundary, whatever the values."""
    said = Policies([policy(allow())], [policy(allow())], resource=policy(deny(NotPrincipal={"AWS": [ROLE, ROOT]})))
    assert evaluate(ask(), said).decision is DENIED


def test_allow_with_not_principal_allows_everyone_else() -> None:
    """Page "NotPrincipal": grants to all principals except the ones specified, and so not to their accounts."""
    assert own(allow(NotPrincipal={"AWS": ANOTHER_ROLE})) is ALLOWED
    assert own(allow(NotPrincipal={"AWS": ROLE})) is NOT_ALLOWED
    assert own(allow(NotPrincipal={"AWS": ROOT})) is NOT_ALLOWED
    assert own(allow(NotPrincipal={"AWS": ROOT}), roles=(allow(),), request=ask(THEIR_QUEUE)) is NOT_ALLOWED


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
    assert trusts(policy(*statements), LAMBDA, {"aws:SourceAccount": (ACCOUNT,)}) is expected
