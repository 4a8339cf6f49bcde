"""LDS002: a function of a fleet whose configuration could not be read. One that a person named is an error instead."""

from lambda_dest_cli.checks.check import Topic
from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.function_ref import LATEST

TOPIC = Topic(
    id="LDS002",
    title="The configuration of each function can be read",
    explanation=(
        "When a whole region is checked, a function that you may not read is not passed over in silence: nothing is "
        "known of it. You need lambda:ListFunctionEventInvokeConfigs, lambda:ListAliases and "
        "lambda:GetFunctionConfiguration on it."
    ),
)


def unread(name: str, role: Arn | None, problem: LdsError) -> Finding:
    """Give the finding for a function that could not be read."""
    evidence = {**({"role": str(role)} if role else {}), "error": problem.code}
    return Finding(
        TOPIC.id,
        State.SKIP,
        f"nothing was checked: {problem.message}",
        name,
        LATEST,
        hint=problem.hint,
        evidence=evidence,
    )
