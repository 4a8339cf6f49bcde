"""What the tests of asynchronous invocation make in AWS, and how they wait for what comes of it."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep, time
from typing import Any
from uuid import uuid4

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PATIENCE = 60.0

ECHO = "def handler(event, context):\n    return event\n"
FAILS = "def handler(event, context):\n    raise ValueError('boom')\n"
TELLS = """import boto3, time
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=event["tell"], MessageBody=context.aws_request_id)
    time.sleep(event["sleep"])
    raise ValueError("boom")
"""


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def zipped(name: str, source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, source)
    return packed.getvalue()


@dataclass
class Queue:
    name: str
    url: str
    arn: str


@dataclass
class World:
    """Things with names of their own, so that tests can share an account. ``client`` gives boto3 clients."""

    client: Callable[[str], Any]
    mark: str = field(default_factory=lambda: uuid4().hex[:8])

    def __post_init__(self) -> None:
        self.awslambda, self.sqs, self.iam = (self.client(each) for each in ("lambda", "sqs", "iam"))

    def name(self, word: str) -> str:
        return f"{word}-{self.mark}"

    def role(self, *statements: object, word: str = "role") -> str:
        name = self.name(word)
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
        return str(role)

    def queue(self, word: str = "queue", **attributes: str) -> Queue:
        name = self.name(word)
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return Queue(name, url, answer["Attributes"]["QueueArn"])

    def function(self, source: str = ECHO, role: str = "", word: str = "fn", **more: Any) -> str:
        name = self.name(word)
        arguments: dict[str, Any] = {
            "Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": zipped("index.py", source)}, **more
        }  # fmt: skip
        self.awslambda.create_function(FunctionName=name, Role=role or self.role(ANYTHING), **arguments)
        self.awslambda.get_waiter("function_active_v2").wait(FunctionName=name)
        return name

    def configure(self, function: str, qualifier: str = "$LATEST", **config: Any) -> None:
        """``on_success`` and ``on_failure`` are ARNs; what else is named goes to the API as it is."""
        slots = {"OnSuccess": config.pop("on_success", None), "OnFailure": config.pop("on_failure", None)}
        destinations = {slot: {"Destination": arn} for slot, arn in slots.items() if arn}
        self.awslambda.put_function_event_invoke_config(
            FunctionName=function, Qualifier=qualifier, DestinationConfig=destinations, **config
        )

    def tell(self, function: str, told: Queue, seconds: float = 0) -> str:
        """Send an event for ``TELLS``, which says in a queue that it runs, takes a while, and fails."""
        return self.send(function, json.dumps({"tell": told.url, "sleep": seconds}).encode())

    def send(self, function: str, payload: bytes = b"{}", **more: Any) -> str:
        """Send an event for asynchronous invocation and give its request id."""
        answer = self.awslambda.invoke(FunctionName=function, InvocationType="Event", Payload=payload, **more)
        assert answer["StatusCode"] == 202
        return str(answer["ResponseMetadata"]["RequestId"])

    def messages(self, queue: Queue, count: int = 1) -> list[Any]:
        """Wait for so many messages, and take them."""
        found: list[Any] = []
        end = monotonic() + PATIENCE
        while len(found) < count:
            assert monotonic() < end, f"{len(found)} of {count} messages came to {queue.name}"
            answer = self.sqs.receive_message(
                QueueUrl=queue.url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                self.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)
        return found

    def records(self, queue: Queue, count: int = 1) -> list[Any]:
        return [json.loads(message["Body"]) for message in self.messages(queue, count)]

    def record(self, queue: Queue) -> Any:
        return self.records(queue)[0]

    def nothing_came(self, queue: Queue) -> bool:
        """Say so at once: ask only when something else has shown that everything is over."""
        return not self.sqs.receive_message(QueueUrl=queue.url).get("Messages")

    def counted(self, metric: str, function: str, at_least: float) -> float:
        """Wait until a metric has reached a sum, and give the sum."""
        cloudwatch, end = self.client("cloudwatch"), monotonic() + PATIENCE
        while True:
            answer = cloudwatch.get_metric_statistics(
                Namespace="AWS/Lambda", MetricName=metric, Statistics=["Sum"], Period=3_600,
                Dimensions=[{"Name": "FunctionName", "Value": function}],
                StartTime=time() - 3_600, EndTime=time() + 60,
            )  # fmt: skip
            found = sum(point["Sum"] for point in answer["Datapoints"])
            if found >= at_least:
                return float(found)
            assert monotonic() < end, f"{metric} of {function} is {found}"
            sleep(0.05)
