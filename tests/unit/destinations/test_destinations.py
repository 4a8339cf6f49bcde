import pytest

from lambda_dest_cli.destinations import TYPES, complaint, label, parse, type_of
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot

HOME = Arn.parse("arn:aws:lambda:eu-west-1:123456789012:function:orders")


@pytest.mark.parametrize(
    ("text", "arn"),
    [
        ("sqs:orders-failed", "arn:aws:sqs:eu-west-1:123456789012:orders-failed"),
        ("sns:alerts", "arn:aws:sns:eu-west-1:123456789012:alerts"),
        ("events:default", "arn:aws:events:eu-west-1:123456789012:event-bus/default"),
        ("lambda:cure", "arn:aws:lambda:eu-west-1:123456789012:function:cure"),
        ("lambda:cure:live", "arn:aws:lambda:eu-west-1:123456789012:function:cure:live"),
        ("s3:orders-failures", "arn:aws:s3:::orders-failures"),
        ("arn:aws:sqs:us-east-1:210987654321:q", "arn:aws:sqs:us-east-1:210987654321:q"),
        ("https://sqs.us-east-1.amazonaws.com/123456789012/q", "arn:aws:sqs:us-east-1:123456789012:q"),
        ("https://eu-west-2.queue.amazonaws.com/123456789012/q", "arn:aws:sqs:eu-west-2:123456789012:q"),
        ("http://127.0.0.1:4566/000000000000/q", "arn:aws:sqs:eu-west-1:000000000000:q"),
    ],
)
def test_a_destination_is_resolved_in_the_functions_own_account_and_region(text: str, arn: str) -> None:
    assert str(parse(text, HOME)) == arn


@pytest.mark.parametrize("text", ["orders", "queue:orders", "sqs:", "sqs:a b", "s3:UPPER", "https://example.com/q", ""])
def test_what_is_no_destination_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        parse(text, HOME)
    assert "sqs:NAME" in refused.value.hint


@pytest.mark.parametrize(
    ("arn", "slot", "said"),
    [
        ("arn:aws:s3:::bucket", Slot.ON_SUCCESS, "an S3 bucket, which the on-success slot does not take"),
        ("arn:aws:s3:::bucket", Slot.DEAD_LETTER, "an S3 bucket, which the dead-letter queue slot does not take"),
        ("arn:aws:sqs:eu-west-1:123456789012:q.fifo", Slot.ON_FAILURE, "FIFO queues"),
        ("arn:aws:sns:eu-west-1:123456789012:t.fifo", Slot.DEAD_LETTER, "FIFO topics"),
        ("arn:aws:sns:eu-west-1:123456789012:t:5a1b", Slot.ON_FAILURE, "a subscription, not a topic"),
        ("arn:aws:events:eu-west-1:123456789012:rule/r", Slot.ON_FAILURE, "a rule, not a bus"),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/default", Slot.DEAD_LETTER, "does not take"),
        ("arn:aws:events:us-east-1:123456789012:event-bus/aws.partner/a/b", Slot.ON_FAILURE, "partner event buses"),
        ("arn:aws:s3:::bucket/key", Slot.ON_FAILURE, "objects, not a bucket"),
        ("arn:aws:states:eu-west-1:123456789012:stateMachine:m", Slot.ON_FAILURE, "something of states"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f", Slot.DEAD_LETTER, "does not take"),
    ],
)
def test_a_destination_that_its_slot_does_not_take(arn: str, slot: Slot, said: str) -> None:
    complained = complaint(Arn.parse(arn), slot)
    assert complained is not None
    assert said in complained


@pytest.mark.parametrize(("name", "slots"), [(name, kind.slots) for name, kind in TYPES.items()])
def test_a_destination_that_its_slot_takes(name: str, slots: frozenset[Slot]) -> None:
    arn = parse(f"{name}:thing", HOME)
    assert {slot for slot in Slot if complaint(arn, slot) is None} == slots
    assert label(arn) == f"{name}:thing"
    assert type_of(arn) is TYPES[name]


def test_what_delivery_to_a_bucket_needs_is_two_actions_on_two_resources() -> None:
    needs = TYPES["s3"].needs(Arn.parse("arn:aws:s3:::failures"), "orders")
    assert [(need.action, need.resource) for need in needs] == [
        ("s3:ListBucket", "arn:aws:s3:::failures"),
        ("s3:PutObject", "arn:aws:s3:::failures/aws/lambda/async/orders/*"),
    ]
