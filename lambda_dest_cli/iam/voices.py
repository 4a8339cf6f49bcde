"""What each kind of policy says of a request: which of its statements apply, for certain or perhaps."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lambda_dest_cli.iam.circumstances import Circumstances
from lambda_dest_cli.iam.conditions import all_hold
from lambda_dest_cli.iam.match import Resources
from lambda_dest_cli.iam.policy import Policy, Statement
from lambda_dest_cli.iam.principals import Requester, names_account, outreaches_boundary, speaks_of
from lambda_dest_cli.iam.truth import Truth
from lambda_dest_cli.iam.variables import filled, only_in_resource
from lambda_dest_cli.iam.verdict import Match, Request, Said
from lambda_dest_cli.model.permission import Decision


@dataclass(slots=True)
class Voice:
    """What one kind of policy says."""

    name: str
    allows: list[Match] = field(default_factory=list)
    denies: list[Match] = field(default_factory=list)
    maybe_denies: bool = False
    grants: Truth = Truth.NO
    """Whether anything is allowed, denials apart."""
    grants_beyond: Truth = Truth.NO
    """Of a resource's policy: the same, of what the requester's permissions boundary does not limit."""
    delegates: Truth = Truth.NO
    """Of a key policy: whether it hands the decision to the requester's account."""

    @property
    def allows_certainly(self) -> bool:
        """Whether it allows and does not, nor may, deny."""
        return self.grants is Truth.YES and not self.denies and not self.maybe_denies

    @property
    def said(self) -> Said:
        """What it says by itself."""
        if self.denies:
            decision = Decision.EXPLICIT_DENY
        elif self.grants is Truth.NO:
            decision = Decision.IMPLICIT_DENY
        else:
            decision = Decision.ALLOWED if self.allows_certainly else Decision.UNKNOWN
        return Said(self.name, decision, tuple(self.allows), tuple(self.denies))

    def hear(self, match: Match, truth: Truth) -> None:
        """Take a statement into account that applies, or may."""
        if match.statement.allows:
            self.grants = max(self.grants, truth)
            if truth is Truth.YES:
                self.allows.append(match)
        elif truth is Truth.YES:
            self.denies.append(match)
        else:
            self.maybe_denies = True


def principals_voice(name: str, policies: Iterable[Policy], request: Request, known: Circumstances) -> Voice:
    """Hear the policies of the principal and its account: they name no principal, who is always the requester."""
    voice, action = Voice(name), request.action
    for policy in policies:
        for statement in policy.statements:
            if not statement.is_about(action):
                continue
            truth = applies(statement, policy, request, known)
            if truth is Truth.NO:
                continue
            if statement.principals is not None:
                known.doubt(f"the Principal of an {name}")
                truth = Truth.UNKNOWN
            voice.hear(Match(policy, statement), truth)
    return voice


@dataclass(slots=True)
class Hearing:
    """Who asks a resource's policy, and from where."""

    requester: Requester
    across: bool
    bounded: bool


def resources_voice(name: str, policy: Policy, request: Request, known: Circumstances, hearing: Hearing) -> Voice:
    """Hear the policy of a resource: only what speaks of the requester counts."""
    voice = Voice(name)
    for statement in policy.statements:
        if not statement.is_about(request.action):
            continue
        account = statement.allows and _hands_to_account(statement, hearing.requester)
        spoken = speaks_of(statement, hearing.requester, hearing.across, hearing.bounded)
        if spoken is Truth.NO and not account:
            continue
        truth = applies(statement, policy, request, known)
        if account:
            voice.delegates = max(voice.delegates, truth)
        if spoken is Truth.UNKNOWN and truth is not Truth.NO:
            known.doubt(f"whom {Match(policy, statement)} of the {name} speaks of")
        truth = min(truth, spoken)
        if truth is Truth.NO:
            continue
        voice.hear(Match(policy, statement), truth)
        if statement.allows and hearing.bounded:
            beyond = outreaches_boundary(statement, hearing.requester)
            if beyond is Truth.UNKNOWN:
                known.doubt("whether a permissions boundary limits what everybody is granted")
            voice.grants_beyond = max(voice.grants_beyond, min(truth, beyond))
    return voice


def _hands_to_account(statement: Statement, requester: Requester) -> bool:
    principals = statement.principals
    return principals is not None and not principals.negated and names_account(principals, requester.arn)


def applies(statement: Statement, policy: Policy, request: Request, known: Circumstances) -> Truth:
    """Say whether a statement that is about the action is about the request, whoever makes it."""
    covered = _covers(statement, policy, request, known)
    if covered is Truth.NO:
        return Truth.NO
    if statement.conditions:
        covered = min(covered, all_hold(statement.conditions, known, policy.has_variables))
    if statement.unknown and covered is not Truth.NO:
        for element in statement.unknown:
            known.doubt(f"the element {element}")
        return Truth.UNKNOWN
    return covered


def _covers(statement: Statement, policy: Policy, request: Request, known: Circumstances) -> Truth:
    if statement.resources is None:
        return Truth.YES
    answer = statement.fixed_resources.cover(request.resource)
    if statement.templates and answer is not Truth.YES:
        answer = max(answer, _templates_cover(statement, policy, request, known))
    if answer is Truth.UNKNOWN:
        known.doubt("how far a Resource reaches")
    return answer.negated if statement.not_resources else answer


def _templates_cover(statement: Statement, policy: Policy, request: Request, known: Circumstances) -> Truth:
    if not policy.has_variables:
        return Resources.of(statement.templates).cover(request.resource)
    answer = Truth.NO
    for template in statement.templates:
        text = filled(template, known)
        if isinstance(text, Truth):
            answer = max(answer, text)
            continue
        covered = Resources.of_one(text).cover(request.resource)
        answer = max(answer, covered if only_in_resource(template) else min(covered, Truth.UNKNOWN))
    return answer
