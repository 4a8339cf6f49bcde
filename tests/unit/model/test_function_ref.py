import pytest

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.function_ref import FunctionRef


@pytest.mark.parametrize(
    ("text", "name", "qualifier", "account", "region"),
    [
        ("orders", "orders", "$LATEST", "", ""),
        ("orders:live", "orders", "live", "", ""),
        ("orders:7", "orders", "7", "", ""),
        ("orders:$LATEST", "orders", "$LATEST", "", ""),
        ("123456789012:function:orders", "orders", "$LATEST", "123456789012", ""),
        ("123456789012:function:orders:live", "orders", "live", "123456789012", ""),
        ("arn:aws:lambda:eu-west-1:123456789012:function:orders", "orders", "$LATEST", "123456789012", "eu-west-1"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:orders:live", "orders", "live", "123456789012", "eu-west-1"),
    ],
)
def test_every_spelling_that_lambda_takes(text: str, name: str, qualifier: str, account: str, region: str) -> None:
    ref = FunctionRef.parse(text)
    assert (ref.name, ref.qualifier, ref.account, ref.region) == (name, qualifier, account, region)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a Lambda function"),
        ("my function", "is not a Lambda function"),
        ("orders:", "is not a qualifier"),
        ("orders:a b", "is not a qualifier"),
        ("12345678901:function:orders", "is not 12 digits"),
        ("arn:aws:sqs:eu-west-1:123456789012:orders", "an ARN of sqs"),
        ("arn:aws:lambda:eu-west-1:123456789012:layer:orders", "an ARN of lambda, not of a Lambda function"),
        ("arn:aws:lambda:eu-west-1:12345678901:function:orders", "11 characters"),
    ],
)
def test_what_is_no_function_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        FunctionRef.parse(text)


def test_two_qualifiers_that_disagree_are_refused() -> None:
    with pytest.raises(UsageProblem, match="names the qualifier 'live'"):
        FunctionRef.parse("orders:live", "test")
    assert FunctionRef.parse("orders:live", "live").qualifier == "live"
