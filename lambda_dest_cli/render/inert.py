"""Texts of others, made harmless to a terminal.

Records, names and error texts may hold escape sequences (which move the cursor, set titles, write the clipboard),
bidirectional overrides and NULs. They are shown, not obeyed.
"""

import re
import unicodedata

# C0 and C1 controls, DEL, line and paragraph separators, zero-width and bidirectional marks, lone surrogates, BOM.
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def inert(text: str, limit: int | None = None) -> str:
    """Give ``text`` on one line with everything active spelled out as an escape, cut to ``limit`` characters."""
    cut = text if limit is None or len(text) <= limit else text[: limit - 1] + "…"
    return _ACTIVE.sub(_spell, cut)


def inert_lines(text: str) -> str:
    """Give ``text`` with its line breaks kept and everything else active spelled out."""
    return "\n".join(inert(line).replace("\\t", "    ") for line in text.split("\n"))


def _spell(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def width(text: str) -> int:
    """Give the columns that an inert text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )
