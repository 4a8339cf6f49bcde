"""Why nothing arrived: the doctor's checks that bear on one trial, the likeliest cause first."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from shlex import quote

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.cure import for_the_same_aws
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.past import Window
from lambda_dest_cli.model.trial import Trial, Verdict
from lambda_dest_cli.prover.goal import Goal

_LIKELIEST = (
    "LDS408", "LDS403", "LDS201", "LDS302", "LDS304", "LDS303", "LDS301", "LDS215", "LDS101", "LDS102", "LDS103",
    "LDS104", "LDS205", "LDS212", "LDS213", "LDS209", "LDS202", "LDS506", "LDS505", "LDS501", "LDS502", "LDS503",
)  # fmt: skip
"""What keeps a record from arriving, and from being seen; the causes before CloudWatch's counts of what came of it."""
_METRICS_LATE = timedelta(minutes=2)
_STATES = (State.FAIL, State.WARN, State.SKIP)


def explained(goal: Goal, trial: Trial, aws: Aws, lds: Sequence[str] = (), cli: Sequence[str] = ()) -> Trial:
    """Give a trial with what the checks say, where something is missing.

    ``lds`` and ``cli`` are the options that lead lds and the AWS CLI to the same AWS.
    """
    if trial.verdict is not Verdict.FAILED or not trial.missing:
        return trial
    now = datetime.fromtimestamp(aws.clock(), UTC)
    start = now - timedelta(seconds=trial.seconds) - _METRICS_LATE
    aws.look_back([goal.subject.facts.name], Window(start.replace(second=0, microsecond=0), now))
    slots = set(trial.missing) if trial.outcome else set(goal.routes)
    try:
        found = run([goal.subject], aws, ids=_LIKELIEST)
    except CredentialsProblem:
        raise
    except LdsError as problem:
        return replace(trial, hint="; ".join(filter(None, (trial.hint, f"why is not known: {problem.message}"))))
    program = " ".join(["lds", *map(quote, lds)])
    more = (f"{program} doctor {goal.name}", f"{program} tail {goal.name}")
    return replace(trial, findings=for_the_same_aws(likeliest(found, slots), lds, cli), more=more)


def likeliest(findings: Collection[Finding], slots: Collection[Slot]) -> tuple[Finding, ...]:
    """Order what stands in the way of these slots: what fails before what may, causes before counts."""
    bearing = [each for each in findings if each.state in _STATES and (each.slot is None or each.slot in slots)]
    return tuple(sorted(bearing, key=lambda each: (_STATES.index(each.state), _LIKELIEST.index(each.id))))
