"""Where a case plays: an AWS, what can be made in it, and how to wait for what comes of it.

The same case runs on the embedded AWS (``LocalAws``) and, with ``--live``, in a real account (``LiveAws``); they
differ in their clients, their names and their ``Pace``.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.contract.handlers import NODE, PYTHON, packed

_Found = TypeVar("_Found")
_POOLED = 8
"""Functions that are made ahead: the time until they are active passes while earlier cases run."""
_NOT_YET = ("does not have permissions", "The destination ARN", "cannot be assumed", "execution role does not exist")
"""What Lambda says while a role, a policy or a queue that was just made has not reached it."""
_FROM_THE_FUTURE = 60


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take there, in seconds."""

    arrival: float
    """The longest that a record may take to arrive, retries included."""
    metric: float
    """The longest that CloudWatch may take to show a metric."""
    settle: float
    """How long a configuration or a policy takes to reach what delivers by it."""
    poll: float
    """Between two looks."""
    long_poll: int
    """How long to wait for a message within one look."""


class Refusal(NamedTuple):
    """How AWS says no."""

    code: str
    status: int
    message: str


def refused(call: Callable[..., Any], **params: Any) -> Refusal:
    """Make a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error, answer = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return Refusal(error["Code"], answer["HTTPStatusCode"], error["Message"])


def document(*statements: Mapping[str, Any]) -> str:
    """Give a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str, **more: Any) -> dict[str, Any]:
    """Give a statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def eventually(look: Callable[[], _Found | None], what: str, seconds: float = 30, poll: float = 0.02) -> _Found:
    """Look until there is something to see."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(poll)


class World:
    """An AWS and what cases make in it. Names are handed out once, so that cases do not meet."""

    def __init__(self, account: str, region: str, prefix: str, pace: Pace) -> None:
        self.account, self.region, self.prefix, self.pace = account, region, prefix, pace
        self._names = 0
        self._clients: dict[str, Any] = {}
        self._ready: deque[str] = deque()
        self._role = ""
        self._settled = 0.0

    # What the two makers do each in their own way.

    def make_client(self, service: str, **more: Any) -> Any:
        """Give a client of boto3's; ``more`` is for boto3."""
        raise NotImplementedError

    def kept(self) -> AbstractContextManager[None]:
        """Make things that outlive the case."""
        return nullcontext()

    def elsewhere(self, region: str) -> "World":
        """Give the same AWS in another region."""
        raise NotImplementedError

    # Names.

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.make_client(service)
        return self._clients[service]

    @property
    def api(self) -> Any:
        """Lambda."""
        return self.client("lambda")

    @property
    def unchecked(self) -> Any:
        """Lambda, where the SDK does not check by itself what AWS is to check."""
        if "unchecked" not in self._clients:
            self._clients["unchecked"] = self.make_client("lambda", config=Config(parameter_validation=False))
        return self._clients["unchecked"]

    @contextmanager
    def wire(self, operation: str) -> Iterator[list[bytes]]:
        """Collect the bodies that Lambda answers an operation with, as they come over the wire."""
        bodies: list[bytes] = []

        def collect(response_dict: Mapping[str, Any], **_: Any) -> None:
            bodies.append(response_dict["body"])

        events, name = self.api.meta.events, f"before-parse.lambda.{operation}"
        events.register(name, collect)
        try:
            yield bodies
        finally:
            events.unregister(name, collect)

    def name(self, kind: str) -> str:
        self._names += 1
        return f"{self.prefix}{kind}-{self._names}"

    def arn(self, function: str, qualifier: str = "") -> str:
        """Give a function's ARN, unqualified unless told."""
        return f"{self.arn_of('lambda', 'function')}:{function}{qualifier and ':'}{qualifier}"

    def arn_of(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    # Waiting.

    def eventually(self, look: Callable[[], _Found | None], what: str, seconds: float = 0) -> _Found:
        return eventually(look, what, seconds or self.pace.arrival, self.pace.poll)

    def changed(self) -> None:
        """Note that a configuration or policy was changed just now: whoever sends an event waits until it is known."""
        self._settled = time.monotonic() + self.pace.settle

    def settled(self) -> None:
        """Wait until what was changed is known to what delivers by it."""
        time.sleep(max(0.0, self._settled - time.monotonic()))

    def accepted(self, call: Callable[..., Any], **params: Any) -> Any:
        """Make a call that must be accepted, if need be once IAM's changes have reached Lambda."""
        end = time.monotonic() + max(self.pace.settle, 1)
        while True:
            try:
                return call(**params)
            except ClientError as error:
                if time.monotonic() > end or not any(words in str(error) for words in _NOT_YET):
                    raise
                time.sleep(self.pace.poll)

    def until_refused_with(self, message: str, refuse: Callable[[], Refusal]) -> None:
        """Try until the refusal is this one: a policy that was just changed may still be unknown to Lambda."""
        last: list[str] = []

        def told() -> bool:
            last[:] = [refuse().message]
            return last == [message]

        self.eventually(told, f"{message!r}, in place of {last}", max(self.pace.settle, 1))

    # Roles.

    def role(self, *statements: Mapping[str, Any], boundary: str | None = None) -> str:
        """Make an execution role that may do no more than the statements say."""
        name = self.name("role")
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        more = {"PermissionsBoundary": boundary} if boundary else {}
        made = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **more)
        arn: str = made["Role"]["Arn"]
        if statements:
            self.allow(arn, *statements)
        return arn

    def allow(self, role: str, *statements: Mapping[str, Any]) -> None:
        """Give a role these permissions in place of those that it had from here."""
        policy = {"PolicyName": "test", "PolicyDocument": document(*statements)}
        self.client("iam").put_role_policy(RoleName=role.rpartition("/")[2], **policy)
        self.changed()

    def everything(self) -> list[dict[str, Any]]:
        """Give the statements that let a role do whatever the cases ask, with what the cases made.

        No logs: they would come when the function and its log group have long been removed.
        """
        mine = f"{self.prefix}*"
        return [
            allow(["sqs:SendMessage", "sqs:ReceiveMessage"], self.arn_of("sqs", mine)),
            allow("sns:Publish", self.arn_of("sns", mine)),
            allow("events:PutEvents", self.arn_of("events", f"event-bus/{mine}")),
            allow("lambda:InvokeFunction", f"{self.arn_of('lambda', 'function')}:{mine}"),
            allow("s3:ListBucket", f"arn:aws:s3:::{mine}"),
            allow("s3:PutObject", f"arn:aws:s3:::{mine}/*"),
        ]

    def able_role(self) -> str:
        """Give the role that may everything; all functions share it that are not about permissions."""
        if not self._role:
            with self.kept():
                self._role = self.role(*self.everything())
        return self._role

    # Functions.

    def function(self, role: str = "", node: bool = False, source: str = "", **settings: Any) -> str:
        """Give an active function that no case has used; one with its own settings is made on the spot."""
        if role or node or source or settings:
            name = self.create(self.name("function"), role, node, source, **settings)
        else:
            if len(self._ready) < _POOLED:
                with self.kept():
                    self._ready.extend(self.create(self.name("function")) for _ in range(_POOLED))
            name = self._ready.popleft()
        self.settle(name)
        return name

    def create(self, name: str, role: str = "", node: bool = False, source: str = "", **settings: Any) -> str:
        """Make a function and do not wait for it."""
        code = packed("index.mjs", source or NODE) if node else packed("index.py", source or PYTHON)
        made = {"Runtime": "nodejs22.x" if node else "python3.12", "Handler": "index.handler", "Timeout": 30}
        self.accepted(
            self.api.create_function,
            FunctionName=name, Role=role or self.able_role(), Code={"ZipFile": code}, **{**made, **settings},
        )  # fmt: skip
        return name

    def settle(self, function: str) -> None:
        """Wait until a function is active and no update is on its way; boto3's own waiter asks once a second."""

        def ready() -> bool:
            found = self.api.get_function_configuration(FunctionName=function)
            return (found["State"], found.get("LastUpdateStatus", "Successful")) == ("Active", "Successful")

        self.eventually(ready, f"the function {function}")

    def put_code(self, function: str, source: str) -> None:
        """Give a function another handler in Python, and wait until it has it."""
        self.api.update_function_code(FunctionName=function, ZipFile=packed("index.py", source))
        self.settle(function)

    def version(self, function: str) -> str:
        return str(self.api.publish_version(FunctionName=function)["Version"])

    def alias(self, function: str, version: str = "$LATEST", name: str = "live") -> str:
        return str(self.api.create_alias(FunctionName=function, Name=name, FunctionVersion=version)["AliasArn"])

    def reserve(self, function: str, executions: int) -> None:
        """Reserve concurrency; an account with too little of it to spare skips the case."""
        try:
            self.api.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=executions)
        except ClientError as error:
            if "UnreservedConcurrentExecution" in str(error):
                pytest.skip(f"the account has too little concurrency to reserve any: {error}")
            raise
        self.changed()

    def dead_letter(self, function: str, target: str) -> None:
        """Set a function's dead-letter queue."""
        config = {"DeadLetterConfig": {"TargetArn": target}}
        self.accepted(self.api.update_function_configuration, FunctionName=function, **config)
        self.settle(function)
        self.changed()

    def put(
        self, function: str, on_success: str = "", on_failure: str = "", qualifier: str = "", **numbers: Any
    ) -> dict[str, Any]:
        """Put an event invoke configuration that must be accepted, and give the answer."""
        slots = {"OnSuccess": on_success, "OnFailure": on_failure}
        config: dict[str, Any] = {slot: {"Destination": arn} for slot, arn in slots.items() if arn}
        params = {**({"DestinationConfig": config} if config else {}), **numbers}
        if qualifier:
            params["Qualifier"] = qualifier
        answer = self.accepted(self.api.put_function_event_invoke_config, FunctionName=function, **params)
        self.changed()
        return dict(answer)

    def send(self, function: str, event: object = None, **more: Any) -> str:
        """Send an event for asynchronous invocation and give its request id."""
        self.settled()
        payload = event if isinstance(event, bytes) else json.dumps({} if event is None else event).encode()
        answer = self.api.invoke(FunctionName=function, InvocationType="Event", Payload=payload, **more)
        assert answer["StatusCode"] == 202
        return str(answer["ResponseMetadata"]["RequestId"])

    # Destinations.

    def queue(self, **attributes: str) -> "Queue":
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=self.name("queue"), Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return Queue(self, url, arn)

    def topic(self, queue: "Queue | None" = None, raw: bool = False, **attributes: str) -> str:
        """Make a topic, and let a queue have what is published there."""
        sns = self.client("sns")
        arn = str(sns.create_topic(Name=self.name("topic"), Attributes=attributes)["TopicArn"])
        if queue:
            queue.takes_from("sns", arn)
            more = {"Attributes": {"RawMessageDelivery": "true"}} if raw else {}
            sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue.arn, **more)
        return arn

    def subscribe_function(self, topic: str, function: str) -> None:
        """Let a function have what is published to a topic."""
        self.api.add_permission(
            FunctionName=function, StatementId="topic", Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com", SourceArn=topic,
        )  # fmt: skip
        self.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=self.arn(function))
        self.changed()

    def bus(self, queue: "Queue | None" = None, **pattern: Any) -> str:
        """Make an event bus, and let a queue have the events of a pattern."""
        events, name = self.client("events"), self.name("bus")
        arn = str(events.create_event_bus(Name=name)["EventBusArn"])
        if queue:
            rule = {"Name": self.name("rule"), "EventBusName": name}
            queue.takes_from("events", events.put_rule(**rule, EventPattern=json.dumps(pattern))["RuleArn"])
            events.put_targets(
                Rule=rule["Name"], EventBusName=name, Targets=[{"Id": "1", "Arn": queue.arn}]
            )  # fmt: skip
        return arn

    def destination(self, kind: str) -> str:
        """Make a queue, topic, bus or function, or a function's version or alias, and give the ARN."""
        if kind == "queue":
            return self.queue().arn
        if kind in ("topic", "bus"):
            return self.topic() if kind == "topic" else self.bus()
        function = self.function()
        if kind == "alias":
            return self.alias(function)
        return self.arn(function, self.version(function) if kind == "version" else "")

    def bucket(self) -> str:
        """Make a bucket and give its name."""
        name = self.name("bucket")
        where = {} if self.region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": self.region}}  # fmt: skip
        self.client("s3").create_bucket(Bucket=name, **where)
        return name

    def objects(self, bucket: str, count: int = 1) -> list[Any]:
        """Wait for so many objects in a bucket and list them."""

        def listed() -> list[Any] | None:
            found: list[Any] = self.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
            return found if len(found) >= count else None

        return self.eventually(listed, f"{count} objects in {bucket}")

    # Metrics.

    def metric(self, name: str, function: str, resource: str = "", statistic: str = "Sum") -> float | None:
        """Give a metric of the last hour, of no function the whole region's; None where there is no point of it."""
        now = time.time()
        dimensions = [{"Name": "FunctionName", "Value": function}] if function else []
        if resource:
            dimensions.append({"Name": "Resource", "Value": resource})
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda", MetricName=name, Dimensions=dimensions, Statistics=[statistic],
            StartTime=now - 3_600, EndTime=now + _FROM_THE_FUTURE, Period=3_600,
        )["Datapoints"]  # fmt: skip
        return float(sum(point[statistic] for point in points)) if points else None

    def counted(self, name: str, function: str, least: float = 1, resource: str = "") -> float:
        """Wait until a metric's sum has reached what it must, and give it."""

        def reached() -> tuple[float] | None:
            found = self.metric(name, function, resource)
            return None if found is None or found < least else (found,)

        return self.eventually(reached, f"{name} of {function} at {least}", self.pace.metric)[0]


class Queue:
    """A queue to look into."""

    def __init__(self, world: World, url: str, arn: str) -> None:
        self._world, self.url, self.arn = world, url, arn

    def message(self) -> dict[str, Any]:
        """Wait for a message and take it."""
        return self._world.eventually(lambda: self.take(self._world.pace.long_poll), f"a message in {self.arn}")

    def record(self) -> dict[str, Any]:
        """Wait for a record and take it."""
        found: dict[str, Any] = json.loads(self.message()["Body"])
        return found

    def records(self, count: int) -> Iterator[dict[str, Any]]:
        """Wait for so many records and take them."""
        return (self.record() for _ in range(count))

    def take(self, wait: int = 1) -> dict[str, Any] | None:
        """Take a message, if one comes within ``wait`` seconds."""
        sqs = self._world.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=self.url, WaitTimeSeconds=wait, MessageAttributeNames=["All"], AttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            return dict(message)
        return None

    def is_empty(self) -> bool:
        """Say whether nothing came; ask only when something else has shown that everything is over."""
        return self.take(self._world.pace.long_poll) is None

    def say(self, text: str = "go on") -> None:
        """Put a message into it."""
        self._world.client("sqs").send_message(QueueUrl=self.url, MessageBody=text)

    def policy(self, *statements: Mapping[str, Any]) -> None:
        """Set its own policy."""
        attributes = {"Policy": document(*statements) if statements else ""}
        self._world.client("sqs").set_queue_attributes(QueueUrl=self.url, Attributes=attributes)
        self._world.changed()

    def takes_from(self, service: str, source: str) -> None:
        """Let a topic or rule send to it."""
        sender = {"Service": f"{service}.amazonaws.com"}
        where = {"ArnEquals": {"aws:SourceArn": source}}
        self.policy(allow("sqs:SendMessage", self.arn, Principal=sender, Condition=where))
