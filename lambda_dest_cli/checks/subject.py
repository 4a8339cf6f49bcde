"""What a check looks at: one function under one qualifier, as it is or as it is about to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambda_dest_cli.destinations import complaint, label, type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState, Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.function_ref import LATEST

Evidence = Mapping[str, object]
NO_EVIDENCE: Evidence = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """One function under one qualifier.

    ``facts`` are that qualifier's: a version keeps the role it was published with.
    """

    state: FunctionState
    qualifier: str
    facts: FunctionFacts
    config: EventInvokeConfig
    configured: bool
    dead_letter: Arn | None = None
    aliases_why: str = ""
    """Why the function's aliases are not known, where they are not."""

    @property
    def name(self) -> str:
        """The function as a person would type it to a shell, which would take $LATEST for a variable."""
        return self.facts.name if self.qualifier == LATEST else f"{self.facts.name}:{self.qualifier}"

    def routes(self) -> Mapping[Slot, Arn]:
        """Give the slots that are set."""
        routes = dict(self.config.destinations())
        if self.dead_letter:
            routes[Slot.DEAD_LETTER] = self.dead_letter
        return routes

    def sound_routes(self) -> Mapping[Slot, Arn]:
        """Give the routes that could be: of a destination that its slot cannot take there is nothing more to ask."""
        home = self.facts.arn
        return {
            slot: arn
            for slot, arn in self.routes().items()
            if complaint(arn, slot) is None and arn.partition == home.partition and not self.is_itself(arn)
        }

    def is_itself(self, arn: Arn) -> bool:
        """Say whether an ARN is this function's, under whatever qualifier."""
        return str(arn) == str(self.facts.arn) or str(arn).startswith(f"{self.facts.arn}:")

    def label(self, arn: Arn) -> str:
        """Give the short name of a destination, or its whole ARN where it is elsewhere: there it would mislead."""
        kind = type_of(arn)
        at_home = kind is not None and kind.arn(kind.name_of(arn) or "", self.facts.arn) == arn
        return label(arn) if at_home else str(arn)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes the findings of one check about one subject, so that a check only says what differs."""

    id: str
    subject: Subject
    slot: Slot | None = None
    target: str = ""

    def at(self, slot: Slot, arn: Arn) -> "Reporter":
        """Speak of one slot from here on."""
        return Reporter(self.id, self.subject, slot, str(arn))

    def passed(self, message: str, evidence: Evidence = NO_EVIDENCE) -> Finding:
        """Say that it is well."""
        return self._finding(State.PASS, message, "", evidence)

    def warning(self, message: str, hint: str = "", evidence: Evidence = NO_EVIDENCE) -> Finding:
        """Say that it works, and something may be lost."""
        return self._finding(State.WARN, message, hint, evidence)

    def failure(self, message: str, hint: str = "", evidence: Evidence = NO_EVIDENCE) -> Finding:
        """Say that it cannot work."""
        return self._finding(State.FAIL, message, hint, evidence)

    def skipped(self, message: str, hint: str = "", evidence: Evidence = NO_EVIDENCE) -> Finding:
        """Say that it could not be checked."""
        return self._finding(State.SKIP, message, hint, evidence)

    def _finding(self, state: State, message: str, hint: str, evidence: Evidence) -> Finding:
        subject = self.subject
        return Finding(
            self.id, state, message, subject.facts.name, subject.qualifier, self.slot, self.target, hint, evidence
        )
