"""Whom a resource's policy speaks of: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal"."""

from dataclasses import dataclass, field

from lambda_dest_cli.iam.policy import Condition, Principals, Statement
from lambda_dest_cli.iam.truth import Truth

_ACCOUNT_DIGITS = 12
_ARN_PARTS = 6
_SESSION_PARTS = 3
_ROLE_OF_SESSION = "assumed-role"
_NOT_BOUNDED = (f"{_ROLE_OF_SESSION}/", "user/")
_ARN_TESTS = frozenset({"ArnEquals", "ArnLike", "StringEquals", "StringEqualsIgnoreCase", "StringLike"})


@dataclass(slots=True)
class Requester:
    """Who makes a request: a role (its ARN; its session, where that is known), a user or a service."""

    arn: str
    session_name: str = ""
    account: str = field(init=False)
    """The requester's account; empty for a service."""
    is_service: bool = field(init=False)
    """Whether it is a service principal, such as ``lambda.amazonaws.com``."""

    def __post_init__(self) -> None:
        self.account = account_of(self.arn)
        self.is_service = bool(self.arn) and not self.arn.startswith("arn:")

    @property
    def _resource(self) -> list[str]:
        return _resource_of(self.arn).split("/")

    @property
    def _is_session(self) -> bool:
        return self._resource[0] == _ROLE_OF_SESSION and len(self._resource) == _SESSION_PARTS

    @property
    def role_name(self) -> str:
        """The role's name without its path, which is how a session's ARN names it."""
        return self._resource[1] if self._is_session else self._resource[-1]

    @property
    def session(self) -> str:
        """The name of the role's session; empty where it is not known."""
        return self._resource[2] if self._is_session else self.session_name

    def is_named(self, value: str) -> Truth:
        """Say whether an ARN as a principal is this requester, be it as the role or as its session."""
        if value == self.arn:
            return Truth.YES
        if not value.startswith("arn:") or account_of(value) != self.account:
            return Truth.NO
        kind, _, rest = _resource_of(value).partition("/")
        if kind == _ROLE_OF_SESSION:
            role, _, session = rest.partition("/")
            if role != self.role_name:
                return Truth.NO
            return Truth.of(session == self.session if self.session else None)
        if kind == "role" and self._is_session and rest.rpartition("/")[2] == self.role_name:
            return Truth.of(None if "/" in rest else True)  # a session's ARN does not tell the role's path
        return Truth.NO


def speaks_of(statement: Statement, requester: Requester, across: bool, bounded: bool) -> Truth:
    """Say whether a statement of a resource's policy allows or denies the requester as a principal of its own.

    ``across``: the resource is in another account, whose policy may then allow the requester's account as a whole; at
    home that only leaves the decision to the account. ``bounded``: the requester has a permissions boundary, and
    NotPrincipal with Deny "will always deny" such a one.
    """
    principals = statement.principals
    if principals is None:
        return Truth.UNKNOWN  # "You must use the Principal element in resource-based policies"
    if not principals.negated:
        return _named(principals, requester, account_too=across or not statement.allows)
    if statement.allows:
        # One edition of the page says that everybody else is allowed, a later one that it is not supported.
        return min(_named(principals, requester, account_too=True).negated, Truth.UNKNOWN)
    return Truth.YES if bounded else _is_not_spared(principals, requester)


def _is_not_spared(principals: Principals, requester: Requester) -> Truth:
    """Judge Deny with NotPrincipal. To spare an account is not to spare its roles."""
    spared = _named(principals, requester, account_too=False)
    if spared is Truth.YES and not (requester.is_service or _with_account(principals, requester)):
        return Truth.UNKNOWN  # without the account's ARN it "might deny access to the entire account"
    return spared.negated


def _with_account(principals: Principals, requester: Requester) -> bool:
    return names_account(principals, requester.arn) or any(_is_everyone(*entry) for entry in principals.entries)


def outreaches_boundary(statement: Statement, requester: Requester) -> Truth:
    """Say whether an Allow that speaks of a requester at home holds where the requester's boundary is silent.

    It does for a user or a session that is named, and for everyone (``*``) with a condition on aws:PrincipalArn; not
    for a role that is named by its ARN (pages "How AWS enforcement code logic evaluates requests" and "Principal").
    For everyone without that condition the pages do not say.
    """
    entries = statement.principals.entries if statement.principals else ()
    answers = (
        min(_is_requester(*entry, requester, account_too=False), _outreach(*entry, statement.conditions))
        for entry in entries
    )
    return max(answers, default=Truth.NO)


def _outreach(kind: str, value: str, conditions: tuple[Condition, ...]) -> Truth:
    if _is_everyone(kind, value):
        named = any(each.lookup == "aws:principalarn" and each.operator in _ARN_TESTS for each in conditions)
        return Truth.of(named or None)
    return Truth.of(kind == "AWS" and _resource_of(value).startswith(_NOT_BOUNDED))


def _named(principals: Principals, requester: Requester, account_too: bool) -> Truth:
    """Say whether any entry names the requester; ``account_too`` takes the account as a whole for all in it."""
    answers = (_is_requester(kind, value, requester, account_too) for kind, value in principals.entries)
    return max(answers, default=Truth.NO)


def _is_requester(kind: str, value: str, requester: Requester, account_too: bool) -> Truth:
    if _is_everyone(kind, value):
        return Truth.YES
    if kind == "Service":
        return _is_service(value, requester)
    if kind == "AWS":
        if requester.is_service:
            return Truth.NO
        return Truth.YES if account_too and _is_account(value, requester.account) else requester.is_named(value)
    # A canonical user may be the requester's account; what Federated means outside of trust policies no page says.
    return Truth.NO if requester.is_service and kind in ("Federated", "CanonicalUser") else Truth.UNKNOWN


def _is_service(value: str, requester: Requester) -> Truth:
    if not requester.is_service or value == requester.arn:
        return Truth.of(requester.is_service)
    return Truth.UNKNOWN if "*" in value else Truth.NO


def _is_everyone(kind: str, value: str) -> bool:
    return value == "*" and kind in ("*", "AWS")


def names_account(principals: Principals | None, requester: str) -> bool:
    """Say whether any entry is the requester's account as a whole."""
    return principals is not None and any(
        kind == "AWS" and _is_account(value, account_of(requester)) for kind, value in principals.entries
    )


def _is_account(value: str, account: str) -> bool:
    """Say whether a principal stands for an account as a whole: its id, or ``arn:aws:iam::ID:root``.

    A service has no account, and no principal stands for that.
    """
    if len(value) == _ACCOUNT_DIGITS and value.isdigit():
        return value == account
    return value.endswith(":root") and bool(account) and account_of(value) == account


def account_of(arn: str) -> str:
    """Give the account in an ARN; empty where there is none."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[4] if len(parts) == _ARN_PARTS else ""


def _resource_of(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[5] if len(parts) == _ARN_PARTS else ""
