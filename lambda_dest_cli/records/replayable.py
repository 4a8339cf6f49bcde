"""The event that failed, taken out of what was written about it; as text, so that no number changes its spelling."""

from lambda_dest_cli.records.envelope import Envelope, Kind
from lambda_dest_cli.records.json_text import known_member, parse

PAYLOAD_BYTES = 1_048_576
"""The most that Invoke takes for an asynchronous invocation (Developer Guide, "Lambda quotas")."""

_WHY = {
    Kind.EVENT_SOURCE: "the record of an event source mapping does not hold the event",
    Kind.OTHER: "not a record or a dead letter of Lambda's",
}
DROPPED = "its payload was dropped, as Lambda does where a record is too large for its destination"
NOT_JSON = "its body is not JSON, which Lambda would refuse"
TOO_LARGE = "its payload is larger than the 1 MB that Lambda takes"


def payload_of(envelope: Envelope) -> tuple[bytes | None, str]:
    """Give (the event's bytes, empty), or (None, why it cannot be sent again). Never raises."""
    if envelope.kind in _WHY:
        return None, _WHY[envelope.kind]
    if envelope.kind is Kind.INVOCATION:
        if "requestPayload" not in envelope.value:
            return None, DROPPED
        return checked(known_member(envelope.text, "requestPayload", envelope.value) or "null")
    return bare(envelope.text)


def bare(text: str) -> tuple[bytes | None, str]:
    """Give the bytes of a text that is an event itself, or why it is none."""
    return checked(text) if parse(text)[0] else (None, NOT_JSON)


def checked(text: str) -> tuple[bytes | None, str]:
    """Give the bytes of a JSON text, or why they are too many."""
    payload = text.encode("utf-8", "surrogatepass")
    return (payload, "") if len(payload) <= PAYLOAD_BYTES else (None, TOO_LARGE)
