"""LDS903: who runs the doctor may make the calls that it needs."""

import json
from collections.abc import Iterator, Mapping, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import FleetCheck
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, NotFound
from lambda_dest_cli.iam.caller_needs import CallerNeed, Scope, needs_of, scoped
from lambda_dest_cli.iam.least_privilege import statements_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.permission import Decision, Permission, Question

_ID = "LDS903"
_SERVICES = {"sqs": Scope.QUEUE, "sns": Scope.TOPIC, "events": Scope.BUS, "s3": Scope.BUCKET}
_DOCTOR = "doctor"
_ALL_OF_IT = "lds policy --for doctor\nprints the policy that lds doctor needs"


def _run(subjects: Sequence[Subject], aws: Aws) -> Iterator[Finding]:
    caller = aws.caller()[0]
    if not subjects or not caller.arn or caller.arn.endswith(":root"):
        return
    try:
        principal = _principal(Arn.parse(caller.arn), aws)
        answers = aws.may(principal, tuple(_questions(_samples(subjects)))) if principal else []
    except (AccessDenied, NotFound) as problem:
        yield Finding(_ID, State.SKIP, f"what you may call is not known: {problem.message}", hint=_ALL_OF_IT)
        return
    missing = sorted({each.question.action for each in answers if _refused(each)})
    if missing:
        home = caller.home
        policy = statements_for(scoped(needs_of(_DOCTOR, missing), home.partition, home.region, None))
        yield Finding(
            _ID,
            State.WARN,
            f"you may not call {', '.join(missing)}: what needs it says 'could not be checked'",
            hint="\n".join([_ALL_OF_IT, "and this is missing", *(json.dumps(each) for each in policy["Statement"])]),
            evidence={"caller": caller.arn, "missing": missing, "statement": list(policy["Statement"])},
        )


def _principal(caller: Arn, aws: Aws) -> Arn | None:
    """Give the one that IAM's simulator takes: a session is none, and its ARN leaves the path of its role out."""
    kind, _, name = caller.resource.partition("/")
    if caller.service == "iam" and kind == "user":
        return caller
    if kind == "assumed-role":
        return aws.role(Arn(caller.partition, "iam", "", caller.account, f"role/{name.partition('/')[0]}")).arn
    return None


def _samples(subjects: Sequence[Subject]) -> Mapping[Scope, str]:
    """Give one resource of each kind that this run looks at."""
    facts = subjects[0].facts
    found = {Scope.ANYTHING: "*", Scope.FUNCTION: str(facts.arn), Scope.ROLE: str(facts.role)}
    for arn in (arn for subject in subjects for arn in subject.sound_routes().values()):
        scope = _SERVICES.get(arn.service)
        if scope and arn.account in ("", facts.arn.account):
            found.setdefault(scope, str(arn))
    return found


def _questions(samples: Mapping[Scope, str]) -> Iterator[Question]:
    wanted: tuple[CallerNeed, ...] = needs_of(_DOCTOR)
    return (Question(need.action, samples[need.scope]) for need in wanted if need.scope in samples)


def _refused(answer: Permission) -> bool:
    """Say whether it is a refusal for certain: a condition on what only a real call carries leaves it open."""
    denied = answer.decision is Decision.IMPLICIT_DENY and not answer.missing_context
    return denied or answer.decision is Decision.EXPLICIT_DENY


CHECK = FleetCheck(
    id=_ID,
    title="You may make the calls that the doctor needs",
    explanation=(
        "What you may not read, lds cannot check, and says so at each place. This asks IAM's simulator about yourself, "
        "once, for one function, role and destination of each kind, and names everything that is missing together, so "
        "that you can ask for it in one go. It says nothing of the root user, and nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html",
    run=_run,
)
