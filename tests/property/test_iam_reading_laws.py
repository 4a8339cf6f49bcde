"""The laws of reading: whatever is read is a policy that can be judged, or a bad one."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed"
ROLE = "arn:aws:iam::123456789012:role/orders"

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
        evaluate(Request("sqs:SendMessage", QUEUE, ROLE), Policies([policy], resource=policy, key=key))


@given(st.text(max_size=40) | st.text('{}[]",:0eE-\\u', max_size=40))
def test_any_text_is_a_policy_or_a_bad_one(text: str) -> None:
    policy, complaint = read_or_complaint(text)
    assert (policy is None) is complaint.startswith("the policy")
