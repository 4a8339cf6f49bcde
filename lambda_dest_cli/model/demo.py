"""What the demo tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoNote:
    """A sentence between the commands."""

    text: str


@dataclass(frozen=True, slots=True)
class DemoCommand:
    """A command about to be run, as a reader would type it."""

    command: str
