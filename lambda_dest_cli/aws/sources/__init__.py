"""Stores: where events that failed are kept until they are sent again. One file, and one line, a destination type."""

from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.sources.bucket import BucketStore
from lambda_dest_cli.aws.sources.queue import QueueStore
from lambda_dest_cli.aws.sources.store import MakeStore, Store, StoreSettings
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Watch

__all__ = ["STORES", "Store", "StoreSettings", "keeps", "store_of"]

# By the name of the destination type. Topics, buses and functions keep nothing.
STORES: dict[str, MakeStore] = {
    "sqs": QueueStore,
    "s3": BucketStore,
}


def keeps(arn: Arn) -> bool:
    """Say whether a destination keeps what it gets."""
    kind = type_of(arn)
    return kind is not None and kind.name in STORES


def store_of(watch: Watch, session: AwsSession, settings: StoreSettings) -> Store:
    """Make the store of a destination that keeps what it gets; nothing is asked of AWS before it is opened."""
    kind = type_of(watch.destination)
    if kind is None:
        raise KeyError(str(watch.destination))
    return STORES[kind.name](watch, session, settings)
