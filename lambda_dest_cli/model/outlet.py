"""What stands behind a topic or a bus: who takes a record from there on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of a topic. ``arn`` is no ARN while it waits for its confirmation."""

    arn: str
    protocol: str
    endpoint: str

    @property
    def confirmed(self) -> bool:
        """Whether it takes messages (SNS API Reference, ListSubscriptionsByTopic: ``PendingConfirmation``)."""
        return self.arn.startswith("arn:")


@dataclass(frozen=True, slots=True)
class Filter:
    """A subscription's filter policy, as JSON text; empty where it takes everything."""

    policy: str = ""
    of_body: bool = False
    """Whether it looks at the message (``MessageBody``), not at its attributes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a bus. ``pattern`` is empty for one that only keeps a schedule."""

    name: str
    enabled: bool
    pattern: str = ""
