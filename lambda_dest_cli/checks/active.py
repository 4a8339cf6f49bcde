"""LDS403: the function is active."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef

_STATES_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    facts = _with_state(subject, aws)
    evidence = {"state": facts.state, "last_update_status": facts.last_update_status, "reason": facts.reason}
    because = f": {facts.reason}" if facts.reason else ""
    look = f"aws lambda get-function --function-name {subject.name}"
    if facts.state == "Failed":
        yield report.failure(f"the function cannot run: Lambda could not set it up{because}", look, evidence)
    elif facts.state == "Inactive":
        yield report.warning(
            f"the function is inactive, for it has not run for weeks; its first event fails and wakes it{because}",
            f"aws lambda invoke --function-name {subject.name} --invocation-type Event /dev/stdout",
            evidence,
        )
    elif facts.state == "Pending":
        yield report.skipped(f"the function is still being set up and takes no events yet{because}", look, evidence)
    if facts.last_update_status == "Failed":
        yield report.warning(
            f"its last update failed, so that what runs is what was there before{because}", look, evidence
        )


def _with_state(subject: Subject, aws: Aws) -> FunctionFacts:
    """Ask where the function was only listed: a list leaves the state out."""
    return subject.facts if subject.facts.state else aws.health(FunctionRef(subject.facts.name)).facts


CHECK = Check(
    id="LDS403",
    title="The function is active",
    explanation=(
        "A function in the state Failed cannot run, one that is Pending takes no events yet (look again soon), and one "
        "that is Inactive (Lambda took its resources back after weeks without use) fails at the first event, which "
        "wakes it up. Where the last update failed, what runs is the version before it. It says nothing when all is "
        "well."
    ),
    page=_STATES_PAGE,
    run=_run,
    ahead=False,
)
