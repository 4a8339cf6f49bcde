"""A file's text, or a complaint why there is none: a spec is small, and UTF-8."""

import os
import re
import stat
from pathlib import Path

from lambda_dest_cli.model.complaint import Place
from lambda_dest_cli.spec.problems import SpecProblems, unreadable

MOST_BYTES = 4_000_000
"""Ten thousand functions with everything set take about half of it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")


def read_text(path: Path) -> str:
    """Read a spec's text; raises SpecProblems. What is too large is never read whole."""
    file = str(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe that nobody writes to must not hang
        with os.fdopen(handle, "rb") as opened:
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                raise SpecProblems([unreadable(Place(file), "this is a directory, not a file")])
            content = opened.read(MOST_BYTES + 1) or b""
    except OSError as error:
        if isinstance(error, IsADirectoryError):
            raise SpecProblems([unreadable(Place(file), "this is a directory, not a file")]) from error
        raise SpecProblems([unreadable(Place(file), f"cannot be read: {error.strerror}")]) from error
    if len(content) > MOST_BYTES:
        raise SpecProblems([unreadable(Place(file), f"is larger than {MOST_BYTES // 1_000_000} MB: this is no spec")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecProblems([unreadable(Place(file, line, 1), "this is not UTF-8", "save it as UTF-8")]) from error
    if found := _CONTROL.search(text):
        before = text[: found.start()]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise SpecProblems([unreadable(place, f"a control character (0x{ord(found[0]):02x}) has no place in a spec")])
    return text
