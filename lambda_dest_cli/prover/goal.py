"""What a trial is to reach: of one function under one qualifier, where each outcome must arrive."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.feeds import has_feed
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.select import named
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.outcome import InvocationOutcome, Route, Watch
from lambda_dest_cli.prover.retry_clock import RetryClock, retry_clock

SLOTS: Mapping[InvocationOutcome, tuple[Slot, ...]] = {
    InvocationOutcome.SUCCESS: (Slot.ON_SUCCESS,),
    InvocationOutcome.FAILURE: (Slot.ON_FAILURE, Slot.DEAD_LETTER),
}
"""Where each outcome goes."""


class Wish(NamedTuple):
    """What was asked of a trial. ``timeout`` in seconds, None for as long as the retries may take."""

    payload: bytes
    expected: InvocationOutcome | None = None
    timeout: float | None = None
    forced: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Goal:
    """One function to try."""

    ref: FunctionRef
    subject: Subject
    payload: bytes
    expected: InvocationOutcome | None
    clock: RetryClock
    timeout: float
    forced: bool = False
    routes: Mapping[Slot, Arn] = field(default_factory=dict)
    """The destinations that can be watched."""

    @property
    def name(self) -> str:
        """The function as a person types it."""
        return self.subject.name

    def targets(self, outcome: InvocationOutcome | None) -> Mapping[Slot, Arn]:
        """Give where an outcome must arrive; for None, where any may."""
        slots = SLOTS[outcome] if outcome else tuple(Slot)
        return {slot: self.routes[slot] for slot in slots if slot in self.routes}

    def label(self, arn: Arn) -> str:
        """Give the short name of a destination."""
        return self.subject.label(arn)


def goal_of(subject: Subject, ref: FunctionRef, wish: Wish) -> Goal:
    """Make the goal of a function; raises UsageProblem where what is asked for would be seen nowhere."""
    clock = retry_clock(subject.config, subject.facts.timeout_seconds, wish.scale, wish.forced)
    routes = {slot: arn for slot, arn in subject.routes().items() if has_feed(arn)}
    timeout = clock.patience if wish.timeout is None else wish.timeout
    goal = Goal(ref, subject, wish.payload, wish.expected, clock, timeout, wish.forced, routes)
    if not goal.targets(wish.expected):
        raise _nowhere(goal)
    return goal


def read_subjects(
    refs: Sequence[FunctionRef], aws: Aws
) -> tuple[dict[FunctionRef, Subject], dict[FunctionRef, LdsError]]:
    """Read functions with their configurations; of those that cannot be read, why. Raises CredentialsProblem."""
    unread: dict[FunctionRef, LdsError] = {}

    def read(ref: FunctionRef) -> Subject | None:
        try:
            return named([ref.at(ref.qualifier)], aws).subjects[0]
        except CredentialsProblem:
            raise
        except LdsError as problem:
            unread[ref] = problem
            return None

    found = each(read, refs)
    return {ref: subject for ref, subject in zip(refs, found, strict=True) if subject}, unread


def goals_of(
    subjects: Iterable[Subject], wish: Wish, refs: Iterable[FunctionRef] = ()
) -> tuple[list[Goal], dict[str, UsageProblem]]:
    """Make the goals of many functions; of those that have none, why, by name. ``refs`` are how they were named."""
    typed = {ref.name: ref for ref in refs}
    goals, others = [], {}
    for subject in subjects:
        try:
            name = subject.facts.name
            goals.append(goal_of(subject, typed.get(name, FunctionRef(name)).at(subject.qualifier), wish))
        except UsageProblem as problem:
            others[subject.name] = problem
    return goals, others


def say_what_is_not_seen(goal: Goal, note: Callable[[str], None]) -> None:
    """Say ahead which outcome would leave no trace, which destination cannot be watched, and how long it may take."""
    for slot, arn in goal.subject.routes().items():
        if slot not in goal.routes:
            note(f"{goal.name}: its {slot.words} destination {arn} cannot be watched")
    for outcome in InvocationOutcome:
        if goal.expected is None and not goal.targets(outcome):
            note(f"{goal.name} has no destination for a {outcome}: that would show nowhere")
    if (
        goal.expected is not InvocationOutcome.SUCCESS
        and goal.clock.words()
        and goal.targets(InvocationOutcome.FAILURE)
    ):
        note(f"{goal.name}: {goal.clock.words()}")


def watches_of(goals: Sequence[Goal]) -> dict[Arn, Watch]:
    """Give what to look at for all of them: each destination once, whomever it serves."""
    found: dict[Arn, Watch] = {}
    for goal in goals:
        facts, qualifier = goal.subject.facts, goal.subject.qualifier
        for slot, arn in goal.routes.items():
            whose = None if slot is Slot.DEAD_LETTER else qualifier
            route = Route(facts.name, str(facts.arn), whose, slot)
            before = found.get(arn, Watch(arn))
            only = before.only | {(str(facts.arn), qualifier)}
            found[arn] = Watch(arn, (*before.routes, route), only)
    return found


def _nowhere(goal: Goal) -> UsageProblem:
    name, expected = goal.name, goal.expected
    option = "on-success" if expected is InvocationOutcome.SUCCESS else "on-failure"
    where = f" -q {goal.subject.qualifier}" if goal.subject.qualifier != LATEST else ""
    what = f"destination for a {expected}" if expected else "destination or dead-letter queue"
    hint = f"set one: lds configure {goal.subject.facts.name}{where} --{option} sqs:NAME"
    others = [other for other in goal.subject.state.configurations if other != goal.subject.qualifier]
    if others and not goal.subject.configured:
        hint += f"; or try one that is configured: lds test {goal.subject.facts.name}:{others[0]}"
    return UsageProblem(f"{name} has no {what} that can be watched, so no record could arrive anywhere", hint)
