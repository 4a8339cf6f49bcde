"""IAM's simulator, over ``iam/``: IAM API reference, SimulatePrincipalPolicy and its sisters."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lambda_dest_cli.iam.context_keys import context_keys
from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.iam.principals import account_of
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.model.permission import Decision

OPERATIONS = frozenset(
    {
        "SimulatePrincipalPolicy",
        "SimulateCustomPolicy",
        "GetContextKeysForPrincipalPolicy",
        "GetContextKeysForCustomPolicy",
    }
)
_DEFAULT_PAGE = 100
_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


@dataclass(frozen=True, slots=True)
class Simulator:
    """Answers the query protocol in XML."""

    permissions: Permissions

    async def answer(self, form: Mapping[str, str], region: str, request_id: str) -> str:
        """Give the XML of an operation's answer; raises ApiFault."""
        operation = form["Action"]
        policies = await self._policies(form, region)
        if operation.startswith("GetContextKeys"):
            found = context_keys([*policies.identity, *(policies.boundary or ())])
            result = f"<ContextKeyNames>{_members(found)}</ContextKeyNames>"
        else:
            result = _simulation(form, policies)
        return (
            f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
        )

    async def _policies(self, form: Mapping[str, str], region: str) -> Policies:
        given = [
            _policy(text, f"PolicyInputList.{number}") for number, text in enumerate(_list(form, "PolicyInputList"), 1)
        ]
        edges = [_policy(text, "boundary") for text in _list(form, "PermissionsBoundaryPolicyInputList")]
        own = form.get("ResourcePolicy")
        resource = _policy(own, "ResourcePolicy", "Resource Policy") if own else None
        source = form.get("PolicySourceArn")
        if source is None:
            return Policies(given, edges or None, None, resource)
        found = await self.permissions.policies(source, region) if _is_role(source) else None
        if found is None:
            raise ApiFault(404, "NoSuchEntity", f"The role with name {source.rpartition('/')[2]} cannot be found.")
        boundary = edges or found.boundary
        return Policies([*found.identity, *given], boundary, None, resource)


def _simulation(form: Mapping[str, str], policies: Policies) -> str:
    actions, resources = _list(form, "ActionNames"), _list(form, "ResourceArns") or ["*"]
    if not actions:
        raise ApiFault(400, "ValidationError", "1 validation error detected: Value null at 'actionNames' failed")
    context = _context(form)
    requester = form.get("CallerArn") or form.get("PolicySourceArn", "")
    results = [
        _result(action, resources, requester, context, policies, form.get("ResourceOwner", "")) for action in actions
    ]
    start, size = int(form.get("Marker", "0") or 0), int(form.get("MaxItems", _DEFAULT_PAGE))
    page, more = results[start : start + size], start + size < len(results)
    marker = f"<Marker>{start + size}</Marker>" if more else ""
    return (
        f"<EvaluationResults>{_members(page, raw=True)}</EvaluationResults>"
        f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}"
    )


def _result(
    action: str, resources: Sequence[str], requester: str, context: Mapping[str, tuple[str, ...]],
    policies: Policies, owner: str,
) -> str:  # fmt: skip
    """Give one action's result: one resource at the top, several each under ResourceSpecificResults."""
    account = owner if owner.isdigit() else account_of(owner)
    verdicts = {
        resource: evaluate(Request(action, resource, requester, account, context), policies) for resource in resources
    }
    first = next(iter(verdicts.values()))
    top = first if len(verdicts) == 1 else min(verdicts.values(), key=lambda each: _word(each) == "allowed")
    specific = (
        "" if resources == ["*"] else _members([_specific(each, found) for each, found in verdicts.items()], raw=True)
    )
    return (
        f"<EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resources[0])}</EvalResourceName>"
        f"<EvalDecision>{_word(top)}</EvalDecision>{_details(top, top is first and resources == ['*'])}"
        f"<ResourceSpecificResults>{specific}</ResourceSpecificResults>"
    )


def _specific(resource: str, verdict: Verdict) -> str:
    return (
        f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalResourceDecision>{_word(verdict)}</EvalResourceDecision>{_details(verdict, True)}"
    )


def _details(verdict: Verdict, with_context: bool) -> str:
    matched = [
        f"<SourcePolicyId>{escape(match.policy.name)}</SourcePolicyId>"
        f"<SourcePolicyType>{escape(match.policy.source)}</SourcePolicyType>"
        for match in verdict.matched
    ]
    missing = verdict.missing_context if with_context else ()
    boundary = ""
    if verdict.boundary_allows is not None:
        said = f"<AllowedByPermissionsBoundary>{str(verdict.boundary_allows).lower()}</AllowedByPermissionsBoundary>"
        boundary = f"<PermissionsBoundaryDecisionDetail>{said}</PermissionsBoundaryDecisionDetail>"
    return (
        f"<MatchedStatements>{_members(matched, raw=True)}</MatchedStatements>"
        f"<MissingContextValues>{_members(missing)}</MissingContextValues>{boundary}"
    )


def _word(verdict: Verdict) -> str:
    """Give IAM's word; it has none for unknown, and what it cannot tell it does not allow."""
    return str(Decision.IMPLICIT_DENY if verdict.decision is Decision.UNKNOWN else verdict.decision)


def _members(texts: Iterable[str], raw: bool = False) -> str:
    return "".join(f"<member>{text if raw else escape(text)}</member>" for text in texts)


def _list(form: Mapping[str, str], name: str) -> list[str]:
    """Give a list parameter: ``Name.member.1`` and so on, in order."""
    found = {
        int(match[1]): value for key, value in form.items() if (match := re.fullmatch(rf"{name}\.member\.(\d+)", key))
    }
    return [found[number] for number in sorted(found)]


def _context(form: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for key, name in form.items():
        if match := re.fullmatch(r"(ContextEntries\.member\.\d+)\.ContextKeyName", key):
            entries[name] = tuple(_list(form, f"{match[1]}.ContextKeyValues"))
    return entries


def _policy(text: str, name: str, source: str = "IAM Policy") -> Policy:
    try:
        return read(json.loads(text), name, source)
    except (ValueError, BadPolicy) as error:
        raise ApiFault(400, "InvalidInput", f"Invalid Entity: {error}") from error


def _is_role(arn: str) -> bool:
    return re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", arn) is not None
