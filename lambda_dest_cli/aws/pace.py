"""How fast Lambda's control plane is called: just under what it allows.

All its calls share 15 requests a second in an account and region, which cannot be raised (Developer Guide, "Lambda
quotas"). AWS is therefore called at a little less from the start, after a burst that a single command stays within.
Another endpoint may have no limit, or that one: it is felt for, with few calls at once until they are more than 15 a
second would have let through, and at the first refusal it is taken for limited.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

RATE = 14.8
"""Calls a second: 15 less what clocks and networks shift."""
_BURST = 10
_SLOWEST = 1.0
_BACK_OFF = 0.7
_RECOVERY = 0.5
"""Calls a second that are added for each second without a refusal."""
_CAUTIOUS_CALLS = 40
_CAUTIOUS_AT_ONCE = 4
_LONGEST_PAUSE = 20.0


@dataclass(slots=True)
class Pace:
    """Says when the next call may be made. Thread-safe; ``limited`` is whether a limit is known or has been felt."""

    limited: bool
    rate: float = RATE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    jitter: Callable[[], float] = random.random
    refused: int = 0
    calls: int = 0
    _tokens: float = _BURST
    _now: float = 0.0
    """The rate that holds at present; 0 until the first call."""
    _filled: float = 0.0
    _quiet_since: float = 0.0
    _paused_until: float = 0.0
    _under_way: int = 0
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def wait(self) -> None:
        """Wait until a call may be made."""
        with self._lock:
            while not self.limited and self.calls < _CAUTIOUS_CALLS and self._under_way >= _CAUTIOUS_AT_ONCE:
                self._lock.wait()
            self.calls += 1
            self._under_way += 1
            pause = self._reserve(self.clock()) if self.limited else 0.0
        if pause > 0:
            self.sleep(pause)

    def answered(self, refusal: bool = False, retry_after: float = 0.0) -> None:
        """Take note of an answer: ``refusal`` where it was for the rate, with the seconds it asks to stay away."""
        with self._lock:
            self._under_way -= 1
            now = self.clock()
            if refusal:
                self._refusal(now, retry_after)
            elif self.limited:
                self._recover(now)
            self._lock.notify_all()

    def _reserve(self, now: float) -> float:
        """Take the next free moment and give the seconds until then."""
        if not self._now:
            self._now, self._filled = self.rate, now
        self._tokens = min(_BURST, self._tokens + (now - self._filled) * self._now)
        self._filled = now
        self._tokens -= 1
        pause = max(0.0, -self._tokens / self._now)
        return max(pause, self._paused_until - now)

    def _refusal(self, now: float, retry_after: float) -> None:
        """Go slower, once for all calls that were under way when the limit was met."""
        self.refused += 1
        if not self.limited:
            self.limited, self._now, self._filled = True, self.rate, now
            self._tokens = 0.0
        elif now >= self._paused_until:
            self._now = max(_SLOWEST, (self._now or self.rate) * _BACK_OFF)
            self._tokens = min(self._tokens, 0.0)
        self._quiet_since = now
        stay_away = min(retry_after or 1.0, _LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, now + stay_away * (1 + 0.1 * self.jitter()))

    def _recover(self, now: float) -> None:
        quiet = now - self._quiet_since
        if self._now and self._now < self.rate and quiet > 0:
            self._now = min(self.rate, self._now + _RECOVERY * quiet)
            self._quiet_since = now
