"""Feeds: what arrives at a destination, read without taking it away. One file a destination type, one line a feed."""

from lambda_dest_cli.aws.feeds.events import bus_feed
from lambda_dest_cli.aws.feeds.feed import Feed, FeedSettings, MakeFeed
from lambda_dest_cli.aws.feeds.function_log import FunctionLogFeed
from lambda_dest_cli.aws.feeds.s3 import S3Feed
from lambda_dest_cli.aws.feeds.sns import sns_feed
from lambda_dest_cli.aws.feeds.sqs import SqsFeed
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Watch

__all__ = ["FEEDS", "Feed", "FeedSettings", "feed_of", "has_feed", "makes_tap"]

# By the name of the destination type.
FEEDS: dict[str, MakeFeed] = {
    "sqs": SqsFeed,
    "sns": sns_feed,
    "events": bus_feed,
    "s3": S3Feed,
    "lambda": FunctionLogFeed,
}


def has_feed(arn: Arn) -> bool:
    """Say whether a destination can be watched."""
    kind = type_of(arn)
    return kind is not None and kind.name in FEEDS


def makes_tap(arn: Arn) -> bool:
    """Say whether a destination can be watched only by way of a queue of our own."""
    return arn.service in ("sns", "events")


def feed_of(watch: Watch, session: AwsSession, settings: FeedSettings) -> Feed:
    """Make the feed of a destination that has one (``has_feed``); nothing is asked of AWS before it is opened."""
    kind = type_of(watch.destination)
    if kind is None:
        raise KeyError(str(watch.destination))
    return FEEDS[kind.name](watch, session, settings)
