"""The laws of the policy evaluator."""

import json
import re
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.document import BadPolicy, Condition, Policy, Principals, Statement, read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.iam.match import action_matches, arn_matches, matches, resource_matches
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


def statements(allows: bool | None = None) -> st.SearchStrategy[Statement]:
    """Statements, of either effect unless one is given."""
    return st.builds(
        Statement,
        index=st.just(0),
        sid=st.just(""),
        allows=st.booleans() if allows is None else st.just(allows),
        actions=st.lists(ACTION_PATTERNS, min_size=1, max_size=2).map(tuple),
        not_actions=st.booleans(),
        resources=st.none() | st.lists(RESOURCE_PATTERNS, min_size=1, max_size=2).map(tuple),
        not_resources=st.booleans(),
        principals=st.none() | PRINCIPALS,
        conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
        unknown=st.sampled_from([(), (), (), ("Until",)]),
    )


POLICY = st.builds(Policy, st.lists(statements(), max_size=3).map(tuple))
SEVERAL = st.lists(POLICY, min_size=1, max_size=2)
POLICIES = st.builds(
    Policies,
    identity=SEVERAL,
    boundary=st.none() | SEVERAL,
    organization=st.none() | SEVERAL,
    resource=st.none() | POLICY,
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
            return replace(policies, organization=[longer(each) for each in policies.organization or ()])
        case _:
            assume(policies.resource)
            return replace(policies, resource=policies.resource and longer(policies.resource))


def decision(request: Request, policies: Policies) -> Decision:
    return evaluate(request, policies).decision


@given(REQUESTS, POLICIES, PLACES, statements(allows=False))
def test_another_deny_never_allows_more(request: Request, policies: Policies, place: str, deny: Statement) -> None:
    before, after = decision(request, policies), decision(request, added(policies, place, deny))
    assert before is Decision.ALLOWED or after is not Decision.ALLOWED
    assert before is not Decision.EXPLICIT_DENY or after is Decision.EXPLICIT_DENY


@given(REQUESTS, POLICIES, PLACES, statements(allows=True))
def test_another_allow_never_denies_more(request: Request, policies: Policies, place: str, allow: Statement) -> None:
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
        organization=None if policies.organization is None else [turned(each) for each in policies.organization][::-1],
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


@given(REQUESTS, POLICIES, POLICY)
def test_a_limit_never_allows_more(request: Request, policies: Policies, limit: Policy) -> None:
    free = decision(request, replace(policies, boundary=None, organization=None))
    for name in ("boundary", "organization"):
        bounded = replace(policies, boundary=None, organization=None)
        bounded = replace(bounded, boundary=[limit]) if name == "boundary" else replace(bounded, organization=[limit])
        assert free is Decision.ALLOWED or decision(request, bounded) is not Decision.ALLOWED


# Wildcards

PLAIN = st.text(st.characters(exclude_categories=["Co", "Cs"], exclude_characters="*?"), max_size=20)


@st.composite
def patterns_for(draw: st.DrawFn, text: str) -> str:
    """Put wildcards in place of characters and runs of characters of a text."""
    pieces, position = [], 0
    while position < len(text):
        kind = draw(st.sampled_from("=?*+"))
        step = draw(st.integers(0, len(text) - position)) if kind == "*" else 1
        pieces.append({"=": text[position : position + 1], "?": "?", "*": "*", "+": f"*{text[position]}*"}[kind])
        position += max(step, 1)
    return "".join(pieces) + draw(st.sampled_from(["", "*"]))


@given(PLAIN, st.data())
def test_a_wildcard_pattern_covers_what_it_matches(text: str, data: st.DataObject) -> None:
    pattern = data.draw(patterns_for(text))
    assert matches(pattern, text)
    assert matches(text, text)


@given(st.text("abAB:*?", max_size=8), st.text("abAB:\n", max_size=10))
@example("a*ab", "aab")
@example("*ab*b", "ab")
@example("a*?a", "aa")
def test_a_pattern_matches_as_plain_backtracking_would_have_it(pattern: str, text: str) -> None:
    """The same answers as the regular expression that says just what the wildcards mean, only sooner."""
    naive = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    assert matches(pattern, text) is (re.fullmatch(naive, text, re.DOTALL) is not None)
    assert action_matches(pattern, text) is (re.fullmatch(naive, text, re.DOTALL | re.IGNORECASE) is not None)


SEGMENTS = st.lists(st.text("abc-/19", max_size=8), min_size=5, max_size=5)


@given(SEGMENTS, st.text("abc-/:19", max_size=12), st.data())
def test_a_pattern_in_any_segment_of_an_arn_covers_it(segments: list[str], resource: str, data: st.DataObject) -> None:
    parts = [*segments, resource]
    pattern = ":".join(data.draw(patterns_for(part)) for part in parts)
    # A resource may have colons, and a wildcard in their place leaves six segments as they are.
    assert arn_matches(pattern, ":".join(parts))
    assert resource_matches(pattern, ":".join(parts))


@given(st.text("aB:*", max_size=8), st.text("aB:", max_size=10))
def test_the_case_of_an_action_does_not_matter(pattern: str, action: str) -> None:
    assert action_matches(pattern, action) is action_matches(pattern.swapcase(), action)
    assert action_matches(pattern, action) is action_matches(pattern, action.swapcase())


# Reading

TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(["Allow", "Deny", "*", "AWS", "${a:b}", "2012-10-17"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
CONDITION_BLOCKS = st.dictionaries(TEXTS, st.dictionaries(TEXTS, JSON, max_size=2) | JSON, max_size=2)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "Sid": JSON,
        "Effect": st.sampled_from(["Allow", "Deny"]) | JSON,
        "Action": TEXTS | JSON,
        "NotAction": JSON,
        "Resource": TEXTS | JSON,
        "NotResource": JSON,
        "Principal": st.dictionaries(TEXTS, JSON, max_size=2) | JSON,
        "NotPrincipal": JSON,
        "Condition": CONDITION_BLOCKS | JSON,
        "Odd": JSON,
    },
)
DOCUMENTS = JSON | st.fixed_dictionaries(
    {"Statement": ENTRIES | st.lists(ENTRIES | JSON, max_size=3)}, optional={"Version": TEXTS | JSON}
)


def read_or_complaint(text: str) -> tuple[Policy | None, str]:
    try:
        return read(text), ""
    except BadPolicy as error:
        return None, error.message


@given(DOCUMENTS)
def test_any_json_is_a_policy_or_a_bad_one(document: Any) -> None:
    """And whatever is a policy can be evaluated, from the text as from the object."""
    policy, complaint = read_or_complaint(json.dumps(document))
    assert (policy is None) is complaint.startswith("the policy")
    if policy is None:
        return
    read(document)
    for key in (False, True):
        evaluate(Request("sqs:SendMessage", QUEUES[0], ROLE), Policies([policy], resource=policy, key=key))


@given(st.text(max_size=40) | st.text('{}[]",:0eE-\\u', max_size=40))
def test_any_text_is_a_policy_or_a_bad_one(text: str) -> None:
    policy, complaint = read_or_complaint(text)
    assert (policy is None) is complaint.startswith("the policy")


# The cure

ACTIONS = ["sqs:SendMessage", "sqs:SendMessageBatch", "kms:Decrypt", "kms:GenerateDataKey"]
RESOURCES = [*QUEUES, f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/10"]
NEEDS = st.lists(st.builds(Need, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)), max_size=8)


@given(NEEDS)
def test_the_least_that_grants_what_is_needed_grants_just_that(needs: list[Need]) -> None:
    policy = read(json.dumps(statements_for(needs)))
    for action, resource in product(ACTIONS, RESOURCES):
        wanted = Decision.ALLOWED if Need(action, resource) in needs else Decision.IMPLICIT_DENY
        assert decision(Request(action, resource), Policies([policy])) is wanted


@given(NEEDS, st.randoms(use_true_random=False))
def test_the_same_needs_in_any_order_give_the_same_document(needs: list[Need], random: Any) -> None:
    assert statements_for(random.sample(needs, len(needs))) == statements_for(needs)


@given(NEEDS)
def test_every_statement_has_a_sid_of_its_own_and_actions_of_its_own(needs: list[Need]) -> None:
    found = statements_for(needs)["Statement"]
    assert len({each["Sid"] for each in found}) == len(found)
    assert len({str(each["Action"]) for each in found}) == len(found)
    assert all(re.fullmatch("[A-Za-z0-9]+", each["Sid"]) for each in found)
