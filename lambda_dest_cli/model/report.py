"""What commands answer with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.configuration import FunctionState
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.fix import Fix
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.plan import Plan, StepResult


@dataclass(frozen=True, slots=True)
class ConfigureReport:
    """What was to change, what the checks found, and what came of each change. No steps: nothing was written."""

    plan: Plan
    findings: tuple[Finding, ...] = ()
    steps: tuple[StepResult, ...] = ()
    grant: Grant | None = None
    """The policy that --fix-role writes, or would write."""
    granted: bool = False
    """Whether that policy was written."""


@dataclass(frozen=True, slots=True)
class ShowReport:
    """Functions as they are now."""

    functions: tuple[FunctionState, ...]


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The findings, in the order of the functions."""

    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...] | None = None
    """What --fix changed, or would change; None where nobody asked for it."""


@dataclass(frozen=True, slots=True)
class ValidateReport:
    """What is wrong in files that were read offline."""

    files: tuple[str, ...]
    """Every file that was named, as it was named."""
    complaints: tuple[Complaint, ...] = ()
    """In the order of the files, and of the lines in each."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What must hold, by id, for every id that a complaint can have."""
