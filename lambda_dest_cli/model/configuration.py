"""What a function's asynchronous side is set to, and what a person asks to change about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Final

from lambda_dest_cli.model.arn import Arn

# Lambda's defaults when a setting is absent (Developer Guide, "How Lambda handles errors and retries with
# asynchronous invocation"); the ranges are those of the API model.
DEFAULT_RETRY_ATTEMPTS: Final = 2
DEFAULT_EVENT_AGE_SECONDS: Final = 21_600
RETRY_ATTEMPTS_RANGE: Final = range(3)
EVENT_AGE_RANGE: Final = range(60, DEFAULT_EVENT_AGE_SECONDS + 1)


class Slot(StrEnum):
    """Where on a function a destination sits."""

    ON_SUCCESS = "on_success"
    ON_FAILURE = "on_failure"
    DEAD_LETTER = "dead_letter"

    @property
    def words(self) -> str:
        """The slot as a person says it."""
        return {"on_success": "on-success", "on_failure": "on-failure", "dead_letter": "dead-letter queue"}[self.value]


@dataclass(frozen=True, slots=True)
class EventInvokeConfig:
    """The asynchronous configuration of one qualifier, with AWS's defaults filled in.

    The API leaves unset members out; readers fill 2 attempts and 21600 s in, so two configurations that behave alike
    are equal. The default value is what a qualifier without any configuration does.
    """

    on_success: Arn | None = None
    on_failure: Arn | None = None
    maximum_retry_attempts: int = DEFAULT_RETRY_ATTEMPTS
    maximum_event_age_in_seconds: int = DEFAULT_EVENT_AGE_SECONDS

    def destinations(self) -> Mapping[Slot, Arn]:
        """Give the slots that are set, on-success first."""
        slots = {Slot.ON_SUCCESS: self.on_success, Slot.ON_FAILURE: self.on_failure}
        return {slot: arn for slot, arn in slots.items() if arn is not None}


@dataclass(frozen=True, slots=True)
class DeadLetterConfig:
    """The function's older failure path: the bare event goes to a queue or topic. Per function, not per qualifier."""

    target_arn: Arn | None = None

    def destinations(self) -> Mapping[Slot, Arn]:
        """Give the one slot, where it is set."""
        return {Slot.DEAD_LETTER: self.target_arn} if self.target_arn else {}


Setting = EventInvokeConfig | DeadLetterConfig


class Unset(Enum):
    """Silence. It is not None: silence keeps what is there, None clears it."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class ConfigPatch:
    """What a person asked to change; UNSET keeps, None clears a destination."""

    on_success: Arn | Unset | None = UNSET
    on_failure: Arn | Unset | None = UNSET
    dead_letter: Arn | Unset | None = UNSET
    maximum_retry_attempts: int | Unset = UNSET
    maximum_event_age_in_seconds: int | Unset = UNSET

    def overlay(self, current: EventInvokeConfig) -> EventInvokeConfig:
        """Lay the patch over a configuration: what is not named stays."""
        named = {
            name: value
            for name in EventInvokeConfig.__dataclass_fields__
            if (value := getattr(self, name)) is not UNSET
        }
        return replace(current, **named)

    def touches_invoke_config(self) -> bool:
        """Say whether any of the four settings of a qualifier is named."""
        return any(getattr(self, name) is not UNSET for name in EventInvokeConfig.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function as Lambda describes it. ``arn`` is unqualified; ``role`` is the execution role's ARN."""

    name: str
    arn: Arn
    role: Arn
    dead_letter: Arn | None = None
    runtime: str = ""
    state: str = "Active"
    """Empty where it is not known: ListFunctions leaves it out (API Reference, ListFunctions)."""
    revision_id: str = ""
    last_update_status: str = "Successful"
    reason: str = ""
    """Why it is not active, or its last update failed, in Lambda's words."""
    timeout_seconds: int = field(default=3, compare=False)
    log_group: str = field(default="", compare=False)
    """Empty where it is the usual one, ``/aws/lambda/NAME``."""


@dataclass(frozen=True, slots=True)
class FunctionHealth:
    """What listing functions does not tell of one. Its state is empty where that could not be read."""

    facts: FunctionFacts
    reserved_concurrency: int | None = None
    """None where none is reserved."""


@dataclass(frozen=True, slots=True)
class FunctionState:
    """A function with every configuration and alias it has, as of one moment."""

    facts: FunctionFacts
    configurations: Mapping[str, EventInvokeConfig] = field(default_factory=dict)
    """By qualifier; a qualifier without a configuration of its own is absent (there is no inheritance)."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Alias name to the version it points to."""

    @property
    def configured(self) -> bool:
        """Whether anything of its asynchronous side was set by somebody."""
        return bool(self.configurations) or self.facts.dead_letter is not None
