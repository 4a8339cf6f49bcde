"""What ``lds doctor --fix`` changes outside Lambda."""

from dataclasses import dataclass
from enum import StrEnum

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.plan import Outcome


class FixKind(StrEnum):
    """What may be changed; each has to be asked for by its name."""

    PERMISSIONS = "permissions"
    RETENTION = "retention"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Fix:
    """One change of one role or queue, before it is made and after.

    ``before`` and ``after`` are the whole of what is changed, as text: a policy document, or a number of seconds;
    empty where there is none.
    """

    kind: FixKind
    target: Arn
    what: str
    """What of the target is changed, such as "inline policy lds-destinations"."""
    before: str
    after: str
    added: tuple[str, ...] = ()
    """What is new, one a line."""
    removed: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    """The functions that are concerned: every one that runs as the role, or that loses its failures from the queue."""
    notes: tuple[str, ...] = ()
    """What should be known before it is agreed to."""
    snippet: str = ""
    """The same for the tool that made the role, which would undo a change by hand."""
    outcome: Outcome | None = None
    """What came of it; None where it was not made."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FixPlan:
    """What is about to be changed."""

    fixes: tuple[Fix, ...]
