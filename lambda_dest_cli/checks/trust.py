"""LDS301: the execution role exists and lets Lambda assume it."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.iam.document import read
from lambda_dest_cli.iam.evaluate import trusts
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision

_LAMBDA = "lambda.amazonaws.com"


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    facts = subject.facts
    try:
        role = aws.role(facts.role)
    except NotFound:
        yield report.failure(
            f"the execution role {facts.role} does not exist: the function cannot run, nor deliver",
            "give the function a role (aws lambda update-function-configuration --role)",
            {"role": str(facts.role)},
        )
        return
    context = {"aws:SourceAccount": (facts.arn.account,), "aws:SourceArn": (str(facts.arn),)}
    decision = trusts(read(role.trust_policy, "the trust policy"), _LAMBDA, context)
    evidence = {"role": str(facts.role), "decision": str(decision), "trust_policy": role.trust_policy}
    if decision is Decision.ALLOWED:
        yield report.passed(f"the role {role.name} lets Lambda assume it", evidence)
    elif decision is Decision.UNKNOWN:
        yield report.skipped(
            f"whether the role {role.name} lets Lambda assume it depends on what lds cannot tell", evidence=evidence
        )
    else:
        yield report.failure(
            f"the role {role.name} does not let Lambda assume it: the function cannot run, nor deliver",
            f"its trust policy must allow sts:AssumeRole to {_LAMBDA}",
            evidence,
        )


CHECK = Check(
    id="LDS301",
    title="The execution role exists and trusts Lambda",
    explanation=(
        "Lambda runs the function and delivers its records as the execution role. If the role is gone, or its "
        "trust policy does not name lambda.amazonaws.com, neither happens."
    ),
    run=_run,
)
