"""What was shown, counted."""

from collections import Counter, deque
from collections.abc import Callable

from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine, Tally

_RATE_SECONDS = 10
_ERRORS_SHOWN = 3
_ERRORS_KEPT = 1_000
"""Anybody may write anything for the type of an error."""


class Counting:
    """The counts of one run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._outcomes: Counter[InvocationOutcome | None] = Counter()
        self._errors: Counter[str] = Counter()
        self._recent: deque[tuple[int, int]] = deque()
        """(second, how many in it)."""

    @property
    def total(self) -> int:
        """How many were shown."""
        return self._outcomes.total()

    def add(self, line: OutcomeLine) -> None:
        """Count an outcome."""
        self._outcomes[line.outcome] += 1
        if line.outcome is InvocationOutcome.FAILURE:
            kind = line.error_type or line.condition or "unknown"
            if kind in self._errors or len(self._errors) < _ERRORS_KEPT:
                self._errors[kind] += 1
        second = int(self._clock())
        if self._recent and self._recent[-1][0] == second:
            self._recent[-1] = (second, self._recent[-1][1] + 1)
        else:
            self._recent.append((second, 1))

    def tally(self, held: int) -> Tally:
        """Give the counts as they are now."""
        now = self._clock()
        while self._recent and self._recent[0][0] <= now - _RATE_SECONDS:
            self._recent.popleft()
        seconds = min(_RATE_SECONDS, max(1.0, now - self._began))
        return Tally(
            self._outcomes[InvocationOutcome.FAILURE],
            self._outcomes[InvocationOutcome.SUCCESS],
            self._outcomes[None],
            sum(count for _, count in self._recent) / seconds,
            held,
            tuple(self._errors.most_common(_ERRORS_SHOWN)),
        )

    def summary(self) -> str:
        """Say the counts in one line."""
        tally = self.tally(0)
        counts = [f"{tally.failed} failed", f"{tally.succeeded} succeeded"]
        if tally.others:
            counts.append(f"{tally.others} no records")
        return f"{self.total} outcome{'' if self.total == 1 else 's'}: {', '.join(counts)}"
