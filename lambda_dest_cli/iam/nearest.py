"""Which statements almost allow a request: the same action, but elsewhere, or under a condition that does not hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate
from lambda_dest_cli.iam.policy import Policy, Statement
from lambda_dest_cli.iam.verdict import Match
from lambda_dest_cli.model.permission import Decision


def nearest(policies: Iterable[Policy], request: Request) -> tuple[str, ...]:
    """Say of each statement that allows the action why it does not allow the request."""
    return tuple(_near(policies, request))


def _near(policies: Iterable[Policy], request: Request) -> Iterator[str]:
    for policy in policies:
        for statement in policy.statements:
            if not statement.allows or statement.not_actions or not statement.is_about(request.action):
                continue
            if _reaches(policy, statement, request):
                keys = ", ".join(dict.fromkeys(condition.key for condition in statement.conditions))
                if keys:
                    yield f"{Match(policy, statement)} allows it on a condition on {keys} that does not hold"
            elif statement.resources and not statement.not_resources:
                yield f"{Match(policy, statement)} allows it on {_few(statement.resources)} only"


def _reaches(policy: Policy, statement: Statement, request: Request) -> bool:
    alone = replace(policy, statements=(replace(statement, conditions=()),))
    return evaluate(request, Policies((alone,))).decision is not Decision.IMPLICIT_DENY


def _few(resources: tuple[str, ...], most: int = 3) -> str:
    beside = f" and {len(resources) - most} more" if len(resources) > most else ""
    return ", ".join(resources[:most]) + beside
