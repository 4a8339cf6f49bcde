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
    eventual: bool = False
    """Whether IAM's changes take a few seconds to reach Lambda, as on AWS."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Events that waited or ran when it was asked or stopped, by function as ``NAME:QUALIFIER``."""
    stopped: bool = False
    """Whether it ran until just now."""
