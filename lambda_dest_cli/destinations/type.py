"""The shape that every destination type fills in: plain facts, no I/O."""

import re
from dataclasses import dataclass
from functools import cache

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot


@dataclass(frozen=True, slots=True)
class Need:
    """One action that the execution role must be allowed on one resource, so that a record can be delivered."""

    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A shape of resource that the service has and Lambda does not deliver to."""

    pattern: str
    why: str


@dataclass(frozen=True, slots=True)
class DestinationType:
    """A kind of thing that Lambda can send a record to."""

    name: str
    """The prefix of the shorthand, ``sqs`` in ``sqs:NAME``."""
    words: str
    """What a person calls one, with its article."""
    service: str
    """The service part of its ARN."""
    slots: frozenset[Slot]
    resource: str
    """The resource part of its ARN, with ``{name}`` in it."""
    pattern: str
    """What ``{name}`` may be."""
    actions: tuple[tuple[str, str], ...]
    """(action, resource): what delivery needs; ``{arn}`` and ``{function}`` are filled in."""
    kms_actions: tuple[str, ...] = ()
    """What delivery needs on a customer managed key, if the target is encrypted with one."""
    refusals: tuple[Refusal, ...] = ()
    regional: bool = True
    """Whether its ARN carries a region and an account (a bucket's carries neither)."""

    def arn(self, name: str, home: Arn) -> Arn:
        """Give the ARN of the thing called ``name`` in the partition, region and account of ``home``."""
        region, account = (home.region, home.account) if self.regional else ("", "")
        return Arn(home.partition, self.service, region, account, self.resource.format(name=name))

    def name_of(self, arn: Arn) -> str | None:
        """Give ``{name}`` out of an ARN of this service, or None when the resource is of another shape."""
        match = _shape(self.resource, self.pattern).fullmatch(arn.resource)
        return match["name"] if match else None

    def refusal(self, arn: Arn) -> str | None:
        """Say why Lambda would not deliver to this resource, or None."""
        return next((refusal.why for refusal in self.refusals if re.search(refusal.pattern, arn.resource)), None)

    def needs(self, arn: Arn, function: str) -> tuple[Need, ...]:
        """Give what the role of ``function`` must be allowed in order to deliver there (keys apart)."""
        return tuple(Need(action, resource.format(arn=arn, function=function)) for action, resource in self.actions)


@cache
def _shape(resource: str, pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(resource).replace(re.escape("{name}"), f"(?P<name>{pattern})"))
