"""Payloads compared: the same value has the same digest, however it is spelled."""

import json
from hashlib import blake2b

from lambda_dest_cli.records.json_text import parse

_BYTES = 8


def digest(payload: bytes) -> bytes:
    """Give eight bytes that tell payloads apart; white space, and the order of members, do not count."""
    is_json, value = parse(payload.decode("utf-8", "surrogatepass"))
    text = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() if is_json else payload
    return blake2b(text, digest_size=_BYTES).digest()
