"""Topics: a subscription for a while (SNS Developer Guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic").

A topic keeps nothing, so only what is published after the subscription is seen. Whether it works is not tried by
publishing, which would reach every other subscriber; SNS is asked.
"""

from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.tap import TapFeed, Tapping
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import AccessDenied, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import TapPart

if TYPE_CHECKING:
    from types_boto3_sns.client import SNSClient

_ATTRIBUTES = {"RawMessageDelivery": "true"}


def sns_feed(watch: Watch, session: AwsSession, settings: FeedSettings) -> TapFeed:
    """Make the feed of a topic."""
    return TapFeed(watch, session, settings, _Subscription)


class _Subscription:
    """What leads from the topic to the queue."""

    def __init__(self, tapping: Tapping) -> None:
        self.source = tapping.watch.destination
        self._session = tapping.session
        self._queue = tapping.queue.arn
        self._arn = ""
        self._asked = False

    def part(self) -> TapPart:
        """Say what is made."""
        return TapPart("subscription", str(self.source), {"endpoint": str(self._queue), **_ATTRIBUTES})

    def make(self) -> None:
        """Subscribe the queue; raises NotFound."""
        self._asked = True
        with calling("sns:Subscribe", label(self.source)):
            answer = self._sns.subscribe(
                TopicArn=str(self.source),
                Protocol="sqs",
                Endpoint=str(self._queue),
                Attributes=_ATTRIBUTES,
                ReturnSubscriptionArn=True,
            )
            self._arn = answer["SubscriptionArn"]

    def works(self) -> bool:
        """Ask SNS whether the subscription is confirmed; who may not ask takes its word for it."""
        try:
            with calling("sns:GetSubscriptionAttributes", label(self.source)):
                answer = self._sns.get_subscription_attributes(SubscriptionArn=self._arn)
        except AccessDenied:
            return True
        return answer["Attributes"].get("PendingConfirmation", "false") == "false"

    def is_probe(self, message: Message) -> bool:
        """Say no: nothing is sent."""
        return False

    def remove(self) -> None:
        """Unsubscribe; where the answer to Subscribe got lost, SNS knows the subscription."""
        if self._arn:
            _unsubscribe(self._session, self.source, self._arn)
        elif self._asked:
            remove_subscriptions(self._session, self.source, self._queue)

    @property
    def _sns(self) -> "SNSClient":
        return self._session.client("sns", self.source.region)


def remove_subscriptions(session: AwsSession, topic: Arn, queue: Arn) -> None:
    """Unsubscribe a queue from a topic, however often it is; raises what AWS says."""
    pages = session.client("sns", topic.region).get_paginator("list_subscriptions_by_topic")
    try:
        with calling("sns:ListSubscriptionsByTopic", str(topic)):
            found = [
                each.get("SubscriptionArn", "")
                for page in pages.paginate(TopicArn=str(topic))
                for each in page.get("Subscriptions", [])
                if each.get("Endpoint") == str(queue)
            ]
    except NotFound:
        return  # the topic has gone, and its subscriptions with it
    for arn in found:
        if arn.startswith("arn:"):  # one that waits for confirmation has none, and goes by itself
            _unsubscribe(session, topic, arn)


def _unsubscribe(session: AwsSession, topic: Arn, subscription: str) -> None:
    try:
        with calling("sns:Unsubscribe", label(topic)):
            session.client("sns", topic.region).unsubscribe(SubscriptionArn=subscription)
    except NotFound:
        pass
