"""What the simulator is asked, read from the form of a call and checked.

IAM API reference, SimulatePrincipalPolicy and SimulateCustomPolicy. Their texts of errors stand in no page; those that
callers have reported are cited beside them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lambda_dest_cli.iam.document import BadPolicy, Policy, read
from lambda_dest_cli.iam.principals import account_of
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.holdings import BOUNDARY, entity_of

RESOURCE_POLICY = "Resource Policy"
_STUB_USER = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR"
"""aws:userid where nobody is said to call (captures of Sept 2026)."""
_TYPES = (
    "string", "stringList", "numeric", "numericList", "boolean", "booleanList", "ip", "ipList", "binary", "binaryList",
    "date", "dateList",
)  # fmt: skip
_DEFAULT_PAGE, _LARGEST_PAGE = 100, 1000
_MOST_LEVELS = 7
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_HANDLED = "ec2:runinstances"


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the simulator, checked; the policies that it names apart."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """ARNs, or the star alone."""
    caller: str
    """ARN of a user, group or role; empty where nobody is said to call."""
    owner: str
    """Account of resources whose ARN names none; empty: the caller's."""
    context: Mapping[str, tuple[str, ...]]
    """Keys in lower case: those that the call gives, and those that the caller's ARN does."""
    told: frozenset[str]
    """Those that the call gives."""
    start: int
    size: int

    @property
    def is_specific(self) -> bool:
        """Whether it asks about particular resources."""
        return self.resources != ("*",)


def asked(form: Mapping[str, str]) -> Asked:
    """Read a call; raises ApiFault."""
    actions = listed(form, "ActionNames")
    if not actions:
        raise _constraint("null", "actionNames", "Member must not be null")
    for action in actions:
        if ":" not in action:
            raise invalid("The action is invalid since it is missing names")  # captures of Sept 2026
    resources = listed(form, "ResourceArns") or ["*"]
    for resource in resources:
        if not _ARN.fullmatch(resource) and resources != ["*"]:
            # github.com/aws-containers/amazon-ecs-exec-checker/issues/35
            raise invalid(f"ResourceNames are not in a valid ARN format: {resource}.")
    caller, context = _caller(form), _context(form)
    _check_handling(form, actions, resources)
    return Asked(
        tuple(actions),
        tuple(resources),
        caller,
        _owner(form.get("ResourceOwner", "")),
        {**_callers_context(caller), **context},
        frozenset(context),
        _marker(form.get("Marker", "0")),
        _size(form.get("MaxItems", str(_DEFAULT_PAGE))),
    )


def given_policies(form: Mapping[str, str], name: str, source: str = "IAM Policy") -> list[Policy]:
    """Read the policies that a call brings along in a list parameter; raises ApiFault."""
    found = [policy_of(text, f"{name}.{number}", source) for number, text in enumerate(listed(form, name), 1)]
    if any(statement.principals is not None for policy in found for statement in policy.statements):
        raise invalid("Policy document should not specify a principal.")
    return found


def given_boundary(form: Mapping[str, str]) -> list[Policy] | None:
    """Read the boundary that a call brings along, if it does; there can be only one."""
    found = given_policies(form, "PermissionsBoundaryPolicyInputList", BOUNDARY)
    if len(found) > 1:
        raise invalid("PermissionsBoundaryPolicyInputList can have one policy only.")
    return found or None


def given_organization(form: Mapping[str, str]) -> list[list[Policy]] | None:
    """Read the service control policies that a call brings along, from the organization's root to the account."""
    name = "OrderedOrganizationPolicyInputList"
    numbers = {int(match[1]) for key in form if (match := re.match(rf"{name}\.member\.(\d+)\.", key))}
    if max(numbers, default=0) > _MOST_LEVELS:
        raise _constraint("", "orderedOrganizationPolicyInputList", "Member must have length less than or equal to 7")
    levels = [
        given_policies(form, f"{name}.member.{number}.ServiceControlPolicyInputList") for number in sorted(numbers)
    ]
    return levels or None


def given_resource_policy(form: Mapping[str, str], call: Asked) -> Policy | None:
    """Read the resource's policy that a call brings along, if it does."""
    text = form.get("ResourcePolicy")
    if not text:
        return None
    if not call.caller:
        raise invalid("Invalid caller - Caller cannot be null or empty.")  # captures of Sept 2026
    if not call.is_specific:
        raise invalid("Invalid Entity Arn: * does not clearly define entity type and name.")  # the same
    policy = policy_of(text, "ResourcePolicy", RESOURCE_POLICY)
    for statement in policy.statements:
        if statement.principals is None:
            raise invalid("Missing required field Principal")
        if "*" in (statement.resources or ()):
            raise invalid("ResourceNames are not in a valid ARN format: *.")  # captures of Sept 2026
    return policy


def policy_of(text: str, name: str, source: str = "IAM Policy") -> Policy:
    """Read a policy that a call brings along; raises ApiFault."""
    try:
        return read(text, name, source)
    except BadPolicy as error:
        raise invalid(f"Invalid policy: {error.message}") from error


def listed(form: Mapping[str, str], name: str) -> list[str]:
    """Give a list parameter: ``Name.member.1`` and so on, in order."""
    prefix = f"{name}.member."
    found = {int(key.removeprefix(prefix)): value for key, value in form.items() if _is_member(key, prefix)}
    return [found[number] for number in sorted(found)]


def invalid(message: str) -> ApiFault:
    """Make the refusal of an input."""
    return ApiFault(400, "InvalidInput", message)


def _is_member(key: str, prefix: str) -> bool:
    return key.startswith(prefix) and key.removeprefix(prefix).isdecimal()


def _constraint(value: str, name: str, constraint: str) -> ApiFault:
    shown = value if value == "null" else f"'{value}'"
    text = f"1 validation error detected: Value {shown} at '{name}' failed to satisfy constraint: {constraint}"
    return ApiFault(400, "ValidationError", text)


def _caller(form: Mapping[str, str]) -> str:
    """Give who calls: CallerArn, or else whose policies are simulated."""
    given = form.get("CallerArn", "")
    if given and entity_of(given) is None:
        raise invalid("Invalid caller - Caller must be an IAM user, role or group in this context.")  # captures
    return given or form.get("PolicySourceArn", "")


def _callers_context(caller: str) -> dict[str, tuple[str, ...]]:
    """Give the keys that the simulator fills in from the caller (captures of Sept 2026)."""
    entity = entity_of(caller)
    if entity is None:
        return {"aws:userid": (_STUB_USER,)}
    named = {"aws:username": (entity.name,)} if entity.kind == "user" else {}
    return {"aws:principalarn": (caller,), "aws:principalaccount": (entity.account,), "aws:userid": (caller,), **named}


def _context(form: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for key, name in form.items():
        match = re.fullmatch(r"(ContextEntries\.member\.(\d+))\.ContextKeyName", key)
        if match is None:
            continue
        kind = form.get(f"{match[1]}.ContextKeyType", "string")
        if kind not in _TYPES:
            where = f"contextEntries.{match[2]}.member.contextKeyType"
            raise _constraint(kind, where, f"Member must satisfy enum value set: [{', '.join(_TYPES)}]")
        entries[name.lower()] = tuple(listed(form, f"{match[1]}.ContextKeyValues"))
    return entries


def _owner(given: str) -> str:
    """Read ResourceOwner, which the page calls an account id and IAM wants as an ARN (boto/botocore#1346)."""
    if given and not (_ARN.fullmatch(given) and account_of(given)):
        raise invalid(f"'{given}' is not a valid as a Resource Owner.")
    return account_of(given)


def _check_handling(form: Mapping[str, str], actions: list[str], resources: list[str]) -> None:
    if "ResourceHandlingOption" not in form or resources == ["*"]:
        return
    for action in actions:
        if action.lower() != _HANDLED:
            start = "Invalid input resource handling options. Action does not support resource handling options"
            raise invalid(f"{start}: {action}.")  # captures of Sept 2026


def _marker(given: str) -> int:
    if not given.isdecimal():
        raise ApiFault(400, "ValidationError", "Invalid Marker.")
    return int(given)


def _size(given: str) -> int:
    size = int(given) if given.isdecimal() else 0
    if size < 1:
        raise _constraint(given, "maxItems", "Member must have value greater than or equal to 1")
    if size > _LARGEST_PAGE:
        raise _constraint(given, "maxItems", f"Member must have value less than or equal to {_LARGEST_PAGE}")
    return size
