"""LDS303: the role may use the key that a destination is encrypted with."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    wanted = {}
    for slot, arn in subject.sound_routes().items():
        target, kind = aws.target(arn), type_of(arn)
        if target.key_why:
            yield report.at(slot, arn).skipped(f"the key that {subject.label(arn)} is encrypted with: {target.key_why}")
        if target.key and kind and kind.kms_actions:
            via = (("kms:ViaService", f"{kind.service}.{arn.region or subject.facts.arn.region}.amazonaws.com"),)
            wanted[slot] = [Question(action, str(target.key), via) for action in kind.kms_actions]
    yield from ask(subject, aws, report, wanted, "use the key of")


CHECK = Check(
    id="LDS303",
    title="The execution role may use the key that a destination is encrypted with",
    explanation=(
        "A queue, topic or bucket encrypted with a customer managed key takes a record only from a role that may "
        "use the key: kms:GenerateDataKey, and for SQS and SNS kms:Decrypt as well. Lambda does not check this "
        "when the destination is configured. The key's own policy must allow it too; the simulator does not read "
        "that."
    ),
    run=_run,
)
