"""One replay of a source at a time, on this machine. A lock is the system's own, so it ends with its process."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path

from lambda_dest_cli.errors import Conflict
from lambda_dest_cli.replayer.ports import Source

_NAME_BYTES = 12
_WORDS_AT_MOST = 200


@contextmanager
def locked(sources: Iterable[Source], folder: Path, run: str) -> Iterator[None]:
    """Keep other replays away from sources while the context lasts; raises Conflict where there is one already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        for source in sorted(sources, key=lambda each: each.identity):
            stack.enter_context(_lock(source, folder, run))
        yield


@contextmanager
def _lock(source: Source, folder: Path, run: str) -> Iterator[None]:
    name = blake2b(source.identity.encode(), digest_size=_NAME_BYTES).hexdigest()
    handle = os.open(folder / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, _WORDS_AT_MOST).decode(errors="replace").strip()
            raise Conflict(
                f"{source.label} is being replayed already{f', by {holder}' if holder else ''}",
                "wait until that has ended; lds replay --status shows it",
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, f"run {run} (process {os.getpid()})\n".encode())  # under_way reads it
        yield
    finally:
        os.close(handle)


def under_way(folder: Path) -> frozenset[str]:
    """Give the runs that hold a lock, and so have not ended."""
    found = set()
    for path in folder.glob("*.lock"):
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            found.add(os.read(handle, _WORDS_AT_MOST).decode(errors="replace").split(" ")[1])
        finally:
            os.close(handle)
    return frozenset(found)
