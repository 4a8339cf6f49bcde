"""The decision: IAM User Guide, "Policy evaluation logic", for a role or a service as the principal.

Explicit deny first, wherever it stands. In one account an identity policy or the resource's own policy is enough;
across accounts both must allow, and there the resource's policy may allow the account as a whole. A permissions
boundary and an organization only take away; the boundary does not from what a resource's policy grants to the role's
session. A key policy must speak first: identity policies count for a key only where its policy hands the decision to
the account (KMS Developer Guide, "Key policies"). What cannot be told is *unknown*, never *allowed*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lambda_dest_cli.iam.circumstances import Circumstances, circumstances
from lambda_dest_cli.iam.policy import Policy
from lambda_dest_cli.iam.principals import Requester, account_of
from lambda_dest_cli.iam.truth import Truth
from lambda_dest_cli.iam.verdict import (
    BOUNDARY,
    IDENTITY,
    KEY,
    ORGANIZATION,
    RESOURCE,
    TRUST,
    Match,
    Policies,
    Request,
    Verdict,
)
from lambda_dest_cli.iam.voices import Hearing, Voice, principals_voice, resources_voice
from lambda_dest_cli.model.permission import Decision

__all__ = ["Match", "Policies", "Request", "Verdict", "evaluate", "trusts"]


@dataclass(slots=True)
class _Case:
    """Everything that was said."""

    identity: Voice
    levels: list[Voice] | None
    boundary: Voice | None
    resource: Voice
    service: bool
    """Whether a service asks: it has no identity policies."""
    across: bool
    needs_delegation: bool
    """Whether identity policies count only where the key policy lets them."""
    voices: list[Voice] = field(init=False)

    def __post_init__(self) -> None:
        limit = [self.boundary] if self.boundary else []
        self.voices = [self.identity, *(self.levels or ()), *limit, self.resource]


def evaluate(request: Request, policies: Policies) -> Verdict:
    """Decide."""
    known = circumstances(request.context, request.unknown)
    case = _heard(request, policies, known)
    decision, said_by = _decide(case)
    denied = decision is Decision.EXPLICIT_DENY
    matched = [
        match for voice in case.voices if voice.name == said_by for match in (voice.denies if denied else voice.allows)
    ]
    return Verdict(
        decision,
        said_by,
        tuple(matched),
        tuple(known.missing),
        case.boundary.allows_certainly if case.boundary else None,
        None if case.levels is None else all(level.allows_certainly for level in case.levels),
        tuple(known.doubts),
        request,
        tuple(case.voices if policies.resource is not None else case.voices[:-1]),
    )


def trusts(
    trust_policy: Policy,
    service: str,
    context: Mapping[str, tuple[str, ...]],
    role: str = "*",
    unknown: frozenset[str] = frozenset(),
) -> Verdict:
    """Say whether a role's trust policy lets a service assume it (sts:AssumeRole); ``role`` is the role's ARN."""
    request = Request("sts:AssumeRole", role, principal=service, context=context, unknown=unknown)
    return replace(evaluate(request, Policies(resource=trust_policy)), said_by=TRUST)


def _heard(request: Request, policies: Policies, known: Circumstances) -> _Case:
    identity = principals_voice(IDENTITY, policies.identity, request, known)
    levels = None
    if policies.organization is not None:
        levels = [principals_voice(ORGANIZATION, level, request, known) for level in policies.organization]
    boundary = None
    if policies.boundary is not None:
        boundary = principals_voice(BOUNDARY, policies.boundary, request, known)
    requester = Requester(request.principal, request.session)
    owner = request.resource_account or account_of(request.resource)
    across = bool(owner and requester.account) and owner != requester.account
    resource = Voice(KEY if policies.key else RESOURCE)
    if policies.resource is not None:
        hearing = Hearing(requester, across, boundary is not None)
        resource = resources_voice(resource.name, policies.resource, request, known, hearing)
    delegated = policies.key and policies.resource is not None
    return _Case(identity, levels, boundary, resource, requester.is_service, across, delegated)


def _decide(case: _Case) -> tuple[Decision, str]:
    """Let denials speak first, then who does not grant, then who takes away, then whoever cannot be understood."""
    for voice in case.voices:
        if voice.denies:
            return Decision.EXPLICIT_DENY, voice.name
    granted, by = _granted(case)
    level = _leveled(case)
    bounded = _bounded(case, granted)
    for truth, name in ((granted, by), (level, ORGANIZATION), (bounded, BOUNDARY)):
        if truth is Truth.NO:
            return Decision.IMPLICIT_DENY, name
    for voice in case.voices:
        if voice.maybe_denies:
            return Decision.UNKNOWN, voice.name
    for truth, name in ((level, ORGANIZATION), (granted, by), (bounded, BOUNDARY)):
        if truth is Truth.UNKNOWN:
            return Decision.UNKNOWN, name
    stopped = case.boundary is not None and case.boundary.grants is not Truth.YES
    return Decision.ALLOWED, case.resource.name if stopped else by


def _granted(case: _Case) -> tuple[Truth, str]:
    """Say whether the two that can grant do: identity policies and the resource's own policy; and who decides it."""
    identity, resource = case.identity, case.resource
    if case.service:
        return resource.grants, resource.name
    if case.across:
        both = min(identity.grants, resource.grants)
        return both, identity.name if identity.grants is both else resource.name
    by_identity = _by_identity(case)
    either = max(by_identity, resource.grants)
    if not case.needs_delegation:
        by_resource = resource.grants is either and by_identity is not Truth.YES and either is not Truth.NO
        return either, resource.name if by_resource else identity.name
    if resource.grants is either is not Truth.NO:
        return either, resource.name
    closed = resource.delegates is either is not Truth.YES
    return either, resource.name if closed else identity.name


def _by_identity(case: _Case) -> Truth:
    """Say what identity policies grant at home, where a key's policy may leave it to them or not."""
    grants = case.identity.grants
    return min(grants, case.resource.delegates) if case.needs_delegation else grants


def _leveled(case: _Case) -> Truth:
    """Say whether the organization lets it pass: at every level something must allow (page "SCP evaluation")."""
    if case.levels is None:
        return Truth.YES
    return min((level.grants for level in case.levels), default=Truth.NO)


def _bounded(case: _Case, granted: Truth) -> Truth:
    """Say what a permissions boundary leaves of a grant."""
    if case.boundary is None:
        return granted
    limit = case.boundary.grants
    if case.across:
        return min(granted, limit)
    # At home a resource's policy may grant what no boundary limits.
    return max(min(granted, limit), case.resource.grants_beyond)
