"""What came of a trial, in words."""

from collections.abc import Iterator, Mapping

from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.result import Problem
from lambda_dest_cli.model.trial import Hop, Trial, Verdict
from lambda_dest_cli.prover.course import Course
from lambda_dest_cli.prover.goal import Goal


def judged(course: Course, now: float) -> Trial:
    """Give the trial of an event that was accepted; ``now`` is the run's clock, in seconds."""
    goal, accepted, outcome = course.goal, course.accepted, course.outcome
    assert accepted is not None  # noqa: S101 - else there is nothing to judge
    course.infer(now)
    ended = outcome or course.told
    unexpected = ended is not None and goal.expected not in (None, ended)
    missing = {} if unexpected else course.missing
    passed = outcome is not None and not unexpected and not missing
    hops = tuple(_hops(course))
    return Trial(
        function=goal.name,
        verdict=Verdict.PASSED if passed else Verdict.FAILED,
        words=_words(course, missing, now),
        expected=goal.expected,
        hint="" if passed else _hint(course, now),
        request_id=accepted.request_id,
        outcome=outcome,
        hops=hops,
        line=_telling(course),
        missing=missing,
        seconds=max(hop.seconds for hop in hops) if outcome else now - course.began,
    )


def failed_to_try(goal: Goal, problem: LdsError) -> Trial:
    """Give the trial of a function whose event was never accepted, or could not be waited for."""
    return not_read(goal.name, problem, goal.expected)


def not_read(name: str, problem: LdsError, expected: InvocationOutcome | None) -> Trial:
    """Give the trial of a function that could not even be read."""
    said = Problem(problem.code, problem.message, problem.hint)
    return Trial(name, Verdict.ERROR, problem.message, expected, problem.hint, problem=said)


def nothing_to_see(name: str, problem: LdsError, expected: InvocationOutcome | None) -> Trial:
    """Give the trial of a function that has no destination for what is asked."""
    return Trial(name, Verdict.SKIPPED, problem.message, expected, problem.hint)


def listed(places: Mapping[Slot, Arn], goal: Goal, joint: str = "and") -> str:
    """Name slots with their destinations."""
    return f" {joint} ".join(f"{goal.label(arn)} ({slot.words})" for slot, arn in places.items())


def _words(course: Course, missing: Mapping[Slot, Arn], now: float) -> str:
    goal, outcome = course.goal, course.outcome
    if course.told and not missing:
        expected = "" if goal.expected is None else f"expected a {goal.expected}, and "
        return f"{expected}it succeeded, as its log tells{_seen_nowhere(goal, course.told)}"
    if outcome is None:
        what = course.told or goal.expected or "outcome"
        return f"no {what} arrived at {listed(missing, goal, 'nor')} within {_seconds(now - course.began)}"
    if goal.expected not in (None, outcome):
        ran = ", which ran all the same: the switch had not reached Lambda yet" if goal.forced else ""
        return f"expected {goal.expected}, got {outcome}{_error(course)}{ran}"
    there = {slot: goal.routes[slot] for slot in course.arrived}
    if missing:
        return f"the {outcome} arrived at {listed(there, goal)}, but not at {listed(missing, goal)}{_error(course)}"
    return f"the {outcome} arrived at {listed(there, goal)}{_error(course)}"


def _error(course: Course) -> str:
    line = _telling(course)
    if line is None or course.outcome is not InvocationOutcome.FAILURE:
        return ""
    kind = None if line.slot is Slot.DEAD_LETTER else line.error_type  # there it is a status of HTTP
    words = ": ".join(each for each in (kind, line.error_message) if each)
    return "".join(f"; {each}" for each in (line.condition, words) if each)


def _hint(course: Course, now: float) -> str:
    """Say what else is known of an event whose outcome is not all there."""
    return "; ".join(_known(course, now))


def _known(course: Course, now: float) -> Iterator[str]:
    goal = course.goal
    for arn, count in course.others.items():
        if arn in course.missing.values():
            yield (
                f"{goal.label(arn)} ran {count} time{'' if count == 1 else 's'} since, and its log does not say for "
                "which event: let it print its event, and lds can tell"
            )
    if course.outcome is not None:
        return
    yield _runs(course)
    if course.told:
        yield "it has not been run again, so it succeeded"
        return
    for other in InvocationOutcome:
        if goal.expected is None and not goal.targets(other):
            yield f"it may have been a {other}{_seen_nowhere(goal, other)}"
    if goal.expected is not InvocationOutcome.SUCCESS and goal.clock.patience > now - course.began + 1:
        yield f"a failure may take {_seconds(goal.clock.patience)}: give it longer with --timeout"


def _runs(course: Course) -> str:
    """Say what its function's log tells."""
    ran = len(course.attempts)
    if course.log_problem:
        return f"whether it ran is not known: {course.log_problem}"
    if not ran:
        return "its log shows no run of this event"
    running = course.attempts[-1].seconds is None
    return f"its log shows {ran} run{'' if ran == 1 else 's'} of it{', the last under way' if running else ''}"


def _seen_nowhere(goal: Goal, outcome: InvocationOutcome) -> str:
    return "" if goal.targets(outcome) else f", and a {outcome} has no destination"


def _hops(course: Course) -> Iterator[Hop]:
    accepted = course.accepted
    assert accepted is not None  # noqa: S101 - see judged
    yield Hop("accepted", accepted.at, 0.0, f"request {accepted.request_id}")
    for number, attempt in enumerate(course.attempts, 1):
        at = max(attempt.started, accepted.at)
        took = "" if attempt.seconds is None else f"ran {attempt.seconds * 1000:.0f} ms"
        beside = ", ".join(each for each in (took, attempt.status) if each)
        yield Hop(f"attempt {number}", at, (at - accepted.at).total_seconds(), beside)
    for slot, arrival in sorted(course.arrived.items(), key=lambda each: each[1].at):
        name = f"{slot} {course.goal.label(arrival.line.destination)}"
        yield Hop(name, arrival.at, (arrival.at - accepted.at).total_seconds())


def _telling(course: Course) -> OutcomeLine | None:
    """Give what arrived, the record rather than the dead letter."""
    lines = [arrival.line for slot, arrival in course.arrived.items() if slot is not Slot.DEAD_LETTER]
    return next(iter([*lines, *(arrival.line for arrival in course.arrived.values())]), None)


def _seconds(seconds: float) -> str:
    return duration(max(1, round(seconds)))
