"""The decision: IAM User Guide, "Policy evaluation logic", for a role or a service as the principal.

Explicit deny first, wherever it stands. In one account an identity policy or the resource's own policy is enough;
across accounts both must allow, and there the resource's policy may allow the account as a whole. A permissions
boundary and an organization only take away. A key policy must speak first: identity policies count for a key only
where its policy hands the decision to the account (KMS Developer Guide, "Key policies"). What cannot be told is
*unknown*, never *allowed*.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lambda_dest_cli.iam.conditions import Circumstances, Truth, all_hold, circumstances, filled
from lambda_dest_cli.iam.document import Policy, Statement
from lambda_dest_cli.iam.match import action_matches, resource_matches
from lambda_dest_cli.iam.principals import account_of, names_account, speaks_of
from lambda_dest_cli.model.permission import Decision


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what on which resource.

    ``context`` keys are spelled as anybody likes; ``unknown`` are keys that the real request carries with values that
    cannot be told beforehand.
    """

    action: str
    resource: str
    principal: str = ""
    """ARN of a role, or a service principal such as ``lambda.amazonaws.com``."""
    resource_account: str = ""
    """Owner of the resource, where its ARN names none (buckets); empty: the principal's own account."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that has a say. An absent boundary, organization or resource policy is None."""

    identity: Sequence[Policy] = ()
    boundary: Sequence[Policy] | None = None
    organization: Sequence[Policy] | None = None
    resource: Policy | None = None
    key: bool = False
    """Whether the resource policy is a key policy, which must speak first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that had a say."""

    policy: Policy
    statement: Statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, who made it ("identity policy", "permissions boundary", …), and the statements that led to it."""

    decision: Decision
    said_by: str
    matched: tuple[Match, ...] = ()
    missing_context: tuple[str, ...] = ()
    boundary_allows: bool | None = None
    organization_allows: bool | None = None


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one kind of policy says of a request."""

    name: str
    allows: tuple[Match, ...] = ()
    denies: tuple[Match, ...] = ()
    maybe_allows: bool = False
    maybe_denies: bool = False
    delegates: Truth = Truth.NO
    """Of a key policy: whether it hands the decision to the requester's account."""

    @property
    def decision(self) -> Decision:
        if self.denies:
            return Decision.EXPLICIT_DENY
        if self.maybe_denies:
            return Decision.UNKNOWN
        if self.allows:
            return Decision.ALLOWED
        return Decision.UNKNOWN if self.maybe_allows else Decision.IMPLICIT_DENY


def evaluate(request: Request, policies: Policies) -> Verdict:
    """Decide."""
    known = circumstances(request.context, request.unknown)
    identity = _voice("identity policy", policies.identity, request, known)
    limits = [
        _voice(name, found, request, known)
        for name, found in (("organization", policies.organization), ("permissions boundary", policies.boundary))
        if found is not None
    ]
    resource = _resource_voice(policies, request, known)
    decision, said_by = _decide(request, policies, identity, resource, limits)
    voices = [identity, *limits, resource]
    said = [voice for voice in voices if voice.name == said_by] or voices
    matched = tuple(
        match for voice in said for match in (voice.denies if decision is Decision.EXPLICIT_DENY else voice.allows)
    )
    by_name = {voice.name: voice.decision is Decision.ALLOWED for voice in limits}
    return Verdict(
        decision,
        said_by,
        matched,
        tuple(known.missing),
        by_name.get("permissions boundary"),
        by_name.get("organization"),
    )


def _decide(
    request: Request, policies: Policies, identity: _Voice, resource: _Voice, limits: Sequence[_Voice]
) -> tuple[Decision, str]:
    voices = [identity, *limits, resource]
    for voice in voices:
        if voice.denies:
            return Decision.EXPLICIT_DENY, voice.name
    granted, by = _granted(request, policies, identity, resource)
    if granted is Decision.IMPLICIT_DENY:
        return granted, by
    for limit in limits:
        if limit.decision is Decision.IMPLICIT_DENY:
            return Decision.IMPLICIT_DENY, limit.name
    for voice in voices:
        if voice.maybe_denies or (voice in limits and voice.decision is Decision.UNKNOWN):
            return Decision.UNKNOWN, voice.name
    return granted, by


def _granted(request: Request, policies: Policies, identity: _Voice, resource: _Voice) -> tuple[Decision, str]:
    """Combine the two that can grant: identity policies and the resource's own policy."""
    if _crosses_accounts(request):
        return _weakest(identity, resource)
    if policies.key and policies.resource is not None:
        return _granted_on_key(identity, resource)
    for voice in (identity, resource):
        if voice.allows:
            return Decision.ALLOWED, voice.name
    return (Decision.UNKNOWN, resource.name) if resource.maybe_allows else (identity.decision, identity.name)


def _weakest(*voices: _Voice) -> tuple[Decision, str]:
    """Let all of them have to allow: who does not, for certain, is named before who may not."""
    for decision in (Decision.IMPLICIT_DENY, Decision.UNKNOWN):
        for voice in voices:
            if voice.decision is decision:
                return decision, voice.name
    return Decision.ALLOWED, voices[0].name


def _granted_on_key(identity: _Voice, resource: _Voice) -> tuple[Decision, str]:
    """Let the key policy grant by itself, or hand the decision to the identity policies of the account it names."""
    if resource.allows:
        return Decision.ALLOWED, resource.name
    if resource.delegates is Truth.YES and identity.allows:
        return identity.decision, identity.name
    if resource.maybe_allows or (resource.delegates is Truth.UNKNOWN and identity.decision is Decision.ALLOWED):
        return Decision.UNKNOWN, resource.name
    if resource.delegates is Truth.NO:
        return Decision.IMPLICIT_DENY, resource.name
    return identity.decision, identity.name


def _voice(name: str, policies: Iterable[Policy], request: Request, known: Circumstances) -> _Voice:
    allows: list[Match] = []
    denies: list[Match] = []
    maybe = {True: False, False: False}
    for policy in policies:
        for statement in policy.statements:
            truth = _applies(statement, policy, request, known)
            if truth is Truth.YES:
                (allows if statement.allows else denies).append(Match(policy, statement))
            elif truth is Truth.UNKNOWN:
                maybe[statement.allows] = True
    return _Voice(name, tuple(allows), tuple(denies), maybe[True], maybe[False])


def _resource_voice(policies: Policies, request: Request, known: Circumstances) -> _Voice:
    name = "key policy" if policies.key else "resource policy"
    if policies.resource is None:
        return _Voice(name)
    policy = policies.resource
    direct = tuple(each for each in policy.statements if _speaks_directly(each, policies, request))
    voice = _voice(name, [replace(policy, statements=direct)], request, known)
    return replace(voice, delegates=_delegates(policy, request, known)) if policies.key else voice


def _speaks_directly(statement: Statement, policies: Policies, request: Request) -> bool:
    """Say whether a resource's policy allows or denies the requester by this statement.

    A Deny with NotPrincipal denies whoever has a permissions boundary ("AWS JSON policy elements: NotPrincipal").
    """
    excepts = statement.principals is not None and statement.principals.negated
    if excepts and not statement.allows and policies.boundary is not None:
        return True
    delegation = not statement.allows or (_crosses_accounts(request) and not excepts)
    return speaks_of(statement.principals, request.principal, delegation)


def _delegates(policy: Policy, request: Request, known: Circumstances) -> Truth:
    """Say whether a key policy hands the decision to its account: an Allow whose principal is the account itself."""
    answer = Truth.NO
    for statement in policy.statements:
        if statement.allows and names_account(statement.principals, request.principal):
            truth = _applies(statement, policy, request, known)
            answer = max(answer, truth, key=lambda each: each.value)
    return answer


def _applies(statement: Statement, policy: Policy, request: Request, known: Circumstances) -> Truth:
    if any(action_matches(each, request.action) for each in statement.actions) is statement.not_actions:
        return Truth.NO
    covered = _covers(statement, policy, request, known)
    if covered is Truth.NO:
        return Truth.NO
    holds = all_hold(statement.conditions, known, policy.has_variables)
    if holds is Truth.NO:
        return Truth.NO
    return Truth.UNKNOWN if statement.unknown or covered is Truth.UNKNOWN or holds is Truth.UNKNOWN else Truth.YES


def _covers(statement: Statement, policy: Policy, request: Request, known: Circumstances) -> Truth:
    if statement.resources is None:
        return Truth.YES
    unknown = False
    found = False
    for pattern in statement.resources:
        text = filled(pattern, known) if policy.has_variables and "${" in pattern else pattern
        if isinstance(text, Truth):
            unknown = True
        elif resource_matches(text, request.resource):
            found = True
            break
    if unknown and not found:
        return Truth.UNKNOWN
    return Truth.NO if found is statement.not_resources else Truth.YES


def _crosses_accounts(request: Request) -> bool:
    owner = request.resource_account or account_of(request.resource)
    own = account_of(request.principal)
    return bool(owner and own) and owner != own


def trusts(trust_policy: Policy, service: str, context: Mapping[str, tuple[str, ...]]) -> Decision:
    """Say whether a role's trust policy lets a service assume it (sts:AssumeRole)."""
    request = Request("sts:AssumeRole", "*", principal=service, context=context)
    return evaluate(request, Policies(resource=trust_policy)).decision
