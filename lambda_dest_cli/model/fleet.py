"""What specs want of one or several accounts and regions, and what came of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.plan import Action, Change, Plan, StepResult


@dataclass(frozen=True, slots=True)
class Trouble:
    """A function of a spec that could not be planned: it is not there, or may not be read. Nothing is written of it."""

    function: str
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One spec: its account and region, the plan, and whatever was found, granted and done."""

    file: str
    account: str
    """Empty where not one of its functions could be read and the spec names none."""
    region: str
    plan: Plan
    findings: tuple[Finding, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    grants: tuple[Grant, ...] = ()
    """The policies that --fix-role writes, or would write."""
    steps: tuple[StepResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every spec of a run, in the order that they were named in."""

    parts: tuple[Part, ...]

    @property
    def digest(self) -> str:
        """Name exactly this plan: a single spec's is its plan's own."""
        digests = [part.plan.digest for part in self.parts]
        if len(digests) == 1:
            return digests[0]
        homes = [f"{part.account} {part.region} {part.plan.digest}" for part in self.parts]
        return hashlib.sha256("\n".join(sorted(homes)).encode()).hexdigest()[: len(digests[0]) if digests else 0]

    @property
    def unchanged(self) -> int:
        """How many addresses are as wanted already."""
        return sum(part.plan.unchanged for part in self.parts)

    def changes(self) -> Iterable[Change]:
        """Give all changes."""
        return (change for part in self.parts for change in part.plan)

    def count(self, action: Action) -> int:
        """Count the changes of one action."""
        return sum(part.plan.count(action) for part in self.parts)

    def troubles(self) -> tuple[Trouble, ...]:
        """Give every function that could not be planned."""
        return tuple(trouble for part in self.parts for trouble in part.troubles)


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What ``lds plan`` answers."""

    fleet: Fleet


@dataclass(frozen=True, slots=True)
class FleetReport:
    """What ``lds configure -f`` did, or would do."""

    fleet: Fleet
