"""Policy variables: IAM User Guide, "IAM policy elements: Variables and tags"."""

import re
from collections.abc import Iterator

from lambda_dest_cli.iam.circumstances import Circumstances
from lambda_dest_cli.iam.match import LITERALS
from lambda_dest_cli.iam.truth import Truth

_VARIABLE = re.compile(r"\$\{([^}]*)\}?")
_KEY = re.compile(r"(?P<key>[^\s,{}$*?']+)(,\s*'(?P<default>[^']*)')?")
_PLACE = "\ue003"
_COLONS = 5


def filled(text: str, known: Circumstances) -> str | Truth:
    """Fill in ``${key}``, ``${key, 'default'}``, ``${*}``.

    NO where a key has no value and no default: then there is nothing that could match (section "Policy variables with
    no value"). UNKNOWN where a value cannot be told, or a variable is spelled as no page says.
    """
    missing = unknown = False
    pieces: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        value = _value(match, known)
        missing |= value is Truth.NO
        unknown |= value is Truth.UNKNOWN
        pieces += [text[end : match.start()], value if isinstance(value, str) else ""]
        end = match.end()
    if missing:
        return Truth.NO
    return Truth.UNKNOWN if unknown else "".join([*pieces, text[end:]])


def _value(match: re.Match[str], known: Circumstances) -> str | Truth:
    if match[1] in LITERALS and match[0].endswith("}"):
        return LITERALS[match[1]]
    found = _KEY.fullmatch(match[1])
    if not found or not match[0].endswith("}"):
        known.doubt(f"the variable {match[0]}")
        return Truth.UNKNOWN
    key = found["key"]
    values = None if known.is_untold(key.lower()) else known.values(key) or (found["default"],)
    # Only keys with one value can be variables, and whether a * in a value is a wildcard no page says.
    if values is None or len(values) > 1 or (values[0] and ("*" in values[0] or "?" in values[0])):
        known.doubt(f"the value of {key}")
        return Truth.UNKNOWN
    return Truth.NO if values[0] is None else values[0]


def only_in_resource(pattern: str) -> bool:
    """Say whether the variables of a Resource stand after its fifth colon, the only place where IAM takes them."""
    heads = _VARIABLE.sub(_PLACE, pattern).split(":", _COLONS)[:_COLONS]
    return not any(_PLACE in head for head in heads)


def keys_in(text: str) -> Iterator[str]:
    """Give the context keys that the variables of a text name."""
    for match in _VARIABLE.finditer(text):
        found = _KEY.fullmatch(match[1])
        if found and match[0].endswith("}"):
            yield found["key"]
