"""What the demo is played with: a tester function, its role, three queues."""

import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from types_boto3_lambda.literals import RuntimeType

FUNCTION = "tester"
_REGION = "us-east-1"
_ROLE = "tester-role"
_QUEUES = ("tester-done", "tester-failed", "tester-dlq")
_POLICY = "destinations"

_NODE = """export const handler = async (event) => {
  if (!event.Success) throw new Error("the event asks for a failure");
  return { message: "the event asks for a success" };
};
"""
_PYTHON = """def handler(event, context):
    if not event["Success"]:
        raise ValueError("the event asks for a failure")
    return {"message": "the event asks for a success"}
"""


class Stage:
    """The demo's resources in the embedded AWS. They end with it."""

    def __init__(self, endpoint: str) -> None:
        settings: Any = {
            "endpoint_url": endpoint,
            "region_name": _REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        session = boto3.Session()
        self._iam = session.client("iam", **settings)
        self._sqs = session.client("sqs", **settings)
        self._lambda = session.client("lambda", **settings)

    def build(self) -> str:
        """Make everything, with the permission to deliver taken away at the end; gives the function's language."""
        arns = [self._queue(name) for name in _QUEUES]
        role = self._role(arns[1])
        language = self._function(role)
        self._lambda.put_function_event_invoke_config(
            FunctionName=FUNCTION, DestinationConfig={"OnFailure": {"Destination": arns[1]}}
        )
        self._iam.delete_role_policy(RoleName=_ROLE, PolicyName=_POLICY)
        return language

    def invoke(self, event: dict[str, bool]) -> None:
        """Send an event for asynchronous invocation."""
        self._lambda.invoke(FunctionName=FUNCTION, InvocationType="Event", Payload=json.dumps(event).encode())

    def _queue(self, name: str) -> str:
        url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        return self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _role(self, queue: str) -> str:
        trust = _document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
        role = self._iam.create_role(RoleName=_ROLE, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self._iam.put_role_policy(
            RoleName=_ROLE, PolicyName=_POLICY, PolicyDocument=_document("sqs:SendMessage", Resource=queue)
        )
        return role

    def _function(self, role: str) -> str:
        node = shutil.which("node") is not None
        runtime: RuntimeType = "nodejs22.x" if node else "python3.12"
        self._lambda.create_function(
            FunctionName=FUNCTION,
            Runtime=runtime,
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": _zip("index.mjs", _NODE) if node else _zip("index.py", _PYTHON)},
        )
        self._lambda.get_waiter("function_active_v2").wait(FunctionName=FUNCTION)
        return "Node.js" if node else "Python"


def _document(action: str, **where: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **where}]})


def _zip(name: str, source: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, source)
    return packed.getvalue()
