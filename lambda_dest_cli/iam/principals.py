"""Whom a resource's policy speaks of: IAM User Guide, "AWS JSON policy elements: Principal"."""

from lambda_dest_cli.iam.document import Principals

_ACCOUNT_DIGITS = 12
_ARN_PARTS = 6


def speaks_of(principals: Principals | None, requester: str, delegation: bool) -> bool:
    """Say whether a resource policy's statement is about the requester.

    ``delegation`` counts the account itself in, which is right for Deny: to deny an account is to deny its roles.
    Allowing an account only lets its identity policies decide ("AWS JSON policy elements: Principal").
    """
    if principals is None:
        return True
    named = any(
        _is_requester(kind, value, requester, delegation or principals.negated) for kind, value in principals.entries
    )
    return named is not principals.negated


def _is_requester(kind: str, value: str, requester: str, delegation: bool) -> bool:
    if value == "*" and kind in ("*", "AWS"):
        return True
    if kind == "Service":
        return value == requester
    if kind != "AWS":
        return False
    return value == requester or (delegation and _account_of_principal(value) == account_of(requester))


def names_account(principals: Principals | None, requester: str) -> bool:
    """Say whether a statement speaks of the requester's account as a whole."""
    account = account_of(requester)
    return (
        principals is not None
        and not principals.negated
        and any(
            kind == "AWS" and bool(account) and _account_of_principal(value) == account
            for kind, value in principals.entries
        )
    )


def _account_of_principal(value: str) -> str:
    """Give the account that a principal stands for as a whole: its id, or ``arn:aws:iam::ID:root``."""
    if len(value) == _ACCOUNT_DIGITS and value.isdigit():
        return value
    return account_of(value) if value.endswith(":root") else ""


def account_of(arn: str) -> str:
    """Give the account in an ARN; empty where there is none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""
