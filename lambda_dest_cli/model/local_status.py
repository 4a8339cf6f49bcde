"""The embedded AWS, as it runs or does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """Whether it runs, where it answers, and what runs functions there."""

    running: bool
    endpoint: str | None = None
    pid: int | None = None
    port: int | None = None
    version: str | None = None
    time_scale: float | None = None
    runtimes: Mapping[str, str] = field(default_factory=dict)
    waiting: int = 0
    """Events that were waiting, when it was asked or stopped."""
