"""LDS107: no outcome comes back to the function it is of."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import LOOPS_PAGE, Check
from lambda_dest_cli.checks.looking_back import listed
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import FunctionRef

_MOST_HOPS = 16
"""Lambda itself stops a chain after about as many."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """From one function to the next; ``through`` is the queue or topic between them, where there is one."""

    slot: Slot
    to: FunctionRef
    through: Arn | None = None

    @property
    def asynchronous(self) -> bool:
        """Whether the next function's own destinations apply: an event source mapping invokes synchronously."""
        return self.through is None or self.through.service != "sqs"


@dataclass(slots=True)
class _Search:
    """One walk from a subject along its outcomes."""

    subject: Subject
    aws: Aws
    unread: list[str] = field(default_factory=list)

    def loops(self) -> Iterator[list[_Hop]]:
        """Give the shortest way back to the subject for each of its slots."""
        for slot, arn in self.subject.sound_routes().items():
            paths = [[hop] for hop in self._hops(slot, arn)]
            found = self._shortest(paths)
            if found:
                yield found

    def _shortest(self, paths: list[list[_Hop]]) -> list[_Hop] | None:
        seen: set[tuple[str, str]] = set()
        for _ in range(_MOST_HOPS):
            back = next((path for path in paths if self._is_back(path[-1])), None)
            if back or not paths:
                return back
            longer = []
            for path in paths:
                last = path[-1]
                key = (last.to.name, last.to.qualifier)
                if last.asynchronous and key not in seen:
                    seen.add(key)
                    longer += [[*path, hop] for slot, arn in self._routes(last.to) for hop in self._hops(slot, arn)]
            paths = longer
        return None

    def _is_back(self, hop: _Hop) -> bool:
        """Say whether a hop ends where the walk began; what a queue feeds is the function's code, whatever its name."""
        same = hop.to.name == self.subject.facts.name
        return same and (not hop.asynchronous or hop.to.qualifier == self.subject.qualifier)

    def _routes(self, ref: FunctionRef) -> list[tuple[Slot, Arn]]:
        """Give the destinations of another function under the qualifier that it is invoked by."""
        try:
            config = self.aws.configurations(FunctionRef(ref.name)).get(ref.qualifier)
            dead_letter = self.aws.function(ref).dead_letter
        except NotFound:  # LDS201 says so
            return []
        except CredentialsProblem:
            raise
        except LdsError as problem:
            self.unread.append(problem.message)
            return []
        routes = list(config.destinations().items()) if config else []
        return routes + ([(Slot.DEAD_LETTER, dead_letter)] if dead_letter else [])

    def _hops(self, slot: Slot, arn: Arn) -> list[_Hop]:
        """Follow one destination to the functions that it invokes, as far as they are of this account and region."""
        try:
            if arn.service == "lambda":
                return [_Hop(slot, ref) for ref in self._here([str(arn)])]
            if arn.service == "sqs":
                return [_Hop(slot, ref, arn) for ref in self._here(self.aws.consumers(arn))]
            if arn.service == "sns":
                return [_Hop(slot, ref, arn) for ref in self._here(self.aws.subscribed(arn))]
        except NotFound:
            return []
        except CredentialsProblem:
            raise
        except LdsError as problem:
            self.unread.append(problem.message)
        return []

    def _here(self, arns: list[str] | tuple[str, ...]) -> list[FunctionRef]:
        home = self.subject.facts.arn
        found = [FunctionRef.parse(arn) for arn in arns]
        here = (ref for ref in found if (ref.account, ref.region) == (home.account, home.region))
        return [replace(ref, account="", region="") for ref in here]


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    search = _Search(subject, aws)
    found = list(search.loops())
    for loop in found:
        yield _finding(subject, report, loop)
    if search.unread and not found:
        why = listed(dict.fromkeys(search.unread))
        yield report.skipped(f"whether an outcome comes back to the function could not be followed to the end: {why}")


def _finding(subject: Subject, report: Reporter, loop: list[_Hop]) -> Finding:
    slot = loop[0].slot
    here = report.at(slot, subject.routes()[slot])
    way = " -> ".join([subject.name, *(_words(subject, hop) for hop in loop)])
    evidence = {"way": [str(hop.to) for hop in loop], "slots": [str(hop.slot) for hop in loop]}
    if not loop[-1].asynchronous:
        return here.warning(
            f"its outcomes come back to it as events: {way}; that run is synchronous, so it goes round once",
            cure.another(subject, slot),
            evidence,
        )
    if all(hop.slot is Slot.ON_SUCCESS for hop in loop):
        return here.failure(
            f"every success goes round for ever, until Lambda stops it: {way}", cure.another(subject, slot), evidence
        )
    return here.warning(
        f"it goes round for as long as the functions end that way: {way}", cure.another(subject, slot), evidence
    )


def _words(subject: Subject, hop: _Hop) -> str:
    through = f"{subject.label(hop.through)} -> " if hop.through else ""
    return f"({hop.slot.words}) {through}{hop.to.name if hop.to.qualifier == '$LATEST' else hop.to}"


CHECK = Check(
    id="LDS107",
    title="No outcome comes back to the function it is of",
    explanation=(
        "Lambda refuses a function as its own destination, but not a loop through others: f -> g -> f. lds follows "
        "Lambda destinations under the qualifiers as they are configured, topics to the functions subscribed to them, "
        "and queues to the functions that read them. A loop of on-success destinations has no end until Lambda's "
        "recursive loop detection stops it after about 16 rounds; one that needs a failure somewhere is a warning, and "
        "so is a queue that the function itself reads. What goes through EventBridge, another region or another "
        "account is not followed. It says nothing when all is well."
    ),
    page=LOOPS_PAGE,
    run=_run,
)
