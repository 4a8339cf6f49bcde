"""A function's asynchronous side as it is carried out to another tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig


@dataclass(frozen=True, slots=True)
class Exported:
    """One function. ``arn`` is unqualified, and tells region and account."""

    name: str
    arn: Arn
    role: Arn | None = None
    """The execution role; None where it is not known: the other tool then asks for its name."""
    configurations: Mapping[str, EventInvokeConfig] = field(default_factory=dict)
    """By qualifier."""
    dead_letter: Arn | None = None
    keys: Mapping[Arn, Arn] = field(default_factory=dict)
    """By destination, the customer managed key that it is encrypted with, as far as known."""
    runtime: str = ""
    live: bool = True
    """Whether it was read from AWS, and so is there; what a spec asks for may not be yet."""

    @property
    def role_name(self) -> str | None:
        """The role's name, which stands behind its path."""
        return self.role.resource.rpartition("/")[2] if self.role else None
