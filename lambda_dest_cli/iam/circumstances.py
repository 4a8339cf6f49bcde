"""What is known of a request while policies are judged, and what was found missing or could not be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Circumstances:
    """Context keys, case-insensitive.

    A key in ``unknown`` is one that a real request may carry with a value nobody here can tell; a key in neither is
    absent from the request, and is noted in ``missing`` when a condition asks for it.
    """

    context: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str] = frozenset()
    unknown_prefixes: tuple[str, ...] = ()
    missing: dict[str, None] = field(default_factory=dict)
    doubts: dict[str, None] = field(default_factory=dict)
    """What could not be told, and therefore left an answer open."""

    def is_untold(self, key: str) -> bool:
        """Say whether nobody can tell the value of a key, which is in lower case."""
        return key in self.unknown or (bool(self.unknown_prefixes) and key.startswith(self.unknown_prefixes))

    def values(self, key: str) -> tuple[str, ...] | None:
        """Give the values of a key, or None where the request has none; remembers that it was missed."""
        found = self.context.get(key.lower())
        if found is None:
            self.missing[key] = None
        return found

    def doubt(self, what: str) -> None:
        """Remember what could not be told."""
        self.doubts[what] = None


def circumstances(context: Mapping[str, tuple[str, ...]], unknown: frozenset[str] = frozenset()) -> Circumstances:
    """Make circumstances out of context keys as anybody spells them; an unknown ``aws:PrincipalTag/*`` is all tags."""
    known = {key.lower(): values for key, values in context.items()}
    if not unknown:
        return Circumstances(known)
    lower = frozenset(key.lower() for key in unknown)
    return Circumstances(
        known,
        frozenset(key for key in lower if not key.endswith("*")),
        tuple(sorted(key.removesuffix("*") for key in lower if key.endswith("*"))),
    )
