"""Cure a missing permission: one least-privilege inline policy on the execution role, and nothing wider."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.roles import POLICY_NAME
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.errors import Conflict, Rejected
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.iam.pruning import Statement, without
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.permission import Decision, Question

_POLLS = 20
_POLL_SECONDS = 0.5


def curable(findings: Iterable[Finding]) -> tuple[Need, ...]:
    """Give what an identity policy could cure: what the role is not granted, and nobody denies it."""
    needs: dict[Need, None] = {}
    for finding in findings:
        evidence = finding.evidence
        if (
            finding.state in (State.FAIL, State.WARN)
            and evidence.get("decision") == Decision.IMPLICIT_DENY
            and evidence.get("said_by") == "identity policy"
        ):
            listed = cast(list[Mapping[str, str]], evidence.get("needs", []))
            needs.update({Need(each["action"], each["resource"]): None for each in listed})
    return tuple(needs)


def grant_for(role: Arn, needs: tuple[Need, ...], aws: Aws, gone: Callable[[Need], bool] = lambda _: False) -> Grant:
    """Work out the policy that grants ``needs`` beside what ``lds-destinations`` grants already; writes nothing.

    What is ``gone`` is taken out of it.
    """
    before = aws.roles.inline_policy(role)
    old, removed = without(_statements(before, role) if before else [], gone)
    granted = [{**each, "Sid": None} for each in old]  # an older run may have numbered its Sid
    new = [each for each in statements_for(needs)["Statement"] if {**each, "Sid": None} not in granted]
    taken = {str(each.get("Sid")) for each in old}
    named = [{**each, "Sid": _free_sid(str(each.get("Sid", "Lds")), taken)} for each in new]
    document = {"Version": "2012-10-17", "Statement": [*old, *named]}
    return Grant(
        role, POLICY_NAME, before or "", json.dumps(document) if document["Statement"] else "",
        tuple(map(json.dumps, named)), tuple(map(json.dumps, removed)),
    )  # fmt: skip


def apply_grant(grant: Grant, needs: tuple[Need, ...], aws: Aws) -> bool:
    """Write the policy and wait until IAM's simulator sees it; False when it still does not after ten seconds.

    Raises Conflict, and writes nothing, where the policy is not what it was when the grant was worked out.
    """
    if (aws.roles.inline_policy(grant.role) or "") != grant.before:
        raise Conflict(
            f"{grant.role}: its inline policy {grant.policy_name} was changed by someone else meanwhile; nothing was "
            "written",
            "run the command again to see what is there now",
        )
    if grant.after:
        aws.roles.put_inline_policy(grant.role, grant.after)
    else:
        aws.roles.delete_inline_policy(grant.role)
    questions = [Question(need.action, need.resource) for need in needs]
    for _ in range(_POLLS):
        if all(answer.decision is Decision.ALLOWED for answer in aws.roles.may(grant.role, questions)):
            break
        aws.sleep(_POLL_SECONDS)
    else:
        return False
    aws.forget_permissions()
    return True


def _statements(document: str, role: Arn) -> list[Statement]:
    try:
        found = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected(
            f"{role}: its inline policy {POLICY_NAME} is not what lds wrote, so lds does not add to it",
            "rename that policy, or grant the permission yourself",
        ) from error
    return found if isinstance(found, list) else [found]


def _free_sid(sid: str, taken: set[str]) -> str:
    """Sids are unique in a policy: number the second ``LdsSqs``."""
    free, number = sid, 1
    while free in taken:
        number += 1
        free = f"{sid}{number}"
    taken.add(free)
    return free
