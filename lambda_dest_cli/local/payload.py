"""The event of an invocation, as a caller sends it."""

from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.targets import MEGABYTE
from lambda_dest_cli.records.json_text import parse

_NOTHING = b"{}"
"""What a handler gets when nothing was sent."""


def checked(payload: bytes) -> bytes:
    """Give the event that the handler gets; raises ApiFault for what is no JSON in UTF-8."""
    if not payload.strip():
        return _NOTHING
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise _refusal(str(error)) from error
    if not parse(text)[0]:
        raise _refusal("it is not JSON")
    return payload


def checked_for_queue(payload: bytes) -> bytes:
    """Do the same for an asynchronous event, which has at most 1 MB (Developer Guide, "Lambda quotas")."""
    if len(payload) > MEGABYTE:
        words = f"Request must be smaller than {MEGABYTE} bytes for the InvokeFunction operation"
        raise ApiFault(413, "RequestTooLargeException", words)
    return checked(payload)


def _refusal(why: str) -> ApiFault:
    return ApiFault(400, "InvalidRequestContentException", f"Could not parse request body into json: {why}")
