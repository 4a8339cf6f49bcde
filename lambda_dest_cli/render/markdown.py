"""Texts of others in GitHub-flavoured Markdown, as harmless there as ``inert`` makes them on a terminal."""

import re
from collections.abc import Iterable

from lambda_dest_cli.render.inert import inert

_ACTIVE = frozenset("\\`*_{}[]()<>#+!|~@&$")
_RUN = re.compile("`+")
_PLACE = re.compile(r"https?://|www\.", re.IGNORECASE)


def literal(text: str) -> str:
    """Give a text on one line: no markup, no links, no mentions, no table cells of its own."""
    plain = "".join(f"&#{ord(each)};" if each in _ACTIVE else each for each in inert(text))
    return _PLACE.sub(lambda found: found[0].replace(":", "&#58;").replace(".", "&#46;"), plain)


def fence(lines: Iterable[str]) -> str:
    """Give a fence for a block of code that nothing between can end."""
    longest = max((len(run) for line in lines for run in _RUN.findall(line)), default=0)
    return "`" * max(3, longest + 1)
