"""The least that grants what is needed."""

import json
from collections.abc import Iterable
from typing import TypedDict

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.policy import Policy
from lambda_dest_cli.model.permission import Decision


class GrantStatement(TypedDict):
    """A statement as IAM takes it."""

    Sid: str
    Effect: str
    Action: str | list[str]
    Resource: str | list[str]


class GrantDocument(TypedDict):
    """A policy document as IAM takes it."""

    Version: str
    Statement: list[GrantStatement]


def statements_for(needs: Iterable[Need]) -> GrantDocument:
    """Give the fewest statements that grant exactly ``needs``: one for each set of actions with the same resources.

    The order of the input does not matter.
    """
    actions_of: dict[str, set[str]] = {}
    for need in needs:
        actions_of.setdefault(need.resource, set()).add(need.action)
    resources_of: dict[tuple[str, ...], list[str]] = {}
    for resource in sorted(actions_of):
        resources_of.setdefault(tuple(sorted(actions_of[resource])), []).append(resource)
    taken: dict[str, int] = {}
    statements: list[GrantStatement] = []
    for actions, resources in sorted(resources_of.items()):
        statements.append(
            {
                "Sid": _sid(actions[0], taken),
                "Effect": "Allow",
                "Action": _one_or_many(list(actions)),
                "Resource": _one_or_many(resources),
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def policy_json(needs: Iterable[Need]) -> str:
    """Give the document as JSON text on one line."""
    return json.dumps(statements_for(needs))


def covers(policy: Policy, needs: Iterable[Need]) -> bool:
    """Say whether an identity policy grants all of ``needs`` for certain, whatever the context of the request."""
    policies = Policies([policy])
    return all(evaluate(Request(need.action, need.resource), policies).decision is Decision.ALLOWED for need in needs)


def _sid(action: str, taken: dict[str, int]) -> str:
    """Name a statement after its service; a Sid is letters and digits, and unique in its policy."""
    service = "".join(filter(str.isalnum, action.partition(":")[0]))
    name = f"Lds{service.capitalize()}"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"


def _one_or_many(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
