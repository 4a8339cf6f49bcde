"""LDS304: a destination's own policy lets the role deliver."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.permission import questions
from lambda_dest_cli.checks.reached import Reached, reached
from lambda_dest_cli.checks.sides import Other, both_sides
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.checks.verdict import Wanted, judge
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.policy import Policy
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.permission import Decision, Permission

_ANOTHER = "another account"


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one in reached(subject, aws, report):
        owner = _owner(one, subject, aws)
        across = owner != subject.facts.arn.account
        if one.arn.service == "lambda" and not across:
            continue  # what AddPermission writes never denies, and at home the role's own policies are enough
        try:
            own = aws.policy_of(one.target)
            policy = read(own, one.label) if own else Policy(())
        except CredentialsProblem:
            raise
        except LdsError as problem:
            yield one.here.skipped(
                f"what the own policy of {one.label} says of the role is not known: {problem.message}", problem.hint
            )
            continue
        other = Other(policy, subject.facts.role, subject.facts.arn, owner)
        found = _judged(subject, one, other)
        if across or found.state is not State.PASS:
            yield found


def _owner(one: Reached, subject: Subject, aws: Aws) -> str:
    """Give the account that a destination belongs to; of a bucket only whether it is the function's can be told."""
    home = subject.facts.arn.account
    if one.arn.service != "s3":
        return one.arn.account
    return home if aws.bucket(one.arn, home).owned else _ANOTHER


def _judged(subject: Subject, one: Reached, other: Other) -> Finding:
    """Ask the policy as if the role's own side allowed it, which LDS302 looks at."""
    asked = questions(subject, one.arn)
    answers = [both_sides(Permission(question, Decision.ALLOWED), other) for question in asked]
    return judge(subject, one.here, Wanted(one.slot, one.arn, f"deliver to {one.label}", asked), answers)


CHECK = Check(
    id="LDS304",
    title="A destination's own policy lets the role deliver",
    explanation=(
        "Queues, topics, buses, buckets and functions have policies of their own, which IAM's simulator does not see. "
        "In one account the role's policies are enough, unless the destination's own policy denies it: that one is "
        "read and evaluated, and the finding names the statement. Across accounts both sides must allow it. A "
        "condition on what cannot be told of a delivery beforehand (such as aws:SourceVpce) makes the "
        "answer 'could not be checked'. It says nothing when all is well in one account."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    run=_run,
)
