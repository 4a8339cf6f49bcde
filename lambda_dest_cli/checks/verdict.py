"""What the simulator's answers about one destination come to: who said no, and what would cure it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from shlex import quote
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.roles import role_name
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.closer import STOOD_IN, closer, may
from lambda_dest_cli.checks.own_cure import own_policy_cure, own_statement
from lambda_dest_cli.checks.sides import decision_of, missing_of
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.delivery import context_type
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.iam.verdict import KEY, RESOURCE
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision, Permission, Question

_WORST_FIRST = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN, Decision.ALLOWED)
_IDENTITY = "identity policy"
_SPEAKERS = {
    "organization": "the organization",
    "permissions boundary": "the role's permissions boundary",
    RESOURCE: "the destination's own policy",
    KEY: "the key's own policy",
}
"""Who can say no besides the role's own policies: no policy of the role helps against them."""

Beside = Callable[["Wanted", Permission], Permission]
"""What lays another policy's word beside the simulator's answer."""


class Wanted(NamedTuple):
    """What the role has to be able to do for one slot."""

    slot: Slot
    arn: Arn
    words: str
    """Such as "deliver to sqs:orders-failed"."""
    questions: tuple[Question, ...]


def ask(
    subject: Subject, aws: Aws, report: Reporter, wanted: Sequence[Wanted], beside: Beside = lambda _, answer: answer
) -> Iterator[Finding]:
    """Ask everything of a subject at once, lay beside it what other policies say, and judge each slot."""
    # Two slots may have one target, and a question is answered once.
    questions = tuple(dict.fromkeys(question for each in wanted for question in each.questions))
    if not questions:
        return
    found, stood_in = may(subject, aws, questions)
    answers = dict(zip(questions, found, strict=True))
    for each in wanted:
        told = [closer(subject, aws, beside(each, answers[question])) for question in each.questions]
        finding = judge(subject, report.at(each.slot, each.arn), each, told)
        yield replace(finding, message=f"{finding.message} ({STOOD_IN})") if stood_in else finding


def judge(subject: Subject, here: Reporter, wanted: Wanted, answers: Sequence[Permission]) -> Finding:
    """Say what the answers about one slot come to."""
    worst = min(answers, key=_rank)
    decision = decision_of(worst)
    refused = [each for each in answers if decision_of(each) in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)]
    role, evidence = role_name(subject.facts.role), _evidence(subject, answers, worst, refused)
    if decision is Decision.ALLOWED:
        return here.passed(f"the role {role} may {wanted.words}{_by_others(answers)}{_unevaluated(answers)}", evidence)
    if decision is Decision.UNKNOWN:
        message = f"whether the role {role} may {wanted.words} is not known: {_open(answers)}"
        return here.skipped(message, _try_by_hand(subject, answers), evidence)
    message = f"the role {role} may not {wanted.words}: {_refusals(refused)}"
    statements = _statements(subject, worst, refused)
    hint = _cure(subject, wanted, worst, [json.dumps(each) for each in statements])
    return here.failure(message, hint, {**evidence, "statement": statements})


def _statements(subject: Subject, worst: Permission, refused: Sequence[Permission]) -> list[Mapping[str, object]]:
    """Give the smallest that grants what is refused, for the policy that it belongs into."""
    if worst.said_by in (RESOURCE, KEY):
        mine = [each for each in refused if each.said_by == worst.said_by]
        return [own_statement(subject.facts.role, _needs(mine), worst.said_by == KEY)]
    return [dict(each) for each in statements_for(_needs(refused))["Statement"]]


def _rank(answer: Permission) -> tuple[int, bool]:
    return _WORST_FIRST.index(decision_of(answer)), answer.said_by not in _SPEAKERS


def _evidence(
    subject: Subject, answers: Sequence[Permission], worst: Permission, refused: Sequence[Permission]
) -> dict[str, object]:
    telling = refused or [each for each in answers if each.decision is not Decision.ALLOWED] or answers
    return {
        "role": str(subject.facts.role),
        "decision": str(decision_of(worst)),
        "said_by": worst.said_by,
        "matched": sorted({name for each in telling for name in each.matched if name}),
        "missing_context": sorted({key for each in answers for key in each.missing_context}),
        **({"nearest": near} if (near := _nearest(telling)) else {}),
        "needs": [{"action": need.action, "resource": need.resource} for need in _needs(telling)],
    }


def _needs(answers: Sequence[Permission]) -> list[Need]:
    return [Need(each.question.action, each.question.resource) for each in answers]


def _by_others(answers: Sequence[Permission]) -> str:
    """Say who allows what the role's own policies do not."""
    speakers = dict.fromkeys(_SPEAKERS.get(each.said_by, each.said_by) for each in answers if each.said_by)
    return f": {' and '.join(speakers)} allows it" if speakers else ""


def _unevaluated(answers: Sequence[Permission]) -> str:
    keys = missing_of(answers)
    return f" (conditions on {', '.join(keys)} were not evaluated)" if keys else ""


def _open(answers: Sequence[Permission]) -> str:
    """Say what keeps the answer open: a context key, or a simulator that said nothing."""
    unknown = [each for each in answers if decision_of(each) is Decision.UNKNOWN]
    actions = ", ".join(dict.fromkeys(each.question.action for each in unknown))
    keys = missing_of(unknown)
    if keys:
        return f"for {actions} its policies have conditions on {', '.join(keys)}, which lds cannot tell"
    doubts = list(dict.fromkeys(doubt for each in unknown for doubt in each.doubts))
    if doubts:
        speaker = _SPEAKERS.get(unknown[0].said_by, "a policy")
        return f"for {actions} {speaker} decides, and lds cannot tell {', '.join(doubts)}"
    return f"IAM's simulator gave no answer for {actions}"


def _try_by_hand(subject: Subject, answers: Sequence[Permission]) -> str:
    """Give the call that asks IAM again, with values that somebody knows in place of VALUE."""
    answer = next(each for each in answers if decision_of(each) is Decision.UNKNOWN)
    if answer.doubts:
        return ""
    values = [*answer.question.context, *((key, "VALUE") for key in missing_of([answer]))]
    entries = " ".join(
        f"ContextKeyName={key},ContextKeyType={context_type(key)},ContextKeyValues={quote(value)}"
        for key, value in values
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
    near = "".join(f"; {each}" for each in _nearest(members))
    return f"none of its policies allows {actions} (implicitDeny{beside}){near}"


def _nearest(answers: Sequence[Permission]) -> list[str]:
    """Give the statements that almost allow it, each once."""
    return list(dict.fromkeys(near for each in answers for near in each.nearest))


def _cure(subject: Subject, wanted: Wanted, worst: Permission, statements: Sequence[str]) -> str:
    slot = wanted.slot
    if worst.decision is Decision.EXPLICIT_DENY:
        whose = worst.said_by in (RESOURCE, KEY)
        which = f"{', '.join(worst.matched)} of {_SPEAKERS[worst.said_by]}" if whose else "the policy that denies it"
        return f"change {which}: an explicit deny is stronger than any grant"
    if worst.said_by in (RESOURCE, KEY):
        owner = Arn.parse(worst.question.resource) if worst.said_by == KEY else wanted.arn
        return own_policy_cure(owner, subject.facts.role, statements)
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
