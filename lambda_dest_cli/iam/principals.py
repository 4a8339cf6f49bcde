"""Whom a resource's policy speaks of: IAM User Guide, "AWS JSON policy elements: Principal"."""

from lambda_dest_cli.iam.document import Principals

_ACCOUNT_DIGITS = 12
_ARN_PARTS = 6


def speaks_of(principals: Principals | None, requester: str, delegation: bool) -> bool:
    """Say whether a resource policy's statement is about the requester.

    ``delegation`` counts the account itself in, which is right for Deny: to deny an account is to deny its roles.
    Allowing an account only lets its identity policies decide ("AWS JSON policy elements: Principal"). For NotPrincipal
    it is the other way round: to except an account from a Deny is not to except its roles ("… NotPrincipal").
    """
    if principals is None:
        return True
    account_too = delegation is not principals.negated
    named = any(_is_requester(kind, value, requester, account_too) for kind, value in principals.entries)
    return named is not principals.negated


def _is_requester(kind: str, value: str, requester: str, delegation: bool) -> bool:
    if value == "*" and kind in ("*", "AWS"):
        return True
    if kind == "Service":
        return value == requester
    if kind != "AWS":
        return False
    return value == requester or (delegation and _is_account(value, account_of(requester)))


def names_account(principals: Principals | None, requester: str) -> bool:
    """Say whether a statement speaks of the requester's account as a whole."""
    return (
        principals is not None
        and not principals.negated
        and any(kind == "AWS" and _is_account(value, account_of(requester)) for kind, value in principals.entries)
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
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""
