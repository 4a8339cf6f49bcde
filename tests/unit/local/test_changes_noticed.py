"""What is a change is read afresh afterwards; what is not must not cost the engine its memory."""

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from lambda_dest_cli.local.changes import changes
from lambda_dest_cli.local.http import Request

ARN = "arn:aws:sns:us-east-1:123456789012:t"
URL = "http://127.0.0.1:1/123456789012/q"
CHANGING = [
    ("lambda", "put_function_concurrency", {"FunctionName": "f", "ReservedConcurrentExecutions": 0}),
    ("iam", "put_role_policy", {"RoleName": "r", "PolicyName": "p", "PolicyDocument": "{}"}),
    ("iam", "detach_role_policy", {"RoleName": "r", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}),
    ("sqs", "set_queue_attributes", {"QueueUrl": URL, "Attributes": {"MaximumMessageSize": "1024"}}),
    ("sqs", "delete_queue", {"QueueUrl": URL}),
    ("sns", "set_topic_attributes", {"TopicArn": ARN, "AttributeName": "KmsMasterKeyId", "AttributeValue": "k"}),
    ("sns", "delete_topic", {"TopicArn": ARN}),
    ("events", "delete_event_bus", {"Name": "b"}),
    ("events", "put_permission", {"EventBusName": "b", "Policy": "{}"}),
    ("kms", "put_key_policy", {"KeyId": "k", "PolicyName": "default", "Policy": "{}"}),
    ("kms", "disable_key", {"KeyId": "k"}),
    ("s3", "put_bucket_policy", {"Bucket": "bbb", "Policy": "{}"}),
    ("s3", "delete_bucket", {"Bucket": "bbb"}),
]
HARMLESS = [
    ("lambda", "get_function_configuration", {"FunctionName": "f"}),
    ("iam", "simulate_principal_policy", {"PolicySourceArn": "arn:aws:iam::1:role/rrrrr", "ActionNames": ["s3:Get"]}),
    ("sqs", "send_message", {"QueueUrl": URL, "MessageBody": "b"}),
    ("sqs", "receive_message", {"QueueUrl": URL}),
    ("sqs", "get_queue_attributes", {"QueueUrl": URL}),
    ("sns", "publish", {"TopicArn": ARN, "Message": "m"}),
    ("events", "put_events", {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]}),
    ("kms", "generate_data_key", {"KeyId": "k", "KeySpec": "AES_256"}),
    ("s3", "put_object", {"Bucket": "bbb", "Key": "k", "Body": b"b"}),
    ("s3", "head_bucket", {"Bucket": "bbb"}),
    ("logs", "create_log_group", {"logGroupName": "g"}),
]


class Sent(Exception):
    """The request, which goes nowhere."""


def request_of(service: str, operation: str, arguments: dict[str, object]) -> Request:
    """Give the request as boto3 writes it."""
    client = boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url="http://127.0.0.1:1", region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip

    def keep(request: AWSPreparedRequest, **_: object) -> None:
        raise Sent(request)

    client.meta.events.register("before-send", keep)
    with pytest.raises(Sent) as sent:
        getattr(client, operation)(**arguments)
    found: Any = sent.value.args[0]
    headers = {
        key.lower(): value.decode() if isinstance(value, bytes) else str(value) for key, value in found.headers.items()
    }
    body: object = found.body
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    path = found.url.removeprefix("http://127.0.0.1:1").partition("?")[0]
    return Request(str(found.method), path, {}, headers, content)


@pytest.mark.parametrize(("service", "operation", "arguments"), CHANGING)
def test_a_write_is_a_change(service: str, operation: str, arguments: dict[str, object]) -> None:
    assert changes(request_of(service, operation, arguments))


@pytest.mark.parametrize(("service", "operation", "arguments"), HARMLESS)
def test_messages_and_reads_are_not(service: str, operation: str, arguments: dict[str, object]) -> None:
    assert not changes(request_of(service, operation, arguments))
