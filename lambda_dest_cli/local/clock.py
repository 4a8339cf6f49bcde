"""AWS's seconds, which pass faster here while something waits: a minute of AWS's is a second at scale 60."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """The time that events wait in, and the time that running them takes."""

    def now(self) -> float:
        """Give AWS's seconds since some moment."""

    def real(self) -> float:
        """Give the machine's own seconds since some moment: a handler runs no faster than it does."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many of AWS's seconds."""


class ScaledClock:
    """The machine's own clock, sped up."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def now(self) -> float:
        """Give AWS's seconds since the machine started."""
        return time.monotonic() * self._scale

    def real(self) -> float:
        """Give seconds since the machine started."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many of AWS's seconds."""
        await asyncio.sleep(seconds / self._scale)
