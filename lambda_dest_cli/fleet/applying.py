"""Carry out the plans of specs: functions at the same time, each function's changes in their order."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from lambda_dest_cli.aws.parallel import WORKERS, Advance
from lambda_dest_cli.checks.preflight import blocking
from lambda_dest_cli.errors import CredentialsProblem
from lambda_dest_cli.executor import Patience, execute
from lambda_dest_cli.fleet.draft import Draft
from lambda_dest_cli.fleet.planning import by_function
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.plan import Change, Outcome, Plan, StepResult

_LAST_ANSWERS_SECONDS = 0.8
"""How long calls that are under way may take to end after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One function's changes. ``held`` is why they are not made, empty where they are."""

    draft: int
    function: str
    changes: tuple[Change, ...]
    held: str = ""


def held_back(draft: Draft) -> dict[str, list[Finding]]:
    """Give, by function, the failed checks that stand in the way of its changes."""
    found = {}
    for name, changes in by_function(draft.part.plan).items():
        own = [finding for finding in draft.part.findings if finding.function == name]
        failures = blocking(own, _plan(changes))
        if failures:
            found[name] = failures
    return found


def apply(
    drafts: Sequence[Draft], patience: Patience, advance: Advance, force: bool = False
) -> tuple[list[Draft], bool]:
    """Make the changes and give the drafts with their steps, and whether it was interrupted.

    A function whose checks failed is left alone unless ``force``. After Ctrl-C nothing new is begun; what was under way
    and did not answer is told as such.
    """
    jobs = list(_jobs(drafts, force))
    total = sum(len(job.changes) for job in jobs)
    done: dict[tuple[int, str], list[StepResult]] = {}
    pool = ThreadPoolExecutor(max(1, min(WORKERS, len(jobs))))
    futures: dict[Future[list[StepResult]], _Job] = {}
    interrupted = False
    try:
        for job in jobs:
            futures[pool.submit(_make, job, drafts[job.draft], patience)] = job
        _collect(futures, done, lambda count: advance(count, total))
    except KeyboardInterrupt:
        interrupted = True
        for future in futures:
            future.cancel()
        wait([future for future in futures if not future.cancelled()], timeout=_LAST_ANSWERS_SECONDS)
        for future, job in futures.items():
            done[job.draft, job.function] = _after_interrupt(future, job)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [_with_steps(number, draft, done) for number, draft in enumerate(drafts)], interrupted


def _jobs(drafts: Sequence[Draft], force: bool) -> Iterator[_Job]:
    for number, draft in enumerate(drafts):
        held = {} if force else held_back(draft)
        for name, changes in by_function(draft.part.plan).items():
            why = f"held back: {held[name][0].message}" if name in held else ""
            yield _Job(number, name, tuple(changes), why)


def _make(job: _Job, draft: Draft, patience: Patience) -> list[StepResult]:
    if job.held:
        return [StepResult(change, Outcome.SKIPPED, job.held) for change in job.changes]
    steps: list[StepResult] = []
    try:
        steps.extend(execute(_plan(job.changes), {job.function: FunctionRef(job.function)}, draft.aws, patience))
    except CredentialsProblem as problem:  # the other functions will meet it too, and what was done is told
        steps += [
            StepResult(change, Outcome.FAILED, problem.message, problem.hint) for change in job.changes[len(steps) :]
        ]
    return steps


def _collect(
    futures: dict[Future[list[StepResult]], _Job],
    done: dict[tuple[int, str], list[StepResult]],
    advance: Callable[[int], object],
) -> None:
    left = set(futures)
    while left:
        ready, left = wait(left, return_when=FIRST_COMPLETED)
        for future in ready:
            job = futures[future]
            done[job.draft, job.function] = future.result()
        advance(sum(map(len, done.values())))


def _after_interrupt(future: Future[list[StepResult]], job: _Job) -> list[StepResult]:
    if future.cancelled():
        return [StepResult(change, Outcome.SKIPPED, "interrupted before it was begun") for change in job.changes]
    if future.done() and not future.exception():
        return future.result()
    words = "interrupted while it was being written: it may have been, or not"
    return [StepResult(change, Outcome.FAILED, words, f"lds show {job.function}") for change in job.changes]


def _with_steps(number: int, draft: Draft, done: dict[tuple[int, str], list[StepResult]]) -> Draft:
    order = {change: place for place, change in enumerate(draft.part.plan)}
    steps = [step for (owner, _), found in done.items() if owner == number for step in found]
    ordered = tuple(sorted(steps, key=lambda step: order[step.change]))
    return replace(draft, part=replace(draft.part, steps=ordered))


def _plan(changes: Sequence[Change]) -> Plan:
    return Plan(tuple(changes), "")
