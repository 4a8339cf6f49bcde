"""Taps: what is made for a while to listen at a destination that keeps nothing to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.model.arn import Arn


@dataclass(frozen=True, slots=True)
class TapPart:
    """One thing that is made: a queue, a subscription or a rule."""

    kind: str
    name: str
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tap:
    """What watching one destination makes; nothing where it can be read as it is."""

    destination: Arn
    parts: tuple[TapPart, ...] = ()


@dataclass(frozen=True, slots=True)
class TapReport:
    """What ``lds tail`` would make."""

    taps: tuple[Tap, ...]


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What became of the taps of earlier runs."""

    removed: tuple[str, ...] = ()
    """ARNs of queues; what fed them has gone with them."""
    kept: tuple[str, ...] = ()
    """Those that may still be in use: ours and not expired, or somebody else's."""
