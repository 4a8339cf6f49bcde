"""Which outcomes are shown: of whom, how they ended, since when; and each message once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from lambda_dest_cli.model.outcome import OutcomeLine, Watch

_ARN_PARTS_WITHOUT_QUALIFIER = 7
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for. Empty means no restriction; words are compared without regard to case."""

    conditions: tuple[str, ...] = ()
    error_types: tuple[str, ...] = ()
    since: datetime | None = None
    functions: tuple[str, ...] = ()
    """Names, or NAME:QUALIFIER."""
    predicates: tuple[Callable[[OutcomeLine], bool], ...] = ()
    """Each must hold."""

    def takes(self, line: OutcomeLine, watch: Watch) -> bool:
        """Say whether an outcome is to be shown."""
        return (
            _one_of(line.condition, self.conditions)
            and _one_of(line.error_type, self.error_types)
            and (self.since is None or line.time >= self.since)
            and _of(line, self.functions)
            and _wanted(line, watch)
            and all(holds(line) for holds in self.predicates)
        )


class Seen:
    """The last so many messages, so that none is shown twice in a session (SQS delivers at least once)."""

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._capacity = capacity
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def add(self, key: Hashable) -> bool:
        """Remember a key; says whether it is new."""
        if key in self._keys:
            self._keys.move_to_end(key)
            return False
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            self._keys.popitem(last=False)
        return True


def _one_of(value: str | None, choices: tuple[str, ...]) -> bool:
    return not choices or (value is not None and value.casefold() in {choice.casefold() for choice in choices})


def _of(line: OutcomeLine, functions: tuple[str, ...]) -> bool:
    return not functions or not {line.function, f"{line.function}:{line.qualifier}"}.isdisjoint(functions)


def _wanted(line: OutcomeLine, watch: Watch) -> bool:
    """Say whether the outcome is of a function that was named. One that tells no function may be, so it is shown."""
    if not watch.only or line.function_arn is None:
        return True
    function = ":".join(line.function_arn.split(":")[:_ARN_PARTS_WITHOUT_QUALIFIER])
    return any(
        function == arn and (qualifier is None or line.qualifier in (None, qualifier)) for arn, qualifier in watch.only
    )
