"""Lambda's clients held to a pace: every attempt of every call of the control plane, botocore's own retries too."""

import random
from typing import Any

from botocore.hooks import BaseEventHooks

from lambda_dest_cli.aws.pace import Pace

_REFUSED = 429
_NOT_CONTROL_PLANE = frozenset({"Invoke", "InvokeAsync"})
_ATTEMPTS = 10
_SPREAD_SECONDS = 0.5
_OWN_LIMIT = frozenset({"GetPolicy"})
"""It has 15 requests a second to itself (Developer Guide, "Lambda quotas")."""


def keep_pace(events: BaseEventHooks, limited: bool) -> None:
    """Hold a client's calls to the pace of its account and region; ``limited`` where the limit is known."""
    shared, own = Pace(limited), Pace(limited)

    def of(event_name: str) -> Pace | None:
        operation = event_name.rpartition(".")[2]
        if operation in _NOT_CONTROL_PLANE:
            return None
        return own if operation in _OWN_LIMIT else shared

    def before(event_name: str, **_: Any) -> None:
        pace = of(event_name)
        if pace:
            pace.wait()

    def after(event_name: str, response_dict: Any = None, **_: Any) -> None:
        pace = of(event_name)
        if pace:
            refusal = bool(response_dict) and response_dict["status_code"] == _REFUSED
            pace.answered(refusal, _seconds(response_dict["headers"].get("Retry-After")) if refusal else 0.0)

    events.register("before-send.lambda", before)
    events.register("response-received.lambda", after)
    events.register_first("needs-retry.lambda", _again)  # type: ignore[arg-type]  # its answer is the pause


def _again(event_name: str, response: Any = None, attempts: int = 1, **_: Any) -> float | None:
    """Have every refusal for the rate tried again, whatever code it has; the pace says when. Else botocore decides.

    Invoke is not: whether an event is sent twice is for whoever sends it to decide.
    """
    refused = response is not None and response[0].status_code == _REFUSED
    again = refused and attempts < _ATTEMPTS and event_name.rpartition(".")[2] not in _NOT_CONTROL_PLANE
    return random.uniform(0.0, _SPREAD_SECONDS) if again else None


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
