"""The cure: IAM User Guide, "Security best practices in IAM" (least privilege), "Sid" and "Grammar"."""

import json

import pytest

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.least_privilege import covers, policy_json, statements_for
from lambda_dest_cli.model.permission import Decision

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed"
OTHER_QUEUE = "arn:aws:sqs:eu-west-1:123456789012:done"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/2"


def test_one_need_is_one_statement_of_plain_texts() -> None:
    """Page "Grammar": Action and Resource may be one text."""
    assert statements_for([Need("sqs:SendMessage", QUEUE)]) == {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "LdsSqs", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}],
    }


def test_actions_on_the_same_resource_share_a_statement() -> None:
    """Page "Grammar": Action may be a list."""
    (statement,) = statements_for([Need("s3:PutObject", "b/*"), Need("s3:ListBucket", "b/*")])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["s3:ListBucket", "s3:PutObject"], "b/*")


def test_resources_of_the_same_actions_share_a_statement() -> None:
    """Page "Grammar": Resource may be a list."""
    needs = [Need(action, key) for key in (OTHER_KEY, KEY) for action in ("kms:GenerateDataKey", "kms:Decrypt")]
    (statement,) = statements_for(needs)["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], [KEY, OTHER_KEY])


def test_different_needs_do_not_mix() -> None:
    """Page "Security best practices": only the permissions required; what one resource needs is not given to all."""
    needs = [Need("kms:Decrypt", KEY), Need("kms:Decrypt", OTHER_KEY), Need("kms:GenerateDataKey", OTHER_KEY)]
    document = statements_for(needs)
    assert [(each["Action"], each["Resource"]) for each in document["Statement"]] == [
        ("kms:Decrypt", KEY),
        (["kms:Decrypt", "kms:GenerateDataKey"], OTHER_KEY),
    ]
    asked = Request("kms:GenerateDataKey", KEY)
    assert evaluate(asked, Policies([read(document)])).decision is Decision.IMPLICIT_DENY


def test_statements_are_told_apart_by_their_sids() -> None:
    """Page "Sid": letters and digits, and unique within a policy."""
    needs = [
        Need("sqs:SendMessage", QUEUE),
        Need("kms:Decrypt", KEY),
        Need("kms:Decrypt", OTHER_KEY),
        Need("kms:GenerateDataKey", OTHER_KEY),
        Need("kms:GenerateDataKey", QUEUE),
    ]
    sids = [each["Sid"] for each in statements_for(needs)["Statement"]]
    assert sids == ["LdsKms", "LdsKms2", "LdsKms3"]
    assert len(set(sids)) == len(sids)
    assert all(each.isalnum() for each in sids)


@pytest.mark.parametrize("turn", range(3))
def test_neither_order_nor_repetition_matters(turn: int) -> None:
    """Page "Grammar": statements, actions and resources are sets; the same needs give the same text."""
    needs = [Need("sqs:SendMessage", QUEUE), Need("sqs:SendMessage", OTHER_QUEUE), Need("kms:Decrypt", KEY)]
    assert policy_json([*needs[turn:], *needs[:turn], *needs]) == policy_json(needs)


def test_the_text_is_the_document_on_one_line() -> None:
    """Page "Grammar": JSON."""
    needs = [Need("sqs:SendMessage", QUEUE)]
    assert json.loads(policy_json(needs)) == statements_for(needs)
    assert "\n" not in policy_json(needs)


def test_no_needs_need_no_statements() -> None:
    """Page "Security best practices": nothing is what nothing needs."""
    assert statements_for([])["Statement"] == []


def test_a_policy_covers_needs_that_it_grants_for_certain() -> None:
    """Page "Security best practices": what is granted already needs no other grant."""
    needs = [Need("sqs:SendMessage", QUEUE), Need("kms:Decrypt", KEY)]
    assert covers(read(statements_for(needs)), needs)
    assert covers(read(statements_for(needs)), needs[:1])
    assert covers(read(statements_for([])), [])
    assert not covers(read(statements_for(needs[:1])), needs)
    wide = {"Effect": "Allow", "Action": ["sqs:*", "kms:D*"], "Resource": "*"}
    assert covers(read({"Statement": wide}), needs)
    assert not covers(read({"Statement": wide | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}}), needs)
    assert not covers(read({"Statement": [wide, wide | {"Effect": "Deny", "Action": "kms:*"}]}), needs)


def test_a_sid_has_no_hyphen() -> None:
    """Page "Sid": letters and digits, whatever the service is called."""
    (statement,) = statements_for([Need("execute-api:Invoke", "*")])["Statement"]
    assert statement["Sid"] == "LdsExecuteapi"
