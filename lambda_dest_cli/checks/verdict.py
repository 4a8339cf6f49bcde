"""What the simulator's answers about one destination come to: who said no, and what would cure it."""

import json
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.roles import role_name
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision, Permission, Question

_WORST_FIRST = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN, Decision.ALLOWED)
_IDENTITY = "identity policy"
_SPEAKERS = {"organization": "the organization", "permissions boundary": "the role's permissions boundary"}
"""Who can say no besides the role's own policies; strongest first: no policy of the role helps against them."""

_NEVER_CARRIED = frozenset({"lambda:sourcefunctionarn"})
"""Keys that a delivery does not have (captures of Sept 2026), so that what asks for them is known not to match."""


class Wanted(NamedTuple):
    """What the role has to be able to do for one slot."""

    slot: Slot
    arn: Arn
    words: str
    """Such as "deliver to sqs:orders-failed"."""
    questions: tuple[Question, ...]


def ask(subject: Subject, aws: Aws, report: Reporter, wanted: Sequence[Wanted], limit: str = "") -> Iterator[Finding]:
    """Ask everything of a subject at once, and judge each slot; ``limit`` is what a refusal does not take in."""
    # Two slots may have one target, and a question is answered once.
    questions = tuple(dict.fromkeys(question for each in wanted for question in each.questions))
    if not questions:
        return
    answers = dict(zip(questions, aws.may(subject.facts.role, questions), strict=True))
    for each in wanted:
        here = report.at(each.slot, each.arn)
        yield _judge(subject, here, each, [answers[question] for question in each.questions], limit)


def _judge(subject: Subject, here: Reporter, wanted: Wanted, answers: Sequence[Permission], limit: str) -> Finding:
    worst = min(answers, key=_rank)
    decision = _decision(worst)
    refused = [each for each in answers if _decision(each) in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)]
    role, evidence = role_name(subject.facts.role), _evidence(subject, answers, worst, refused)
    if decision is Decision.ALLOWED:
        return here.passed(f"the role {role} may {wanted.words}{_unevaluated(answers)}", evidence)
    if decision is Decision.UNKNOWN:
        message = f"whether the role {role} may {wanted.words} is not known: {_open(answers)}"
        return here.skipped(message, _try_by_hand(subject, answers), evidence)
    beside = f" ({limit})" if limit and worst.decision is Decision.IMPLICIT_DENY else ""
    message = f"the role {role} may not {wanted.words}: {_refusals(refused)}{beside}"
    statement = statements_for(_needs(refused))["Statement"]
    hint = _cure(subject, wanted.slot, worst, [json.dumps(each) for each in statement])
    return here.failure(message, hint, {**evidence, "statement": statement})


def _decision(answer: Permission) -> Decision:
    """Read the decision; a refusal that a missing context key may have caused is none.

    IAM takes a statement whose key is missing for one that does not match (IAM API, MissingContextValues).
    """
    if answer.decision is Decision.IMPLICIT_DENY and _missing([answer]):
        return Decision.UNKNOWN
    return answer.decision


def _missing(answers: Sequence[Permission]) -> list[str]:
    """Give the keys that IAM missed and a delivery might have."""
    return sorted({key for each in answers for key in each.missing_context if key.lower() not in _NEVER_CARRIED})


def _rank(answer: Permission) -> tuple[int, bool]:
    return _WORST_FIRST.index(_decision(answer)), answer.said_by not in _SPEAKERS


def _evidence(
    subject: Subject, answers: Sequence[Permission], worst: Permission, refused: Sequence[Permission]
) -> dict[str, object]:
    telling = refused or [each for each in answers if each.decision is not Decision.ALLOWED] or answers
    return {
        "role": str(subject.facts.role),
        "decision": str(_decision(worst)),
        "said_by": worst.said_by,
        "matched": sorted({name for each in telling for name in each.matched if name}),
        "missing_context": sorted({key for each in answers for key in each.missing_context}),
        "needs": [{"action": need.action, "resource": need.resource} for need in _needs(telling)],
    }


def _needs(answers: Sequence[Permission]) -> list[Need]:
    return [Need(each.question.action, each.question.resource) for each in answers]


def _unevaluated(answers: Sequence[Permission]) -> str:
    keys = _missing(answers)
    return f" (conditions on {', '.join(keys)} were not evaluated)" if keys else ""


def _open(answers: Sequence[Permission]) -> str:
    """Say what keeps the answer open: a context key, or a simulator that said nothing."""
    unknown = [each for each in answers if _decision(each) is Decision.UNKNOWN]
    actions = ", ".join(dict.fromkeys(each.question.action for each in unknown))
    keys = _missing(unknown)
    if keys:
        return f"for {actions} its policies have conditions on {', '.join(keys)}, which lds cannot tell"
    return f"IAM's simulator gave no answer for {actions}"


def _try_by_hand(subject: Subject, answers: Sequence[Permission]) -> str:
    """Give the call that asks IAM again, with values that somebody knows in place of VALUE."""
    answer = next(each for each in answers if _decision(each) is Decision.UNKNOWN)
    values = [*answer.question.context, *((key, "VALUE") for key in _missing([answer]))]
    entries = " ".join(
        f"ContextKeyName={key},ContextKeyType=string,ContextKeyValues={quote(value)}" for key, value in values
    )
    return (
        f"aws iam simulate-principal-policy --policy-source-arn {quote(str(subject.facts.role))} "
        f"--action-names {answer.question.action} --resource-arns {quote(answer.question.resource)}"
        f"{entries and f' --context-entries {entries}'}"
    )


def _refusals(refused: Sequence[Permission]) -> str:
    """Give one clause for each who said no, with IAM's own word for how."""
    groups: dict[tuple[str, Decision], list[Permission]] = {}
    for answer in refused:
        groups.setdefault((answer.said_by, answer.decision), []).append(answer)
    return "; ".join(_clause(said_by, decision, members) for (said_by, decision), members in groups.items())


def _clause(said_by: str, decision: Decision, members: Sequence[Permission]) -> str:
    actions = " and ".join(dict.fromkeys(each.question.action for each in members))
    matched = ", ".join(dict.fromkeys(name for each in members for name in each.matched if name))
    if decision is Decision.EXPLICIT_DENY:
        return f"{_SPEAKERS.get(said_by, 'a policy')} denies {actions} (explicitDeny{matched and f' by {matched}'})"
    if said_by in _SPEAKERS:
        return f"{_SPEAKERS[said_by]} does not allow {actions} (implicitDeny)"
    asked = sorted({key for each in members for key in each.missing_context})
    beside = f"; a condition asks for {', '.join(asked)}, which no delivery carries" if asked else ""
    return f"none of its policies allows {actions} (implicitDeny{beside})"


def _cure(subject: Subject, slot: Slot, worst: Permission, statements: Sequence[str]) -> str:
    if worst.decision is Decision.EXPLICIT_DENY:
        return "change the policy that denies it: an explicit deny is stronger than any grant"
    if worst.said_by != _IDENTITY:
        speaker = _SPEAKERS.get(worst.said_by, worst.said_by)
        return "\n".join([f"{speaker} must allow it; no policy of the role alone can", *statements])
    grant = "\n".join(["which grants the role", *statements])
    if slot is Slot.DEAD_LETTER and _published_with(subject):
        return "\n".join(
            ["publish a version with the dead-letter queue that $LATEST has, or grant the role", *statements]
        )
    return f"{cure.with_role_fixed(subject, slot)}\n{grant}"


def _published_with(subject: Subject) -> bool:
    """Say whether the DLQ is a version's own, which stays as it was published and cannot be configured."""
    return subject.dead_letter == subject.facts.dead_letter != subject.state.facts.dead_letter
