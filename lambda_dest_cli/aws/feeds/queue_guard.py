"""What is asked of a queue before it is watched: who lives on it, and how often its messages may be received."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import AccessDenied, Conflict
from lambda_dest_cli.model.arn import Arn

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

_CONSUMING = frozenset({"Enabled", "Enabling", "Creating", "Updating"})


def refuse_consumed(session: AwsSession, queue: Arn, note: Callable[[str], None]) -> None:
    """Raise Conflict where a function consumes the queue; who may not ask is told that it is not known."""
    try:
        with calling("lambda:ListEventSourceMappings", label(queue)):
            answer = session.client("lambda", queue.region).list_event_source_mappings(EventSourceArn=str(queue))
    except AccessDenied as problem:
        note(f"could not check whether a function consumes {label(queue)}: {problem.message}")
        return
    for mapping in answer.get("EventSourceMappings", []):
        if mapping.get("State", "Enabled") in _CONSUMING:
            function = mapping.get("FunctionArn", "").partition(":function:")[2] or "a function"
            raise Conflict(
                f"{label(queue)} feeds {function} through an event source mapping; "
                f"what is watched here, {function} would not get",
                "disable the mapping, or say --steal to watch it all the same",
            )


class Redrive:
    """A queue's redrive policy, and how near to its end what is received is."""

    def __init__(self, queue: Arn, policy: str, note: Callable[[str], None]) -> None:
        self._queue = queue
        self._note = note
        found = _object(policy)
        limit = str(found.get("maxReceiveCount", ""))  # written as a number or as a string
        self._limit = int(limit) if limit.isdecimal() else None
        self._target = str(found.get("deadLetterTargetArn", "its dead-letter queue"))
        self._least = self._limit

    def __bool__(self) -> bool:
        return self._limit is not None

    def warn(self) -> None:
        """Say what watching means here."""
        if self._limit is not None:
            left = self._limit - 1
            self._note(
                f"{label(self._queue)} has a redrive policy: after {self._limit} receives a message moves "
                f"to {self._target}, and watching it counts as one, which leaves {left or 'none'} to a new one"
            )

    def count(self, received: "Iterable[MessageTypeDef]") -> None:
        """Look at what was received; says when less is left of a message than of any before."""
        for message in received:
            times = message.get("Attributes", {}).get("ApproximateReceiveCount", "")
            if self._limit is None or self._least is None or not times.isdecimal():
                continue
            left = max(0, self._limit - int(times))
            if left < min(self._least, self._limit - 1):
                self._least = left
                what = f"can be received {left} more time{'' if left == 1 else 's'} before it" if left else "now"
                ending = "moves" if left else "moves with its next receive"
                self._note(f"{label(self._queue)}: a message {what} {ending} to {self._target}")


def _object(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
