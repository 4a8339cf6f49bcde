"""A destination as it is found in the account."""

from dataclasses import dataclass

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class Redrive:
    """A queue's redrive policy: after so many receives a message goes to another queue."""

    queue: str
    """The ARN of the other queue."""
    maximum_receives: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What a queue is set to and holds. None where SQS did not say."""

    maximum_bytes: int | None = None
    retention_seconds: int | None = None
    redrive: Redrive | None = None
    waiting: int = 0
    """Messages that a reader could receive now, about."""
    in_flight: int = 0
    """Messages that somebody received and has not deleted yet, about."""


@dataclass(frozen=True, slots=True)
class Topic:
    """How many subscriptions a topic has. None where SNS did not say."""

    confirmed: int | None = None
    pending: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What could be learned of a destination.

    ``exists`` is None when it could not be looked up; ``why`` then says which call was refused. ``key`` is the
    customer managed KMS key it is encrypted with; None also for a key that AWS manages, which asks nothing more of a
    sender in the same account.
    """

    arn: Arn
    exists: bool | None
    why: str = ""
    key: Arn | None = None
    key_why: str = ""
    """Why ``key`` could not be told, where it could not."""
    key_state: str = ""
    """What KMS says of a customer managed key: ``Enabled``, ``PendingDeletion``, …"""
    key_of_aws: bool = False
    """Whether it is encrypted with a key that AWS manages (``alias/aws/sqs``): other accounts cannot use that."""
    policy: str = ""
    """The destination's own policy, where looking it up tells that too: of queues, topics and buses."""
    region: str = ""
    """Where it is, if its ARN does not say (a bucket)."""
    queue: Queue | None = None
    topic: Topic | None = None
