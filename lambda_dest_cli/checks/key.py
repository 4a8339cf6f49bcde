"""LDS303: the role may use the key that a destination is encrypted with."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import Wanted, ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question
from lambda_dest_cli.model.target import Target


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    wanted = []
    for slot, arn, target in _targets(subject, aws):
        why = target.key_why or (target.why if target.exists is None else "")
        if why:
            yield report.at(slot, arn).skipped(
                f"whether {subject.label(arn)} is encrypted with a key that the role may not use is not known: {why}"
            )
        elif target.key:
            wanted.append(_wanted(subject, slot, arn, target.key))
    yield from ask(subject, aws, report, wanted, "the key's own policy is not read, and may say otherwise")


def _targets(subject: Subject, aws: Aws) -> list[tuple[Slot, Arn, Target]]:
    routes = {slot: arn for slot, arn in subject.sound_routes().items() if _actions(arn)}
    found = each(aws.target, routes.values())
    return [(slot, arn, target) for (slot, arn), target in zip(routes.items(), found, strict=True)]


def _ahead(subject: Subject, aws: Aws) -> Iterator[Question]:
    for slot, arn, target in _targets(subject, aws):
        if target.key:
            yield from _wanted(subject, slot, arn, target.key).questions


def _wanted(subject: Subject, slot: Slot, arn: Arn, key: Arn) -> Wanted:
    """Ask as the service does that encrypts: its keys' policies are commonly limited to calls that come through it."""
    via = (("kms:ViaService", f"{arn.service}.{arn.region or subject.facts.arn.region}.amazonaws.com"),)
    questions = tuple(Question(action, str(key), via) for action in _actions(arn))
    return Wanted(slot, arn, f"use the key of {subject.label(arn)}", questions)


def _actions(arn: Arn) -> tuple[str, ...]:
    kind = type_of(arn)
    return kind.kms_actions if kind else ()


CHECK = Check(
    id="LDS303",
    title="The execution role may use the key that a destination is encrypted with",
    explanation=(
        "A queue, topic or bucket encrypted with a customer managed key takes a record only from a role that may "
        "use the key: kms:GenerateDataKey, and for SQS and SNS kms:Decrypt as well. Lambda is not known to check this "
        "when the destination is configured, and then records are lost. IAM's simulator is asked; the key's own "
        "policy, which must allow it too and could allow it alone, is not read. It says nothing where no customer "
        "managed key is used."
    ),
    run=_run,
    questions=_ahead,
)
