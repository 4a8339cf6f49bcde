"""A role's trust policy: Lambda is let in beside whomever it names already."""

import json
from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.checks.trust import STATEMENT
from lambda_dest_cli.errors import Conflict
from lambda_dest_cli.executor import Patience
from lambda_dest_cli.fixer.makers import maker_of
from lambda_dest_cli.fixer.remedy import Remedy
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fix import Fix, FixKind
from lambda_dest_cli.model.permission import Decision


def _plan(_subjects: Sequence[Subject], findings: Sequence[Finding], aws: Aws) -> Iterator[Fix]:
    concerned: dict[Arn, dict[str, None]] = {}
    for finding in findings:
        # An explicit deny is stronger than whatever would be added.
        if (finding.id, finding.state) == ("LDS301", State.FAIL) and (
            finding.evidence.get("decision") == Decision.IMPLICIT_DENY
        ):
            concerned.setdefault(Arn.parse(str(finding.evidence["role"])), {})[finding.function] = None
    for arn, functions in concerned.items():
        role = aws.role(arn)
        document = json.loads(role.trust_policy)
        listed = document.get("Statement", [])
        statements = listed if isinstance(listed, list) else [listed]
        after = {**document, "Statement": [*statements, STATEMENT]}
        maker = maker_of(role)
        notes = (f"{maker.words} made this role: change its trust policy in the template too",) if maker else ()
        yield Fix(
            FixKind.TRUST, arn, "trust policy", role.trust_policy, json.dumps(after), (json.dumps(STATEMENT),), (),
            tuple(functions), notes,
        )  # fmt: skip


def _apply(fix: Fix, _subjects: Sequence[Subject], aws: Aws, _patience: Patience) -> None:
    if json.loads(aws.roles.get(fix.target).trust_policy) != json.loads(fix.before):
        raise Conflict(
            f"{fix.target}: its trust policy was changed by someone else meanwhile; nothing was written",
            "run the command again to see what is there now",
        )
    aws.roles.put_trust_policy(fix.target, fix.after)


REMEDY = Remedy(_plan, _apply)
