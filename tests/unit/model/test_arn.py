import pytest

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn, partition_of


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:sqs:eu-west-1:123456789012:orders-failed",
        "arn:aws:s3:::orders-failures",
        "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/default",
        "arn:aws-cn:lambda:cn-north-1:123456789012:function:orders:live",
        "arn:aws:iam::123456789012:role/service/path/orders-role",
        "arn:aws-eusc:sqs:eusc-de-east-1:123456789012:q",
    ],
)
def test_an_arn_reads_and_writes_back_the_same(text: str) -> None:
    assert str(Arn.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders-failed", "is not an ARN"),
        ("arn:aws:sqs:eu-west-1:123456789012", "is not an ARN"),
        ("arn:aws:sqs:eu-west-1:12345678901:orders", "has 11 characters"),
        ("arn:aws:sqs:eu-west:123456789012:orders", "'eu-west' is not a region"),
        ("arn:amazon:sqs:eu-west-1:123456789012:orders", "'amazon' is not a partition"),
        ("arn:aws::eu-west-1:123456789012:orders", "has no service"),
        ("arn:aws:sqs:eu-west-1:123456789012:", "has no resource"),
    ],
)
def test_a_malformed_arn_is_refused_by_its_wrong_part(text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        Arn.parse(text)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition
