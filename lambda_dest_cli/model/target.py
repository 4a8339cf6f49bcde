"""A destination as it is found in the account."""

from dataclasses import dataclass

from lambda_dest_cli.model.arn import Arn


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
