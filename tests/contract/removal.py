"""What cases make in a real account is removed again: noted before it is made, and found by its name.

``REMOVERS`` says for each operation that makes a thing how the thing goes away.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]


def _queue(client: Clients, name: str) -> None:
    client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def _topic(client: Clients, name: str) -> None:
    """Delete a topic, and with it its subscriptions."""
    account = client("sts").get_caller_identity()["Account"]
    client("sns").delete_topic(TopicArn=f"arn:aws:sns:{client('sns').meta.region_name}:{account}:{name}")


def _bus(client: Clients, name: str) -> None:
    events = client("events")
    for rule in events.list_rules(EventBusName=name)["Rules"]:
        where = {"Rule": rule["Name"], "EventBusName": name}
        targets = [target["Id"] for target in events.list_targets_by_rule(**where)["Targets"]]
        if targets:
            events.remove_targets(**where, Ids=targets)
        events.delete_rule(Name=rule["Name"], EventBusName=name)
    events.delete_event_bus(Name=name)


def _bucket(client: Clients, name: str) -> None:
    s3 = client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        for found in page.get("Contents", []):
            s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


def _function(client: Clients, name: str) -> None:
    """Delete a function with its versions, aliases and configurations, and the log group that Lambda made for it."""
    _unless_gone(client("lambda").delete_function, FunctionName=name)
    _unless_gone(client("logs").delete_log_group, logGroupName=f"/aws/lambda/{name}")


def _role(client: Clients, name: str) -> None:
    iam = client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=name)


def _policy(client: Clients, name: str) -> None:
    account = client("sts").get_caller_identity()["Account"]
    client("iam").delete_policy(PolicyArn=f"arn:aws:iam::{account}:policy/{name}")


def _unless_gone(call: Callable[..., Any], **params: Any) -> None:
    """Delete a thing that the case may have deleted itself."""
    try:
        call(**params)
    except ClientError as error:
        if not any(word in error.response["Error"]["Code"] for word in _GONE):
            raise


_GONE = ("NotFound", "NoSuch", "NonExistent")

REMOVERS: Mapping[tuple[str, str], tuple[str, Callable[[Clients, str], None]]] = {
    ("sqs", "CreateQueue"): ("QueueName", _queue),
    ("sns", "CreateTopic"): ("Name", _topic),
    ("events", "CreateEventBus"): ("Name", _bus),
    ("s3", "CreateBucket"): ("Bucket", _bucket),
    ("lambda", "CreateFunction"): ("FunctionName", _function),
    ("iam", "CreateRole"): ("RoleName", _role),
    ("iam", "CreatePolicy"): ("PolicyName", _policy),
}
"""(service, operation) -> the parameter with the name, and what removes the thing."""
_GO_WITH_ANOTHER = frozenset({("lambda", "CreateAlias"), ("events", "PutRule")})
"""An alias goes with its function, a rule with its bus."""


class Ledger:
    """Notes what is made, and removes it, the last first."""

    def __init__(self, client: Clients, prefix: str) -> None:
        self._client, self._prefix = client, prefix
        self._made: list[tuple[str, Callable[[Clients, str], None]]] = []

    def watch(self, client: Any) -> None:
        """Note what a client makes, before it does; refuse what nobody could remove."""
        client.meta.events.register("provide-client-params.*.*", self._note)

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        operation = (model.service_model.service_name, model.name)
        if operation in REMOVERS:
            member, remove = REMOVERS[operation]
            name = params[member]
            assert name.startswith(self._prefix), f"{name} is no name of this run"
            self._made.append((name, remove))
        elif operation not in _GO_WITH_ANOTHER:
            assert not model.name.startswith("Create"), f"nothing here removes what {model.name} makes"

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Remove at the end what was made meanwhile, whatever else goes wrong."""
        before, self._made = self._made, []
        try:
            yield
        finally:
            made, self._made = self._made, before
            with _undisturbed():
                self._remove(made)

    @contextmanager
    def kept(self, outer: "Ledger") -> Iterator[None]:
        """Note what is made meanwhile in another ledger, which lives longer."""
        before, self._made = self._made, outer._made
        try:
            yield
        finally:
            self._made = before

    def _remove(self, made: list[tuple[str, Callable[[Clients, str], None]]]) -> None:
        left = []
        for name, remove in reversed(made):
            try:
                _unless_gone(remove, client=self._client, name=name)
            except ClientError as error:
                left.append(f"{name}: {error}")
        assert not left, "these could not be removed:\n" + "\n".join(left)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Finish what was begun, and only then be interrupted: things would be left behind in somebody's account."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    came: list[int] = []

    def later(number: int, frame: object) -> None:
        came.append(number)
        sys.stderr.write("removing what the cases made; a moment\n")

    before = [signal.signal(number, later) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt
