"""The event of an invocation, as a caller sends it."""

from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.targets import MEGABYTE
from lambda_dest_cli.records.json_text import parse

_NOTHING = b"{}"
"""What a handler gets when nothing was sent."""
QUEUE_BYTES = MEGABYTE
LEGACY_QUEUE_BYTES = 262_144
WAITING_BYTES = 6_291_456
"""The largest event of an asynchronous invocation, of the deprecated InvokeAsync and of a caller who waits: Developer
Guide, "Lambda quotas"; InvokeAsync as captured in Sept 2026."""


def checked(payload: bytes, most: int = WAITING_BYTES, operation: str = "InvokeFunction") -> bytes:
    """Give the event that the handler gets; raises ApiFault for more than ``most`` bytes and for what is no JSON."""
    if len(payload) > most:
        words = f"Request must be smaller than {most} bytes for the {operation} operation"
        raise ApiFault(413, "RequestTooLargeException", words)
    if not payload.strip():
        return _NOTHING
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise _refusal(str(error)) from error
    if not parse(text)[0]:
        raise _refusal("it is not JSON")
    return payload


def _refusal(why: str) -> ApiFault:
    return ApiFault(400, "InvalidRequestContentException", f"Could not parse request body into json: {why}")
