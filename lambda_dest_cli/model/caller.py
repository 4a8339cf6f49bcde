"""Who asks AWS."""

from dataclasses import dataclass
from datetime import datetime

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class Caller:
    """The one whose credentials are used."""

    arn: str
    """As STS gives it: a user, the root of an account, or a session of a role."""
    home: Arn
    """Partition, region and account, as an ARN of Lambda."""
    answered: datetime | None = None
    """What time AWS said it was."""
