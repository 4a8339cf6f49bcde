"""An answer that goes to a file: the whole of it, or the file stays as it was."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lambda_dest_cli.errors import LdsError

_MODE = 0o666


def write_whole(name: str, text: str) -> None:
    """Write a file all at once, with a line's end at its end; raises LdsError where it cannot be written."""
    path = Path(name)
    if path.is_symlink():
        path = path.resolve()
    try:
        if path.exists() and not path.is_file():  # a device or a pipe takes what it gets
            path.write_text(_ended(text))
            return
        handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(_ended(text))
            Path(fresh).chmod(path.stat().st_mode & 0o7777 if path.exists() else _MODE & ~_umask())
            Path(fresh).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(fresh).unlink()
            raise
    except OSError as error:
        raise LdsError(f"{name} cannot be written: {error.strerror}", "name another file with --out") from error


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _umask() -> int:
    """Give what the process does not let others do; asking sets it, so it is set back at once."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
