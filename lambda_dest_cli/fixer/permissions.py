"""The one inline policy ``lds-destinations`` of a role: what is missing is added, what is for nothing is removed."""

import json
from collections.abc import Callable, Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.destinations import Need, type_of
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.executor import Patience, accepted
from lambda_dest_cli.exporters.snippets import snippet
from lambda_dest_cli.fixer.holders import Holders, holders_of
from lambda_dest_cli.fixer.makers import maker_of
from lambda_dest_cli.fixer.remedy import Remedy, subject_of
from lambda_dest_cli.granter import apply_grant, curable, grant_for
from lambda_dest_cli.iam.pruning import needs_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.fix import Fix, FixKind
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.model.plan import Outcome

_ARN_PARTS = 6


def _plan(subjects: Sequence[Subject], findings: Sequence[Finding], aws: Aws) -> Iterator[Fix]:
    roles = dict.fromkeys(one.facts.role for one in subjects)
    missing: dict[Arn, list[Finding]] = {role: [] for role in roles}
    for finding in findings:
        subject = subject_of(finding, subjects)
        if subject:
            missing[subject.facts.role].append(finding)
    try:
        held, unknown = holders_of(roles, aws), ""
    except CredentialsProblem:
        raise
    except LdsError as problem:
        held, unknown = {}, f"who else runs as it is not known, so nothing is removed: {problem.message}"
    home = subjects[0].facts.arn if subjects else None
    for role in roles:
        if home:
            yield from _of_role(role, curable(missing[role]), held.get(role), unknown, home, aws)


def _of_role(
    role: Arn, needs: tuple[Need, ...], held: Holders | None, unknown: str, home: Arn, aws: Aws
) -> Iterator[Fix]:
    try:
        aws.role(role)
        grant = grant_for(role, needs, aws, _gone(held, home, aws) if held else lambda _: False)
    except NotFound:  # LDS301 says so
        return
    except CredentialsProblem:
        raise
    except LdsError as problem:
        if needs:
            yield Fix(FixKind.PERMISSIONS, role, "inline policy", "", "", outcome=Outcome.FAILED, error=problem.message)
        return
    if grant.statements or grant.removed:
        yield _fix(grant, held, unknown, aws)


def _fix(grant: Grant, held: Holders | None, unknown: str, aws: Aws) -> Fix:
    functions = held.functions if held else ()
    notes = [unknown] if unknown else []
    if len(functions) > 1:
        notes.append(f"{len(functions)} functions run as this role, and all of them get what it gets")
    role = aws.role(grant.role)
    maker, text = maker_of(role), ""
    if maker:
        notes.append(
            f"{maker.words} made this role: a change by hand makes it differ from the template, and may be undone at "
            "the next deployment; put this into the template too"
        )
        text = snippet(maker.dialect, role.name, maker.logical_id, json.loads(grant.after)) if grant.after else ""
    return Fix(
        FixKind.PERMISSIONS, grant.role, f"inline policy {grant.policy_name}", grant.before, grant.after,
        grant.statements, grant.removed, functions, tuple(notes), text,
    )  # fmt: skip


def _gone(held: Holders, home: Arn, aws: Aws) -> Callable[[Need], bool]:
    """Make what says whether a grant is for a destination that is no more.

    A role serves every region, and only one was looked at: what is of another stays. A bucket's ARN names no region, so
    a bucket counts as gone only when it does not exist.
    """
    needed = {need for name, arns in held.destinations.items() for arn in arns for need in _delivery(arn, name)}
    targets = [aws.target(arn) for arns in held.destinations.values() for arn in arns if _has_key(arn)]
    keys_known = all(not target.key_why and target.exists is not None for target in targets)
    keys = {str(target.key) for target in targets}

    def gone(need: Need) -> bool:
        parts = need.resource.split(":", _ARN_PARTS - 1)
        if need in needed or len(parts) < _ARN_PARTS:
            return False
        service, region, resource = parts[2], parts[3], parts[5]
        if service == "s3":
            bucket = Arn(home.partition, "s3", "", "", resource.partition("/")[0])
            return "*" not in bucket.resource and aws.target(bucket).exists is False
        if service == "kms":
            return region == home.region and keys_known and need.resource not in keys and "*" not in resource
        return region == home.region and "*" not in resource and "?" not in resource

    return gone


def _delivery(arn: Arn, function: str) -> tuple[Need, ...]:
    kind = type_of(arn)
    return kind.needs(arn, function) if kind else ()


def _has_key(arn: Arn) -> bool:
    kind = type_of(arn)
    return bool(kind and kind.kms_actions)


def _apply(fix: Fix, subjects: Sequence[Subject], aws: Aws, patience: Patience) -> None:
    needs = tuple(need for statement in fix.added for need in needs_of(json.loads(statement)))
    grant = Grant(fix.target, fix.what.rpartition(" ")[2], fix.before, fix.after, fix.added, fix.removed)
    if not apply_grant(grant, needs, aws):
        patience.tell(f"IAM does not show the new policy of {fix.target} yet")
    if not needs:
        return
    for one in subjects:
        if one.facts.role == fix.target and one.configured and one.config.destinations():
            accepted(FunctionRef(one.facts.name).at(one.qualifier), one.config, aws, patience)


REMEDY = Remedy(_plan, _apply)
