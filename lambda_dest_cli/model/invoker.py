"""What invokes a function."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invoker:
    """Something that invokes a function asynchronously, or may."""

    words: str
    """Such as ``the rule nightly``."""
    qualifier: str
    """The one it names; ``$LATEST`` where it names none."""
    certain: bool
    """Whether it was seen to invoke, rather than only to be allowed to."""


@dataclass(frozen=True, slots=True)
class Invokers:
    """Who invokes a function, as far as it could be read."""

    invokers: tuple[Invoker, ...] = ()
    unread: tuple[str, ...] = ()
    """What could not be read, and why."""
