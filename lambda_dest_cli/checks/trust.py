"""LDS301: the execution role exists and lets Lambda assume it."""

import json
from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision, Role

_LAMBDA = "lambda.amazonaws.com"
STATEMENT = {"Effect": "Allow", "Principal": {"Service": _LAMBDA}, "Action": "sts:AssumeRole"}


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    facts = subject.facts
    try:
        role = aws.role(facts.role)
    except NotFound:
        yield report.failure(
            f"the execution role {facts.role} does not exist: the function cannot run, nor deliver",
            f"aws lambda update-function-configuration --function-name {facts.name} --role ROLE_ARN",
            {"role": str(facts.role)},
        )
        return
    verdict = _verdict(role, facts)
    evidence = {
        "role": str(facts.role),
        "decision": str(verdict.decision),
        "missing_context": list(verdict.missing_context),
        "trust_policy": role.trust_policy,
    }
    if verdict.decision is Decision.ALLOWED:
        yield report.passed(f"the role {role.name} lets Lambda assume it", evidence)
    elif verdict.decision is Decision.UNKNOWN or (
        verdict.decision is Decision.IMPLICIT_DENY and verdict.missing_context
    ):
        what = ", ".join(verdict.missing_context) or "something that lds does not know"
        yield report.skipped(
            f"whether the role {role.name} lets Lambda assume it is not known: its trust policy asks for {what}",
            evidence=evidence,
        )
    else:
        yield report.failure(
            f"the role {role.name} does not let Lambda assume it: the function cannot run, nor deliver",
            f"aws iam update-assume-role-policy --role-name {role.name} --policy-document file://trust.json\n"
            f"where trust.json is its trust policy with this statement added\n{json.dumps(STATEMENT)}",
            evidence,
        )


def _verdict(role: Role, facts: FunctionFacts) -> Verdict:
    """Judge what Lambda asks of IAM; it says for which function (Developer Guide, "Execution role")."""
    context = {"aws:SourceAccount": (facts.arn.account,), "aws:SourceArn": (str(facts.arn),)}
    request = Request("sts:AssumeRole", str(role.arn), principal=_LAMBDA, context=context)
    return evaluate(request, Policies(resource=read(role.trust_policy, "the trust policy")))


CHECK = Check(
    id="LDS301",
    title="The execution role exists and trusts Lambda",
    explanation=(
        "Lambda runs the function and delivers its records as the execution role. If the role is gone, or its "
        "trust policy does not name lambda.amazonaws.com, neither happens."
    ),
    run=_run,
)
