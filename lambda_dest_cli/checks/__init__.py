"""The doctor's checks: one file a check, one line in a table. Ids are stable; scripts and specs name them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePath
from traceback import extract_tb
from types import MappingProxyType

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import Advance, each
from lambda_dest_cli.checks import (
    active,
    age,
    ageing,
    aliases,
    both_paths,
    bucket_home,
    clock,
    concurrency,
    consumed,
    credentials,
    dead_letter_errors,
    dead_letter_only,
    dropped,
    event_age,
    exists,
    expiry,
    failure_path,
    filters,
    history,
    home,
    idle,
    invoked,
    itself,
    key,
    lifecycle,
    loop,
    next_active,
    next_concurrency,
    next_failure_path,
    old_dead_letter,
    own_permissions,
    own_policy,
    permission,
    queue_size,
    ranges,
    readable,
    redrive,
    retention,
    rule_targets,
    rules,
    shape,
    standard,
    stopped_loops,
    subscribers,
    throttles,
    topic_size,
    trust,
    twice,
    undelivered,
)
from lambda_dest_cli.checks.check import Check, FleetCheck, RunCheck, Topic
from lambda_dest_cli.checks.subject import Evidence, Reporter, Subject
from lambda_dest_cli.checks.together import ask_together
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.finding import Finding, State

_REPORT = "this is a fault of lds; what the other checks say still holds. Please report it"

CHECKS: dict[str, Check] = {
    "LDS101": shape.CHECK,
    "LDS102": standard.CHECK,
    "LDS103": home.CHECK,
    "LDS104": itself.CHECK,
    "LDS105": age.CHECK,
    "LDS106": twice.CHECK,
    "LDS107": loop.CHECK,
    "LDS108": ranges.CHECK,
    "LDS201": exists.CHECK,
    "LDS202": queue_size.CHECK,
    "LDS203": retention.CHECK,
    "LDS204": redrive.CHECK,
    "LDS205": consumed.CHECK,
    "LDS206": ageing.CHECK,
    "LDS207": subscribers.CHECK,
    "LDS208": filters.CHECK,
    "LDS209": topic_size.CHECK,
    "LDS210": rules.CHECK,
    "LDS211": rule_targets.CHECK,
    "LDS212": next_active.CHECK,
    "LDS213": next_concurrency.CHECK,
    "LDS214": next_failure_path.CHECK,
    "LDS215": bucket_home.CHECK,
    "LDS216": lifecycle.CHECK,
    "LDS301": trust.CHECK,
    "LDS302": permission.CHECK,
    "LDS303": key.CHECK,
    "LDS304": own_policy.CHECK,
    "LDS401": failure_path.CHECK,
    "LDS402": aliases.CHECK,
    "LDS403": active.CHECK,
    "LDS404": dead_letter_only.CHECK,
    "LDS405": both_paths.CHECK,
    "LDS406": invoked.CHECK,
    "LDS407": old_dead_letter.CHECK,
    "LDS408": concurrency.CHECK,
    "LDS501": undelivered.CHECK,
    "LDS502": dead_letter_errors.CHECK,
    "LDS503": dropped.CHECK,
    "LDS504": event_age.CHECK,
    "LDS505": throttles.CHECK,
    "LDS506": stopped_loops.CHECK,
}
"""What is asked of every function under every qualifier."""

AHEAD = frozenset(check.id for check in CHECKS.values() if check.ahead)
"""The checks that are made ahead of a write too."""

ONCE: dict[str, RunCheck] = {
    "LDS001": credentials.CHECK,
}
"""What is asked once a run."""

FLEET: dict[str, FleetCheck] = {
    "LDS409": idle.CHECK,
    "LDS500": history.CHECK,
    "LDS901": expiry.CHECK,
    "LDS902": clock.CHECK,
    "LDS903": own_permissions.CHECK,
}
"""What is asked once of all functions together, and of who asks."""

TOPICS: dict[str, Topic] = {**ONCE, "LDS002": readable.TOPIC, **CHECKS, **FLEET}
"""Every id that a finding can have."""


def run(
    subjects: Iterable[Subject],
    aws: Aws,
    ids: Collection[str] | None = None,
    ignore: Collection[str] = (),
    checks: Mapping[str, Check] = MappingProxyType(CHECKS),
    advance: Advance = lambda _done, _total: None,
) -> tuple[Finding, ...]:
    """Run checks on every subject, several at once; findings come in the order of the subjects and the table.

    ``ids`` are the checks to make (None: all of them), ``ignore`` those to leave out. A check that cannot be made is a
    *skip* with the reason; CredentialsProblem is raised, since then none can.
    """
    everyone = list(subjects)
    first = {str(one.facts.arn): one for one in reversed(everyone)}
    wanted = [check for check in checks.values() if (ids is None or check.id in ids) and check.id not in ignore]
    if len(everyone) > 1:
        ask_together(everyone, wanted, aws)
    jobs = [
        (subject, check)
        for subject in everyone
        for check in wanted
        if not check.per_function or subject is first[str(subject.facts.arn)]
    ]
    return tuple(finding for found in each(lambda job: _one(*job, aws), jobs, advance=advance) for finding in found)


def run_once(aws: Aws, ignore: Collection[str] = ()) -> tuple[Finding, ...]:
    """Make the checks of the run itself; raises CredentialsProblem when nobody is asking."""
    return tuple(check.run(aws) for check in ONCE.values() if check.id not in ignore)


def run_over_all(
    subjects: Sequence[Subject],
    aws: Aws,
    ignore: Collection[str] = (),
    checks: Mapping[str, FleetCheck] = MappingProxyType(FLEET),
) -> tuple[Finding, ...]:
    """Make the checks of all subjects together; one that cannot be made is a *skip*, as in ``run``."""
    wanted = [check for check in checks.values() if check.id not in ignore]

    def one(check: FleetCheck) -> list[Finding]:
        def could_not(message: str, hint: str, evidence: Evidence) -> Finding:
            return Finding(check.id, State.SKIP, message, hint=hint, evidence=evidence)

        return _attempt(check, lambda: check.run(subjects, aws), could_not)

    return tuple(finding for found in each(one, wanted) for finding in found)


def _one(subject: Subject, check: Check, aws: Aws) -> list[Finding]:
    report = Reporter(check.id, subject)

    def could_not(message: str, hint: str, evidence: Evidence) -> Finding:
        return report.skipped(message, hint, {"role": str(subject.facts.role), **evidence})

    return _attempt(check, lambda: check.run(subject, aws, report), could_not)


def _attempt(
    topic: Topic, make: Callable[[], Iterable[Finding]], could_not: Callable[[str, str, Evidence], Finding]
) -> list[Finding]:
    """Make a check; whatever keeps it from an answer is a *skip* with the reason, and no end of the run."""
    try:
        return list(make())
    except CredentialsProblem:
        raise
    except LdsError as problem:
        message = f"{topic.title}? It could not be checked: {problem.message}"
        return [could_not(message, problem.hint, {"error": problem.code})]
    except Exception as fault:  # noqa: BLE001 - one broken check must not hide what all the others find
        message = f"{topic.title}? The check itself failed: {type(fault).__name__}: {fault}"
        return [could_not(message, _REPORT, {"error": type(fault).__name__, "at": _place(fault)})]


def _place(fault: BaseException) -> str:
    """Say where in the code a fault was raised."""
    frame = extract_tb(fault.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno}"
