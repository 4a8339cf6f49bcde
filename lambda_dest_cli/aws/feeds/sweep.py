"""What a run left behind that was killed: found by its name, known by its tags, removed when its time is over."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.events import remove_rule
from lambda_dest_cli.aws.feeds.sns import remove_subscriptions
from lambda_dest_cli.aws.feeds.tap_queue import EXPIRES, OWNER, PREFIX, TAP, owner_of, source_in
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.tap import SweepReport

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


def sweep(session: AwsSession, region: str, now: float) -> SweepReport:
    """Remove the caller's expired taps in a region, each with what feeds it; raises what AWS says."""
    removed, kept = [], []
    sqs = session.client("sqs", region)
    owner = ""
    for url in _urls(sqs):
        owner = owner or owner_of(session.caller().arn)
        try:
            arn, tags = _look(sqs, url)
            if TAP not in tags:
                continue
            if tags.get(OWNER) != owner or not expired(tags.get(EXPIRES, ""), now):
                kept.append(str(arn))
                continue
            _remove(session, sqs, url, arn)
            removed.append(str(arn))
        except NotFound:
            continue  # SQS names a deleted queue for a while yet
    return SweepReport(tuple(removed), tuple(kept))


def expired(text: str, now: float) -> bool:
    """Say whether the time that a tag names is over; no, where it names none."""
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        return False
    return (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp() < now


def _urls(sqs: "SQSClient") -> Iterator[str]:
    with calling("sqs:ListQueues", f"the queues {PREFIX}*"):
        for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=PREFIX):
            yield from page.get("QueueUrls", [])


def _look(sqs: "SQSClient", url: str) -> tuple[Arn, Mapping[str, str]]:
    with calling("sqs:GetQueueAttributes", url):
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    with calling("sqs:ListQueueTags", arn):
        return Arn.parse(arn), sqs.list_queue_tags(QueueUrl=url).get("Tags", {})


def _remove(session: AwsSession, sqs: "SQSClient", url: str, arn: Arn) -> None:
    with calling("sqs:GetQueueAttributes", str(arn)):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
    source = source_in(attributes.get("Policy", ""))
    if source is not None and source.service == "sns":
        remove_subscriptions(session, source, arn)
    elif source is not None and source.resource.endswith(f"/{arn.resource}"):
        remove_rule(session, source)
    with calling("sqs:DeleteQueue", str(arn)):
        sqs.delete_queue(QueueUrl=url)
