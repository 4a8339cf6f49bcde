"""What is written down of a running embedded AWS: endpoint, pid and a token, in the user's state directory."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from lambda_dest_cli.aws.local_endpoint import STATE_FILE, state_directory
from lambda_dest_cli.errors import LocalProblem

_LOCK_FILE = "local.lock"
_LOG_FILE = "local.log"


@dataclass(frozen=True, slots=True)
class Written:
    """One running server."""

    endpoint: str
    port: int
    pid: int
    token: str


def read() -> Written | None:
    """Give what is written down, or None; something unreadable counts as nothing."""
    try:
        found = json.loads((state_directory() / STATE_FILE).read_text())
        return Written(str(found["endpoint"]), int(found["port"]), int(found["pid"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(server: Written) -> None:
    """Write it down, all at once and for the user alone."""
    path = _folder() / STATE_FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
        json.dump(asdict(server), file)
    fresh.replace(path)


def erase() -> None:
    """Forget it."""
    (state_directory() / STATE_FILE).unlink(missing_ok=True)


def log_path() -> Path:
    """Give the file that the server's own words go to."""
    return _folder() / _LOG_FILE


@contextmanager
def locked() -> Iterator[None]:
    """Let one start or stop at a time go on; raises LocalProblem when the state directory cannot be used."""
    path = _folder() / _LOCK_FILE
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _folder() -> Path:
    folder = state_directory()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LocalProblem(
            f"{folder} cannot be made: {error.strerror}", "set XDG_STATE_HOME to another folder"
        ) from error
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise LocalProblem(f"{folder} is not a folder of your own", "set XDG_STATE_HOME to another folder")
    return folder
