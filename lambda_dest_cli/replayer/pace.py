"""How fast events are sent: slowly at first, and slower again whenever Lambda refuses."""

from dataclasses import dataclass

_FIRST = 2
_RAMP_SECONDS = 10.0
_RAMP_FROM = 0.1
"""A rate begins at a tenth of what was asked, and reaches it after the ramp."""
_LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Pace:
    """Says how many events may be sent now. ``rate`` is events a second, None for no limit but ``concurrency``."""

    concurrency: int
    rate: float | None = None
    _window: float = _FIRST
    """How many may be under way: one more with each that is accepted, half with each refusal."""
    _tokens: float = 1.0
    _began: float | None = None
    _filled: float = 0.0
    _paused_until: float = 0.0

    def allowed(self, under_way: int, now: float) -> int:
        """Give how many may be sent now (``now`` in seconds of a clock that never goes back)."""
        if self._began is None:
            self._began = self._filled = now
        if now < self._paused_until:
            return 0
        free = max(0, int(min(self._window, self.concurrency)) - under_way)
        return free if self.rate is None else min(free, self._fill(now))

    def wait(self, now: float) -> float:
        """Give the seconds until another may be sent, as far as the rate and refusals decide; 0 for now."""
        token = 0.0
        if self.rate is not None and self._tokens < 1:
            token = (1 - self._tokens) / self._rate(now)
        return max(0.0, self._paused_until - now, token)

    def sent(self, count: int) -> None:
        """Take note that so many were sent."""
        self._tokens -= count

    def accepted(self) -> None:
        """Take note that one was accepted."""
        self._window = min(self.concurrency, self._window + 1)

    def refused(self, now: float, retry_after: float) -> None:
        """Take note that Lambda would not take one now."""
        if now >= self._paused_until:
            self._window = max(1.0, self._window / 2)
        self._paused_until = max(self._paused_until, now + min(retry_after, _LONGEST_PAUSE))

    def _fill(self, now: float) -> int:
        rate = self._rate(now)
        self._tokens = min(max(1.0, rate / 10), self._tokens + (now - self._filled) * rate)
        self._filled = now
        return max(0, int(self._tokens))

    def _rate(self, now: float) -> float:
        asked = self.rate or 0.0
        since = now - (self._began or now)
        return asked * min(1.0, _RAMP_FROM + (1 - _RAMP_FROM) * since / _RAMP_SECONDS)
