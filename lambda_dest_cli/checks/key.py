"""LDS303: the role may use the key that a destination is encrypted with."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.key_policy import with_key_policy
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import Wanted, ask
from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.iam.delivery import key_context
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Question
from lambda_dest_cli.model.target import Target

_USABLE = ("", "Enabled", "Creating", "Updating")


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    wanted = []
    for slot, arn, target in _targets(subject, aws):
        here = report.at(slot, arn)
        why = target.key_why or (target.why if target.exists is None else "")
        if why:
            yield here.skipped(
                f"whether {subject.label(arn)} is encrypted with a key that the role may not use is not known: {why}"
            )
        elif target.key_of_aws and arn.account not in ("", subject.facts.arn.account):
            yield here.failure(
                f"{subject.label(arn)} is encrypted with a key that AWS manages for its account, which nobody of "
                "another account can be let use",
                f"have its owner encrypt it with a key of their own, or without KMS\n{cure.another(subject, slot)}",
                {"key_of_aws": True},
            )
        elif target.key and target.key_state not in _USABLE:
            yield here.failure(
                f"the key of {subject.label(arn)} is {target.key_state}: nothing can be encrypted with it, and what is "
                "sent there is lost",
                _revived(target.key, target.key_state),
                {"key": str(target.key), "key_state": target.key_state},
            )
        elif target.key:
            wanted.append(_wanted(subject, slot, arn, target.key))
    yield from ask(subject, aws, report, wanted, lambda _, answer: with_key_policy(subject, aws, answer))


def _revived(key: Arn, state: str) -> str:
    cancelled = f"aws kms cancel-key-deletion --key-id {key}\n" if state == "PendingDeletion" else ""
    return f"{cancelled}aws kms enable-key --key-id {key}"


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
    context = key_context(subject.facts.role, key, arn.service, arn.region or subject.facts.arn.region)
    asked = tuple(Question(action, str(key), tuple(context.items())) for action in _actions(arn))
    return Wanted(slot, arn, f"use the key of {subject.label(arn)}", asked)


def _actions(arn: Arn) -> tuple[str, ...]:
    kind = type_of(arn)
    return kind.kms_actions if kind else ()


CHECK = Check(
    id="LDS303",
    title="The execution role may use the key that a destination is encrypted with",
    explanation=(
        "A queue, topic or bucket encrypted with a customer managed key takes a record only from a role that may "
        "use the key: kms:GenerateDataKey, and for SQS and SNS kms:Decrypt as well. Lambda is not known to check this "
        "when the destination is configured, and then records are lost. The key's own policy speaks first: it allows "
        "the role by itself, or leaves it to the account, and only then do the role's policies count (IAM's simulator "
        "is asked, for it does not see the key's). A grant of the key counts as well. It fails too where the key is "
        "disabled or about to be deleted, and where another account's queue or topic has a key that AWS manages "
        "(alias/aws/sqs), which cannot be shared. It says nothing where no customer managed key is used."
    ),
    page="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    run=_run,
    questions=_ahead,
)
