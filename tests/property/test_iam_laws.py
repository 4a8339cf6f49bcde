"""The laws of the policy evaluator, and of the cure that it proposes."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.document import Condition, Policy, Principals, Statement, read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.least_privilege import covers, policy_json, statements_for
from lambda_dest_cli.model.permission import Decision

ACCOUNT, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
QUEUES = [f"arn:aws:sqs:eu-west-1:{account}:{name}" for account in (ACCOUNT, OTHER) for name in ("done", "failed")]
SECRET = "lds:secret"
"""A key whose value is sometimes not told."""
SECRETS = ["a", "b"]
RANK = [Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN, Decision.ALLOWED]

CONDITIONS = st.sampled_from(
    [
        Condition("StringEquals", "lds:there", ("yes",)),
        Condition("StringEquals", "lds:there", ("no",)),
        Condition("StringNotEquals", "lds:absent", ("x",)),
        Condition("StringResembles", "lds:there", ("yes",)),
        Condition("StringEquals", SECRET, ("a",)),
        Condition("ForAllValues:StringNotLikeIfExists", SECRET, ("a*", "${lds:there}")),
        Condition("StringEquals", "lds:there", (f"${{{SECRET}}}", "yes")),
    ]
)
PRINCIPALS = st.builds(
    Principals,
    st.lists(
        st.sampled_from(
            [
                ("*", "*"),
                ("AWS", ROLE),
                ("AWS", f"{ROLE}-not"),
                ("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"),
                ("CanonicalUser", "1"),
                ("AWS", ACCOUNT),
                ("AWS", f"arn:aws:iam::{OTHER}:root"),
                ("Service", "lambda.amazonaws.com"),
            ]
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    st.booleans(),
)
ACTION_PATTERNS = st.sampled_from(["sqs:SendMessage", "SQS:*", "sqs:Get*", "*"])
RESOURCE_PATTERNS = st.sampled_from(["*", "arn:aws:sqs:*:*:failed", QUEUES[0], f"arn:aws:sqs:*:*:${{{SECRET}}}"])


def statements(allows: bool | None = None, resources: bool = False) -> st.SearchStrategy[Statement]:
    """Statements, of either effect unless one is given; those of a resource's policy name principals."""
    return st.builds(
        Statement,
        index=st.just(0),
        sid=st.just(""),
        allows=st.booleans() if allows is None else st.just(allows),
        actions=st.lists(ACTION_PATTERNS, min_size=1, max_size=2).map(tuple),
        not_actions=st.booleans(),
        resources=st.none() | st.lists(RESOURCE_PATTERNS, min_size=1, max_size=2).map(tuple),
        not_resources=st.booleans(),
        principals=PRINCIPALS if resources else st.none(),
        conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
        unknown=st.sampled_from([(), (), (), ("Until",)]),
    )


POLICY = st.builds(Policy, st.lists(statements(), max_size=3).map(tuple))
OWN_POLICY = st.builds(Policy, st.lists(statements(resources=True), max_size=3).map(tuple))
SEVERAL = st.lists(POLICY, min_size=1, max_size=2)
POLICIES = st.builds(
    Policies,
    identity=SEVERAL,
    boundary=st.none() | SEVERAL,
    organization=st.none() | st.lists(SEVERAL, min_size=1, max_size=2),
    resource=st.none() | OWN_POLICY,
    key=st.booleans(),
)
REQUESTS = st.builds(
    Request,
    action=st.sampled_from(["sqs:SendMessage", "sqs:GetQueueUrl"]),
    resource=st.sampled_from([*QUEUES, "arn:aws:s3:::records"]),
    principal=st.sampled_from([ROLE, ROLE, "lambda.amazonaws.com"]),
    resource_account=st.sampled_from(["", "", ACCOUNT, OTHER]),
    context=st.just({"lds:there": ("yes",)}),
    unknown=st.sampled_from([frozenset[str](), frozenset({SECRET})]),
    session=st.sampled_from(["", "s", "t"]),
)
PLACES = st.sampled_from(["identity", "boundary", "organization", "resource"])


def added(policies: Policies, place: str, statement: Statement) -> Policies:
    """Add a statement to a policy that is there."""

    def longer(policy: Policy) -> Policy:
        return replace(policy, statements=(*policy.statements, statement))

    match place:
        case "identity":
            return replace(policies, identity=[longer(policies.identity[0]), *policies.identity[1:]])
        case "boundary":
            assume(policies.boundary)
            return replace(policies, boundary=[longer(each) for each in policies.boundary or ()])
        case "organization":
            assume(policies.organization)
            return replace(
                policies, organization=[[longer(each) for each in level] for level in policies.organization or ()]
            )
        case _:
            assume(policies.resource)
            return replace(policies, resource=policies.resource and longer(policies.resource))


def decision(request: Request, policies: Policies) -> Decision:
    return evaluate(request, policies).decision


@given(REQUESTS, POLICIES, PLACES, statements(allows=False), PRINCIPALS)
def test_another_deny_never_allows_more(
    request: Request, policies: Policies, place: str, deny: Statement, whom: Principals
) -> None:
    deny = replace(deny, principals=whom if place == "resource" else None)
    before, after = decision(request, policies), decision(request, added(policies, place, deny))
    assert before is Decision.ALLOWED or after is not Decision.ALLOWED
    assert before is not Decision.EXPLICIT_DENY or after is Decision.EXPLICIT_DENY


@given(REQUESTS, POLICIES, PLACES, statements(allows=True), PRINCIPALS)
def test_another_allow_never_denies_more(
    request: Request, policies: Policies, place: str, allow: Statement, whom: Principals
) -> None:
    allow = replace(allow, principals=whom if place == "resource" else None)
    before, after = decision(request, policies), decision(request, added(policies, place, allow))
    assert RANK.index(after) >= RANK.index(before)
    assert (before is Decision.EXPLICIT_DENY) is (after is Decision.EXPLICIT_DENY)


@given(REQUESTS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_policies_does_not_matter(
    request: Request, policies: Policies, random: Any
) -> None:
    def turned(policy: Policy) -> Policy:
        return replace(policy, statements=tuple(random.sample(policy.statements, len(policy.statements))))

    shuffled = replace(
        policies,
        identity=random.sample([turned(each) for each in policies.identity], len(policies.identity)),
        boundary=None if policies.boundary is None else [turned(each) for each in policies.boundary][::-1],
        organization=policies.organization
        and [[turned(each) for each in level] for level in policies.organization][::-1],
        resource=policies.resource and turned(policies.resource),
    )
    before, after = evaluate(request, policies), evaluate(request, shuffled)
    assert (after.decision, after.said_by) == (before.decision, before.said_by)
    assert set(after.missing_context) == set(before.missing_context)


@given(REQUESTS, POLICIES)
def test_what_was_told_without_a_value_holds_for_every_value(request: Request, policies: Policies) -> None:
    told = decision(replace(request, unknown=frozenset({SECRET})), policies)
    assume(told is not Decision.UNKNOWN)
    for secret in [*SECRETS, "yes", "failed"]:
        context = {**request.context, SECRET: (secret,)}
        found = decision(replace(request, context=context, unknown=frozenset()), policies)
        assert (found is Decision.ALLOWED) is (told is Decision.ALLOWED)


@given(REQUESTS, POLICIES)
def test_a_session_that_is_not_told_is_any_session(request: Request, policies: Policies) -> None:
    told = decision(replace(request, session=""), policies)
    assume(told is not Decision.UNKNOWN)
    for session in ("s", "t"):
        found = decision(replace(request, session=session), policies)
        assert (found is Decision.ALLOWED) is (told is Decision.ALLOWED)


@given(REQUESTS, POLICIES)
def test_every_verdict_has_a_reason_of_one_line(request: Request, policies: Policies) -> None:
    verdict = evaluate(request, policies)
    assert request.action in verdict.reason
    assert request.resource in verdict.reason
    assert "\n" not in verdict.reason
    assert (verdict.decision is Decision.UNKNOWN) is ("cannot be told" in verdict.reason)
    assert verdict.decision is not Decision.UNKNOWN or verdict.doubts


@given(REQUESTS, POLICIES, POLICY)
def test_a_limit_never_allows_more(request: Request, policies: Policies, limit: Policy) -> None:
    free = decision(request, replace(policies, boundary=None, organization=None))
    for name in ("boundary", "organization"):
        bounded = replace(policies, boundary=None, organization=None)
        bounded = replace(bounded, boundary=[limit]) if name == "boundary" else replace(bounded, organization=[[limit]])
        assert free is Decision.ALLOWED or decision(request, bounded) is not Decision.ALLOWED


# The cure

ACTIONS = ["sqs:SendMessage", "sqs:SendMessageBatch", "kms:Decrypt", "kms:GenerateDataKey"]
RESOURCES = [*QUEUES, f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/10"]
NEEDS = st.lists(st.builds(Need, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)), max_size=8)


@given(NEEDS)
def test_the_least_that_grants_what_is_needed_grants_just_that(needs: list[Need]) -> None:
    policy = read(policy_json(needs))
    for action, resource in product(ACTIONS, RESOURCES):
        wanted = Decision.ALLOWED if Need(action, resource) in needs else Decision.IMPLICIT_DENY
        assert decision(Request(action, resource), Policies([policy])) is wanted


@given(NEEDS, st.lists(statements(), max_size=3))
def test_a_cure_widens_by_what_is_needed_and_nothing_else(needs: list[Need], held: list[Statement]) -> None:
    old = Policy(tuple(held))
    cured = [old, read(statements_for(needs))]
    for action, resource in product(ACTIONS, RESOURCES):
        request = Request(action, resource)
        before, after = decision(request, Policies([old])), decision(request, Policies(cured))
        if Need(action, resource) not in needs:
            assert after is before
        elif all(statement.allows for statement in held):
            assert after is Decision.ALLOWED
        assert covers(old, [Need(action, resource)]) is (before is Decision.ALLOWED)


@given(NEEDS)
def test_a_policy_made_for_needs_covers_them(needs: list[Need]) -> None:
    assert covers(read(statements_for(needs)), needs)


@given(NEEDS, st.randoms(use_true_random=False))
def test_the_same_needs_in_any_order_give_the_same_document(needs: list[Need], random: Any) -> None:
    assert statements_for(random.sample(needs, len(needs))) == statements_for(needs)


@given(NEEDS)
def test_every_statement_has_a_sid_of_its_own_and_actions_of_its_own(needs: list[Need]) -> None:
    found = statements_for(needs)["Statement"]
    assert len({each["Sid"] for each in found}) == len(found)
    assert len({str(each["Action"]) for each in found}) == len(found)
    assert all(re.fullmatch("[A-Za-z0-9]+", each["Sid"]) for each in found)
