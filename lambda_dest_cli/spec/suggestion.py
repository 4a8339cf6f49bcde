"""What somebody may have meant by a word that is none."""

import difflib
import re
from collections.abc import Collection

from lambda_dest_cli.destinations import TYPES
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef

_OTHER_KEYS = {
    "dlq": "dead_letter",
    "dead_letter_queue": "dead_letter",
    "dead_letter_config": "dead_letter",
    "on_error": "on_failure",
    "retries": "maximum_retry_attempts",
    "retry_attempts": "maximum_retry_attempts",
    "age": "maximum_event_age",
    "max_age": "maximum_event_age",
    "aliases": "qualifiers",
    "versions": "qualifiers",
    "role": "role_arn",
    "account_id": "account",
}
"""What lds's own options, and others' files, call a key."""
_OTHER_KINDS = {
    "eventbridge": "events",
    "event-bus": "events",
    "bus": "events",
    "queue": "sqs",
    "topic": "sns",
    "function": "lambda",
    "bucket": "s3",
}
_LONGEST = 60
"""Words beyond this are close to none, and dear to compare."""


def for_key(key: str, known: Collection[str]) -> str:
    """Give the key that may be meant, in whatever case it is written; none where nothing is close."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", key).lower()
    other = _OTHER_KEYS.get(snake, "")
    return other if other in known else _closest(snake, known)


def for_name(name: str, under: str) -> str:
    """Give the function's bare name, or the qualifier, that may be meant by what cannot be one."""
    if under == "qualifiers":
        return LATEST if name.upper().lstrip("$") == "LATEST" else ""
    try:
        return FunctionRef.parse(name).name
    except UsageProblem:
        return ""


def for_destination(text: str) -> str:
    """Give the destination that may be meant: another kind before the colon, or ``none``."""
    prefix, separator, rest = text.partition(":")
    if not separator:
        return "none" if text.strip().lower() in ("", "none", "null") else ""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,20}", prefix):
        return ""
    near = _closest(prefix.lower(), [*TYPES, *_OTHER_KINDS])
    kind = _OTHER_KINDS.get(near, near)
    return f"{kind}:{rest}" if kind and kind != prefix else ""


def _closest(word: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(word, known, 1) if len(word) <= _LONGEST else []
    return found[0] if found else ""
