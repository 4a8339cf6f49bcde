"""What --fix-role adds to an execution role."""

from dataclasses import dataclass

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class Grant:
    """One inline policy of a role, before and after, as JSON text; ``before`` is empty where there was none."""

    role: Arn
    policy_name: str
    before: str
    after: str
    statements: tuple[str, ...]
    """The statements that are new, as JSON text."""
