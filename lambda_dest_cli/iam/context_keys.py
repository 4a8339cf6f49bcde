"""Which context keys a set of policies asks for (GetContextKeysForPrincipalPolicy)."""

import re
from collections.abc import Iterable

from lambda_dest_cli.iam.document import Policy

_VARIABLE = re.compile(r"\$\{\s*([^},\s]+)[^}]*\}")


def context_keys(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Give the keys in the order in which they are met, each once whatever its case."""
    found: dict[str, str] = {}
    for policy in policies:
        for statement in policy.statements:
            texts = list(statement.resources or ())
            for condition in statement.conditions:
                found.setdefault(condition.key.lower(), condition.key)
                texts += condition.values
            if policy.has_variables:
                for key in (key for text in texts for key in _VARIABLE.findall(text) if key not in "*?$"):
                    found.setdefault(key.lower(), key)
    return tuple(found.values())
