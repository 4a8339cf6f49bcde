"""One embedded AWS for the whole suite, used through plain boto3."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import boto3
import pytest

from lambda_dest_cli.local import server

ACCOUNT = "000000000000"
REGION = "us-east-1"
_TIME_SCALE = 600.0
"""A minute of AWS's is a tenth of a second."""
_Found = TypeVar("_Found")

PYTHON = """
import json, sys, time
def handler(event, context):
    mode = event.get("mode") if isinstance(event, dict) else None
    if mode == "raise": raise KeyError("sku")
    if mode == "exit": sys.exit(3)
    if mode == "sleep": time.sleep(30)
    if mode == "bad": return {1, 2}
    if mode == "big": return "x" * event["size"]
    return {"id": context.aws_request_id, "arn": context.invoked_function_arn, "event": event}
"""
NODE = """
export const handler = async (event, context) => {
  if (event.mode === "raise") throw new TypeError("no sku");
  return { id: context.awsRequestId, event };
};
"""


class LocalAws:
    """The embedded AWS and what tests make in it. Names are handed out once, so that tests do not meet."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._names = 0
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[service]

    def name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}-{self._names}"

    def role(self, *statements: dict[str, Any], boundary: str | None = None) -> str:
        name = self.name("role")
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        more = {"PermissionsBoundary": boundary} if boundary else {}
        arn: str = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **more)[
            "Role"
        ]["Arn"]
        if statements:
            self.allow(arn, *statements)
        return arn

    def allow(self, role: str, *statements: dict[str, Any]) -> None:
        self.client("iam").put_role_policy(
            RoleName=role.rpartition("/")[2], PolicyName="test", PolicyDocument=document(*statements)
        )

    def queue(self, **attributes: str) -> "Queue":
        url = self.client("sqs").create_queue(QueueName=self.name("queue"), Attributes=attributes)["QueueUrl"]
        arn = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        return Queue(self, url, arn)

    def function(self, role: str | None = None, node: bool = False, source: str = PYTHON, **settings: Any) -> str:
        name = self.name("function")
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="nodejs22.x" if node else "python3.12",
            Handler="index.handler",
            Role=role or self.role({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            Code={"ZipFile": packed("index.mjs", NODE) if node else packed("index.py", source)},
            **settings,
        )
        # boto3's own waiter asks once a second.
        eventually(lambda: self.state(name) == "Active", f"the function {name}")
        return name

    def state(self, function: str) -> str:
        return str(self.client("lambda").get_function_configuration(FunctionName=function)["State"])

    def arn(self, function: str) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"

    def send(self, function: str, event: object, **more: Any) -> str:
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        answer = self.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload, **more)
        assert answer["StatusCode"] == 202
        request_id: str = answer["ResponseMetadata"]["RequestId"]
        return request_id

    def metric(self, name: str, function: str) -> float:
        now = time.time()
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=name,
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=now - 3_600,
            EndTime=now + 60,
            Period=3_600,
            Statistics=["Sum"],
        )["Datapoints"]
        return float(sum(point["Sum"] for point in found))


class Queue:
    """A queue to look into."""

    def __init__(self, aws: LocalAws, url: str, arn: str) -> None:
        self._aws, self.url, self.arn = aws, url, arn

    def message(self) -> dict[str, Any]:
        """Wait for a message and take it."""
        return eventually(self.take, f"a message in {self.arn}")

    def record(self) -> dict[str, Any]:
        """Wait for a record and take it."""
        found: dict[str, Any] = json.loads(self.message()["Body"])
        return found

    def take(self, wait: int = 1) -> dict[str, Any] | None:
        """Take a message, if one comes within ``wait`` seconds."""
        answer = self._aws.client("sqs").receive_message(
            QueueUrl=self.url, WaitTimeSeconds=wait, MessageAttributeNames=["All"], AttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            self._aws.client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            return dict(message)
        return None


def eventually(look: Callable[[], _Found | None], what: str, seconds: float = 30) -> _Found:
    """Look until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} never came")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def packed(name: str, source: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, source)
    return content.getvalue()


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        status = server.start(port=None, time_scale=_TIME_SCALE)
        try:
            assert status.endpoint is not None
            yield LocalAws(status.endpoint)
        finally:
            server.stop()
