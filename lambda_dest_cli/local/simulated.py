"""What the simulator answers: the verdicts of ``iam/`` in the words and the XML of IAM's API.

Botocore's model of IAM says of each member what it holds; captures of Sept 2026 say the rest: which decision of several
resources stands for all, and what each kind of policy is called in ``EvalDecisionDetails``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from lambda_dest_cli.iam.context_keys import context_keys
from lambda_dest_cli.iam.evaluate import Match, Policies, Request, Verdict, evaluate
from lambda_dest_cli.iam.principals import account_of
from lambda_dest_cli.iam.verdict import ORGANIZATION
from lambda_dest_cli.local.holdings import BOUNDARY
from lambda_dest_cli.local.positions import Position, statement_positions
from lambda_dest_cli.local.simulation import RESOURCE_POLICY, Asked
from lambda_dest_cli.model.permission import Decision

_MOST_RESTRICTIVE_FIRST = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.ALLOWED)
_KINDS = {"identity policy": "IAM Policy", "permissions boundary": BOUNDARY}
_TRUST = "sts:assume"
_KEYS = "kms:"


@dataclass(frozen=True, slots=True)
class _Result:
    """The answer for one action on one resource."""

    resource: str
    decision: Decision
    matched: tuple[Match, ...]
    missing: tuple[str, ...]
    bounded: bool | None
    organized: bool | None
    details: Mapping[str, Decision] | None
    """By kind of policy; None where one account alone decides."""


def simulated(call: Asked, policies: Policies) -> str:
    """Give the answer to a call as XML, without what wraps every answer."""
    end = call.start + call.size
    page = [_action(action, call, policies) for action in call.actions[call.start : end]]
    more = end < len(call.actions)
    marker = f"<Marker>{end}</Marker>" if more else ""
    results = f"<EvaluationResults>{members(page, raw=True)}</EvaluationResults>"
    return f"{results}<IsTruncated>{_word(more)}</IsTruncated>{marker}"


def members(texts: Iterable[str], raw: bool = False) -> str:
    """Give a list as XML."""
    return "".join(f"<member>{text if raw else escape(text)}</member>" for text in texts)


def _action(action: str, call: Asked, policies: Policies) -> str:
    """Answer for one action: the most restrictive of all resources' at the top, and each under its own name."""
    results = [_judged(action, resource, call, policies) for resource in call.resources]
    whole = _united(results)
    specific = [_specific(each) for each in results] if call.is_specific else []
    organized = "" if whole.organized is None else _detail("Organizations", "AllowedByOrganizations", whole.organized)
    details = {} if call.is_specific and whole.details is None and whole.organized is not False else whole.details
    return (
        f"<EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(_name(call))}</EvalResourceName>"
        f"<EvalDecision>{whole.decision}</EvalDecision>{_common(whole)}{organized}{_details(details)}"
        f"<ResourceSpecificResults>{members(specific, raw=True)}</ResourceSpecificResults>"
    )


def _name(call: Asked) -> str:
    """Name what was simulated: a resource that was asked for alone, or else the star."""
    return call.resources[0] if len(call.resources) == 1 else "*"


def _specific(result: _Result) -> str:
    return (
        f"<EvalResourceName>{escape(result.resource)}</EvalResourceName>"
        f"<EvalResourceDecision>{result.decision}</EvalResourceDecision>{_common(result)}{_details(result.details)}"
    )


def _common(result: _Result) -> str:
    matched = [_statement(each) for each in dict.fromkeys(result.matched)]
    bounded = result.bounded
    boundary = "" if bounded is None else _detail("PermissionsBoundary", "AllowedByPermissionsBoundary", bounded)
    return (
        f"<MatchedStatements>{members(matched, raw=True)}</MatchedStatements>"
        f"<MissingContextValues>{members(result.missing)}</MissingContextValues>{boundary}"
    )


def _detail(subject: str, member: str, value: bool) -> str:
    return f"<{subject}DecisionDetail><{member}>{_word(value)}</{member}></{subject}DecisionDetail>"


def _details(details: Mapping[str, Decision] | None) -> str:
    """Give EvalDecisionDetails: for one account absent, or empty beside particular resources."""
    if details is None:
        return ""
    entries = (f"<entry><key>{kind}</key><value>{word}</value></entry>" for kind, word in details.items())
    return f"<EvalDecisionDetails>{''.join(entries)}</EvalDecisionDetails>"


def _statement(match: Match) -> str:
    policy = match.policy
    places = statement_positions(policy.text)[match.statement.index] if policy.text else None
    return (
        f"<SourcePolicyId>{escape(policy.name)}</SourcePolicyId>"
        f"<SourcePolicyType>{escape(policy.source)}</SourcePolicyType>"
        + (f"{_position('StartPosition', places[0])}{_position('EndPosition', places[1])}" if places else "")
    )


def _position(name: str, place: Position) -> str:
    return f"<{name}><Line>{place.line}</Line><Column>{place.column}</Column></{name}>"


def _word(value: bool) -> str:
    return str(value).lower()


def _judged(action: str, resource: str, call: Asked, policies: Policies) -> _Result:
    name = action.lower()
    if name.startswith(_TRUST):
        policies = replace(policies, resource=None)  # github.com/aws/aws-cli/issues/10314: trust policies do not count
    caller = account_of(call.caller)
    # Without the resource's policy the simulator looks at the caller's alone, whoever owns the resource.
    owner = (account_of(resource) or call.owner or caller) if policies.resource else caller
    request = Request(action, resource, call.caller, owner, call.context)
    verdict = evaluate(request, replace(policies, key=name.startswith(_KEYS)))
    decision = _known(verdict.decision)
    organized = verdict.organization_allows is not False
    return _Result(
        resource,
        decision,
        _matched(verdict, decision),
        _missing(decision, call, policies) if organized else (),
        verdict.boundary_allows,
        verdict.organization_allows,
        _by_kind(verdict) if owner != caller and organized else None,
    )


def _known(decision: Decision) -> Decision:
    """Give IAM's word: it has none for unknown, and what it cannot tell it does not allow."""
    return Decision.IMPLICIT_DENY if decision is Decision.UNKNOWN else decision


def _matched(verdict: Verdict, decision: Decision) -> tuple[Match, ...]:
    """Give the statements that led to a decision, but for those of an organization; a boundary's only deny."""
    said = [each for each in verdict.said if each.name != ORGANIZATION]
    if decision is Decision.EXPLICIT_DENY:
        return tuple(match for each in said for match in each.denies)
    if decision is Decision.ALLOWED:
        return tuple(match for each in said if _KINDS.get(each.name) != BOUNDARY for match in each.allows)
    return ()


def _missing(decision: Decision, call: Asked, policies: Policies) -> tuple[str, ...]:
    """Give the keys that the policies ask for and no "input parameter" gives, where nothing allows.

    Those of all their statements: "applicable only to other policy statements" (aws/aws-sdk-java-v2#1751).
    """
    if decision is not Decision.IMPLICIT_DENY:
        return ()
    own = [policies.resource] if policies.resource else []
    keys = context_keys([*policies.identity, *(policies.boundary or ()), *own])
    return tuple(sorted(key for key in keys if key.lower() not in call.told))


def _by_kind(verdict: Verdict) -> dict[str, Decision]:
    return {
        _KINDS.get(each.name, RESOURCE_POLICY): _known(each.decision)
        for each in verdict.said
        if each.name != ORGANIZATION
    }


def _united(results: Sequence[_Result]) -> _Result:
    """Unite what all resources got: the most restrictive decision, and all statements that led to it."""
    decision = min((each.decision for each in results), key=_MOST_RESTRICTIVE_FIRST.index)
    by_kind: dict[str, Decision] = {}
    for kind, word in ((kind, word) for each in results for kind, word in (each.details or {}).items()):
        by_kind[kind] = min(word, by_kind.get(kind, word), key=_MOST_RESTRICTIVE_FIRST.index)
    return _Result(
        results[0].resource,
        decision,
        tuple(match for each in results if each.decision is decision for match in each.matched),
        tuple(sorted({key for each in results for key in each.missing})),
        _all(each.bounded for each in results),
        _all(each.organized for each in results),
        by_kind or None,
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    told = [each for each in answers if each is not None]
    return all(told) if told else None
