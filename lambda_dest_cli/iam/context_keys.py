"""Which context keys a set of policies asks for (GetContextKeysForPrincipalPolicy)."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.iam.policy import Policy, Statement
from lambda_dest_cli.iam.variables import keys_in


def context_keys(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Give the keys in the order in which they are met, each once whatever its case."""
    found: dict[str, str] = {}
    for policy in policies:
        for statement in policy.statements:
            for key in _keys(statement, policy.has_variables):
                found.setdefault(key.lower(), key)
    return tuple(found.values())


def _keys(statement: Statement, variables: bool) -> Iterator[str]:
    """Give what the resources name, then what the conditions do (AWS CLI, get-context-keys-for-custom-policy)."""
    yield from _named(statement.templates if variables else ())
    for condition in statement.conditions:
        yield condition.key
        yield from _named(condition.values if variables else ())


def _named(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from keys_in(text)
