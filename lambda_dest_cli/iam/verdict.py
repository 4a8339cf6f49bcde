"""The nouns of a decision: what is asked, which policies have a say, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lambda_dest_cli.iam.policy import Policy, Statement
from lambda_dest_cli.model.permission import Decision

IDENTITY, BOUNDARY, ORGANIZATION = "identity policy", "permissions boundary", "organization"
RESOURCE, KEY, TRUST = "resource policy", "key policy", "trust policy"


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what on which resource.

    ``context`` keys are spelled as anybody likes; ``unknown`` are keys that the real request may carry with values that
    cannot be told beforehand (``aws:PrincipalTag/*``: every key that begins so).
    """

    action: str
    resource: str
    principal: str = ""
    """ARN of a role or a user, or a service principal such as ``lambda.amazonaws.com``."""
    resource_account: str = ""
    """Owner of the resource, where its ARN names none (buckets); empty: the principal's own account."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    session: str = ""
    """Name of the role's session, where it is known: a resource's policy may name that instead of the role."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that has a say. An absent boundary, organization or resource policy is None."""

    identity: Sequence[Policy] = ()
    boundary: Sequence[Policy] | None = None
    organization: Sequence[Sequence[Policy]] | None = None
    """Service control policies, level by level: the root, each organizational unit, the account."""
    resource: Policy | None = None
    key: bool = False
    """Whether the resource policy is a key policy, which must speak first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that had a say."""

    policy: Policy
    statement: Statement

    def __str__(self) -> str:
        """Such as ``'lds-destinations' (statement 1, LdsSqs)``."""
        sid = f", {self.statement.sid}" if self.statement.sid else ""
        return f"{self.policy.name and f'{self.policy.name!r} '}(statement {self.statement.index + 1}{sid})"


@dataclass(frozen=True, slots=True)
class Said:
    """What one kind of policy says by itself, and the statements that allow or deny."""

    name: str
    """Such as ``IDENTITY``."""
    decision: Decision
    allows: tuple[Match, ...] = ()
    denies: tuple[Match, ...] = ()


class Speaker(Protocol):
    """What can tell what it says by itself, to whom it interests."""

    @property
    def said(self) -> Said:
        """What it says."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, who made it ("identity policy", "permissions boundary", …), and the statements that led to it."""

    decision: Decision
    said_by: str
    matched: tuple[Match, ...] = ()
    missing_context: tuple[str, ...] = ()
    """Keys that conditions asked for and the request does not have, as the policies spell them."""
    boundary_allows: bool | None = None
    organization_allows: bool | None = None
    doubts: tuple[str, ...] = ()
    """What could not be told."""
    request: Request | None = None
    speakers: tuple[Speaker, ...] = field(default=(), repr=False, compare=False)
    """Every kind of policy that there is."""

    @property
    def said(self) -> tuple[Said, ...]:
        """What each kind of policy says that there is."""
        return tuple(each.said for each in self.speakers)

    @property
    def reason(self) -> str:
        """One sentence for a person: who said what, and why."""
        what = f"{self.request.action} on {self.request.resource}" if self.request else "it"
        if self.decision is Decision.UNKNOWN:
            because = f": {', '.join(self.doubts)}" if self.doubts else ""
            return f"whether the {self.said_by} allows {what} cannot be told{because}"
        missed = f"; conditions ask for {', '.join(self.missing_context)}, which the request does not have"
        if self.decision is Decision.IMPLICIT_DENY:
            return f"{_SILENT[self.said_by]} {what}{missed if self.missing_context else ''}"
        verb = "allows" if self.decision is Decision.ALLOWED else "explicitly denies"
        statements = ", ".join(str(each) for each in self.matched)
        return f"the {self.said_by} {statements} {verb} {what}"


_SILENT = {
    IDENTITY: "no identity policy allows",
    BOUNDARY: "the permissions boundary does not allow",
    ORGANIZATION: "the organization's policies do not allow, at every level,",
    RESOURCE: "the resource policy does not allow",
    KEY: "the key policy neither allows nor leaves to its account",
    TRUST: "the trust policy does not allow",
}
