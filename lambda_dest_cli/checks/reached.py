"""The destinations of a subject that are there: of what is not, or could not be looked up, LDS201 tells."""

from collections.abc import Iterator
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.target import Queue, Target, Topic

FAILURE_SLOTS = (Slot.ON_FAILURE, Slot.DEAD_LETTER)
"""Where an event is the last copy of itself."""


class Reached(NamedTuple):
    """One slot whose destination is there."""

    slot: Slot
    arn: Arn
    target: Target
    label: str
    here: Reporter


def reached(subject: Subject, aws: Aws, report: Reporter, service: str = "") -> Iterator[Reached]:
    """Give the slots whose destination, of one service where one is named, is there."""
    routes = {slot: arn for slot, arn in subject.sound_routes().items() if service in ("", arn.service)}
    for (slot, arn), target in zip(routes.items(), each(aws.target, routes.values()), strict=True):
        if target.exists:
            yield Reached(slot, arn, target, subject.label(arn), report.at(slot, arn))


def queues(subject: Subject, aws: Aws, report: Reporter) -> Iterator[tuple[Reached, Queue]]:
    """Give the slots that hold a queue whose settings SQS told."""
    return ((one, one.target.queue) for one in reached(subject, aws, report, "sqs") if one.target.queue)


def topics(subject: Subject, aws: Aws, report: Reporter) -> Iterator[tuple[Reached, Topic]]:
    """Give the slots that hold a topic."""
    return ((one, one.target.topic) for one in reached(subject, aws, report, "sns") if one.target.topic)


def is_home(subject: Subject, arn: Arn) -> bool:
    """Say whether a destination is in the function's account and region, where its surroundings can be read too."""
    home = subject.facts.arn
    return arn.account == home.account and arn.region == home.region
