"""Event invoke configurations, by function and qualifier: Lambda API reference, PutFunctionEventInvokeConfig."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lambda_dest_cli.local.invocation import FunctionKey


@dataclass(frozen=True, slots=True)
class StoredConfig:
    """What was set; None is unset. ``last_modified`` is in epoch seconds."""

    on_success: str | None = None
    on_failure: str | None = None
    maximum_retry_attempts: int | None = None
    maximum_event_age_in_seconds: int | None = None
    last_modified: float = 0.0

    def answer(self, function: FunctionKey) -> dict[str, object]:
        """Give the API's answer: unset numbers are absent, DestinationConfig is always there."""
        found: dict[str, object] = {
            "LastModified": round(self.last_modified, 3),
            "FunctionArn": function.arn,
            "DestinationConfig": {"OnSuccess": _slot(self.on_success), "OnFailure": _slot(self.on_failure)},
        }
        if self.maximum_retry_attempts is not None:
            found["MaximumRetryAttempts"] = self.maximum_retry_attempts
        if self.maximum_event_age_in_seconds is not None:
            found["MaximumEventAgeInSeconds"] = self.maximum_event_age_in_seconds
        return found


def _slot(destination: str | None) -> dict[str, str]:
    return {"Destination": destination} if destination else {}


class ConfigStore:
    """The configurations of every account and region. There is no inheritance between qualifiers."""

    def __init__(self) -> None:
        self._found: dict[FunctionKey, StoredConfig] = {}

    def get(self, function: FunctionKey) -> StoredConfig | None:
        """Give the configuration of exactly this qualifier."""
        return self._found.get(function)

    def put(self, function: FunctionKey, config: StoredConfig) -> None:
        """Set it, in place of what was there."""
        self._found[function] = config

    def delete(self, function: FunctionKey) -> bool:
        """Remove it; False where there was none."""
        return self._found.pop(function, None) is not None

    def of_function(self, function: FunctionKey) -> Mapping[FunctionKey, StoredConfig]:
        """Give every qualifier's, in the order that AWS lists them: $LATEST, versions, aliases."""
        same = {
            key: config
            for key, config in self._found.items()
            if replace(key, qualifier="") == replace(function, qualifier="")
        }
        return dict(sorted(same.items(), key=lambda item: _rank(item[0].qualifier)))

    def forget_function(self, function: FunctionKey) -> None:
        """Remove every qualifier's, as deleting the function does."""
        for key in self.of_function(function):
            del self._found[key]

    def clear(self) -> None:
        """Remove everything."""
        self._found.clear()


def _rank(qualifier: str) -> tuple[int, int, str]:
    if qualifier.startswith("$"):
        return 0, 0, qualifier
    return (1, int(qualifier), "") if qualifier.isdigit() else (2, 0, qualifier)
