"""A KMS key as it is found in the account."""

from dataclasses import dataclass

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``state`` is KMS's word, such as ``Enabled`` or ``PendingDeletion``."""

    arn: Arn
    of_aws: bool = False
    """Whether AWS manages it: nobody can edit its policy, and it serves its own account only."""
    state: str = ""


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """What a grant lets a principal do with a key, beside the key's policy."""

    grantee: str
    operations: tuple[str, ...]
    """Without the service: ``Decrypt``, ``GenerateDataKey``."""
    constrained: bool = False
    """Whether it holds for some encryption contexts only."""
