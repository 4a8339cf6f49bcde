"""Which of what was found is sent again, and where to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine
from lambda_dest_cli.model.replay import Event, Found, Unreplayable
from lambda_dest_cli.records import outcome_line
from lambda_dest_cli.records.envelope import open_message
from lambda_dest_cli.records.replayable import PAYLOAD_BYTES, bare, payload_of
from lambda_dest_cli.records.written import expanded
from lambda_dest_cli.tailer.selection import Selection

NO_TARGET = "it does not say which function it is of; name one with --to FN"
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asked for. Empty means no restriction."""

    selection: Selection = field(default_factory=Selection)
    until: datetime | None = None
    request_ids: frozenset[str] = frozenset()
    to: FunctionRef | None = None
    """Where everything is sent, instead of where it came from."""
    events: bool = False
    """Whether every message is an event itself, not what Lambda wrote about one."""


class Chooser:
    """Makes events of what is found."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._refs: dict[str, FunctionRef | None] = {}

    def look(self, source: str, found: Found) -> Event | Unreplayable | None:
        """Give the event, or why there is none to send; None for what was not asked for."""
        if found.told and not self._choice.selection.predicates and not self._wanted(found.told, found):
            return None
        whole = expanded(found)
        envelope = open_message(whole.message)
        line = outcome_line(whole.message, whole.watch, envelope)
        if not self._wanted(line, whole):
            return None
        payload, why = bare(_text(found)) if self._choice.events else payload_of(envelope)
        if payload is None:
            return Unreplayable(line, why)
        target = self._choice.to or self._target(line, whole)
        if target is None:
            return Unreplayable(line, NO_TARGET)
        return Event(source, found.message.id, payload, target, line)

    def glance(self, source: str, found: Found) -> Event | Unreplayable | None:
        """Do the same as ``look``, without the payload where that is no matter and much quicker."""
        told, choice = found.told, self._choice
        quick = told and not choice.selection.predicates and not choice.events
        if not told or not quick or len(found.message.body) > PAYLOAD_BYTES:
            return self.look(source, found)
        target = choice.to or self._target(told, found)
        if target is None:
            return self.look(source, found)
        return Event(source, found.message.id, b"", target, told) if self._wanted(told, found) else None

    def _wanted(self, line: OutcomeLine, found: Found) -> bool:
        choice = self._choice
        success = line.outcome is InvocationOutcome.SUCCESS and not choice.selection.conditions
        return (
            not success
            and choice.selection.takes(line, found.watch)
            and (choice.until is None or line.time <= choice.until)
            and (not choice.request_ids or line.request_id in choice.request_ids)
        )

    def _target(self, line: OutcomeLine, found: Found) -> FunctionRef | None:
        """Give the function that it failed in, under the qualifier that was invoked where that is known."""
        arn = line.function_arn
        if arn is None:
            return None
        if line.slot is Slot.DEAD_LETTER:
            qualifiers = {route.qualifier for route in found.watch.routes if route.slot is Slot.DEAD_LETTER}
            named = next(iter(qualifiers)) if len(qualifiers) == 1 else None
            arn = f"{arn}:{named}" if named else arn
        return self._parsed(arn)

    def _parsed(self, arn: str) -> FunctionRef | None:
        if arn not in self._refs:
            if len(self._refs) >= _REMEMBERED:
                self._refs.clear()
            self._refs[arn] = _ref(arn)
        return self._refs[arn]


def _text(found: Found) -> str:
    body = found.message.body
    return body if isinstance(body, str) else body.decode("utf-8", "replace")


def _ref(arn: str) -> FunctionRef | None:
    try:
        return FunctionRef.parse(arn)
    except UsageProblem:
        return None


Look = Callable[[str, Found], Event | Unreplayable | None]
