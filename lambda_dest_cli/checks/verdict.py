"""What the simulator's answers about one destination come to: who said no, and what would cure it."""

import json
from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision, Permission, Question

_ORDER = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNKNOWN, Decision.ALLOWED)
"""Worst first."""


def ask(
    subject: Subject, aws: Aws, report: Reporter, wanted: dict[Slot, list[Question]], verb: str
) -> Iterator[Finding]:
    """Ask all questions of a subject in as few calls as may be, and judge each slot; ``verb`` says what is wanted."""
    questions = tuple(question for asked in wanted.values() for question in asked)
    if not questions:
        return
    answers = dict(zip(questions, aws.may(subject.facts.role, questions), strict=True))
    for slot, asked in wanted.items():
        arn = subject.routes()[slot]
        yield _judge(
            subject, report.at(slot, arn), [answers[question] for question in asked], f"{verb} {subject.label(arn)}"
        )


def _judge(subject: Subject, here: Reporter, answers: Sequence[Permission], what: str) -> Finding:
    worst = min(answers, key=lambda answer: _ORDER.index(answer.decision))
    refused = [answer for answer in answers if answer.decision is not Decision.ALLOWED]
    missing = sorted({key for answer in answers for key in answer.missing_context})
    needs = [Need(answer.question.action, answer.question.resource) for answer in refused]
    role = subject.facts.role.resource.rpartition("/")[2]
    evidence: dict[str, object] = {
        "role": str(subject.facts.role),
        "decision": str(worst.decision),
        "said_by": worst.said_by,
        "matched": sorted({name for answer in refused for name in answer.matched}),
        "missing_context": missing,
        "needs": [{"action": need.action, "resource": need.resource} for need in needs],
    }
    if not refused:
        beside = f" (conditions on {', '.join(missing)} not evaluated)" if missing else ""
        return here.passed(f"the role {role} may {what}{beside}", evidence=evidence)
    actions = ", ".join(dict.fromkeys(need.action for need in needs))
    if worst.decision is Decision.UNKNOWN or (worst.decision is Decision.IMPLICIT_DENY and missing):
        why = ", ".join(missing) or "what IAM did not answer"
        return here.skipped(f"whether the role {role} may {what} ({actions}) depends on {why}", evidence=evidence)
    statement = statements_for(needs)["Statement"]
    message = f"the role {role} may not {what}: {actions} {_who(worst)}"
    return here.failure(message, _cure(subject, worst, statement), {**evidence, "statement": statement})


def _who(answer: Permission) -> str:
    """Say who said no, in words."""
    by = f" ({', '.join(answer.matched)})" if answer.matched else ""
    if answer.decision is Decision.EXPLICIT_DENY:
        return f"is denied explicitly by a policy{by}"
    if answer.said_by == "identity policy":
        return "is in none of its policies (implicitDeny)"
    return f"is not allowed by the {answer.said_by} (implicitDeny)"


def _cure(subject: Subject, answer: Permission, statement: object) -> str:
    if answer.decision is Decision.EXPLICIT_DENY:
        return "an explicit deny is stronger than any grant: change the policy that denies it"
    if answer.said_by != "identity policy":
        return f"no policy of the role can cure it: the {answer.said_by} must allow it too"
    name = subject.name
    slots = " ".join(f"--{flag} {subject.label(arn)}" for flag, arn in _flags(subject))
    return f"lds configure {name} {slots} --fix-role\nwhich adds {json.dumps(statement)}"


def _flags(subject: Subject) -> Iterator[tuple[str, Arn]]:
    for slot, arn in subject.routes().items():
        yield {Slot.ON_SUCCESS: "on-success", Slot.ON_FAILURE: "on-failure", Slot.DEAD_LETTER: "dlq"}[slot], arn
