"""Destination types: one file a type, one line in ``TYPES``."""

import re

from lambda_dest_cli.destinations.events import EVENTS
from lambda_dest_cli.destinations.lambda_function import LAMBDA
from lambda_dest_cli.destinations.s3 import S3
from lambda_dest_cli.destinations.sns import SNS
from lambda_dest_cli.destinations.sqs import SQS
from lambda_dest_cli.destinations.type import DestinationType, Need
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot

__all__ = ["TYPES", "DestinationType", "Need", "complaint", "from_queue_url", "label", "parse", "type_of"]

TYPES: dict[str, DestinationType] = {
    "sqs": SQS,
    "sns": SNS,
    "events": EVENTS,
    "lambda": LAMBDA,
    "s3": S3,
}

_FORMS = "an ARN, sqs:NAME, sns:NAME, events:BUS, lambda:NAME[:QUALIFIER], s3:BUCKET, a queue URL, or none"
# https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, its older spellings, and an emulator's http://HOST:PORT/ACCOUNT/NAME.
_QUEUE_URL = re.compile(r"https?://(?P<host>[^/\s]+)/(?P<account>\d{12})/(?P<name>[A-Za-z0-9_-]{1,80}(?:\.fifo)?)")
_QUEUE_HOST = re.compile(r"(?:sqs\.)?(?P<region>[a-z]{2}[a-z-]*-\d)\.(?:queue\.)?amazonaws\.com(?:\.cn)?")


_NO_DESTINATION = {
    "sqs": "no queue",
    "sns": "a subscription, not a topic",
    "events": "a rule, not a bus",
    "lambda": "no function",
    "s3": "objects, not a bucket",
}
"""What the services that Lambda delivers to have besides."""


def type_of(arn: Arn) -> DestinationType | None:
    """Give the destination type that an ARN is one of, or None (another service, or a part such as a rule)."""
    for kind in TYPES.values():
        if kind.service == arn.service and kind.name_of(arn) is not None:
            return kind
    return None


def label(arn: Arn, home: Arn | None = None) -> str:
    """Give the short spelling of a destination, ``sqs:orders-failed``; the whole ARN where there is none.

    With ``home``, the function's own ARN, a destination elsewhere is spelled whole too: its short name would be read as
    the one at home.
    """
    kind = type_of(arn)
    if kind is None or (home is not None and kind.arn(kind.name_of(arn) or "", home) != arn):
        return str(arn)
    return f"{kind.name}:{kind.name_of(arn)}"


def parse(text: str, home: Arn) -> Arn:
    """Read a destination as a person types it; names are resolved in the region and account of ``home``.

    Raises UsageProblem with the forms that would be right. ``none`` is the caller's to understand.
    """
    if text.startswith("arn:"):
        return Arn.parse(text)
    if text.startswith(("http://", "https://")):
        return from_queue_url(text, home)
    prefix, separator, name = text.partition(":")
    kind = TYPES.get(prefix)
    if not separator or kind is None:
        raise UsageProblem(f"{text!r} is not a destination", f"give {_FORMS}")
    if not re.fullmatch(kind.pattern, name):
        raise UsageProblem(f"{text!r}: {name!r} cannot be the name of {kind.words}", f"give {_FORMS}")
    return kind.arn(name, home)


def from_queue_url(url: str, home: Arn) -> Arn:
    """Give the ARN of the queue that a URL names. An emulator's URL has no region; then it is ``home``'s."""
    match = _QUEUE_URL.fullmatch(url)
    if not match:
        raise UsageProblem(f"{url!r} is not an SQS queue URL", f"give {_FORMS}")
    host = _QUEUE_HOST.fullmatch(match["host"])
    return Arn(home.partition, "sqs", host["region"] if host else home.region, match["account"], match["name"])


def complaint(arn: Arn, slot: Slot) -> str | None:
    """Say why a destination cannot sit in a slot, by its shape alone; None when it can."""
    kind = type_of(arn)
    allowed = [each.words for each in TYPES.values() if slot in each.slots]
    choices = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
    if kind is None:
        what = _NO_DESTINATION.get(arn.service, f"something of {arn.service}, where Lambda does not deliver")
        return f"{arn} names {what}; the {slot.words} slot takes {choices}"
    if slot not in kind.slots:
        return f"{label(arn)} is {kind.words}, which the {slot.words} slot does not take; it takes {choices}"
    return kind.refusal(arn)
