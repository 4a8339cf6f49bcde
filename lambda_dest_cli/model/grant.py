"""What --fix-role adds to an execution role, and doctor --fix takes out again."""

from dataclasses import dataclass

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class Grant:
    """One inline policy of a role, before and after, as JSON text; empty where there is none."""

    role: Arn
    policy_name: str
    before: str
    after: str
    statements: tuple[str, ...]
    """The statements that are new, as JSON text."""
    removed: tuple[str, ...] = ()
    """What is taken out, as statements in JSON text."""
