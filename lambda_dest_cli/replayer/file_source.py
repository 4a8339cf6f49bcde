"""Files of JSON lines: what ``lds tail -o json`` printed, invocation records, or events themselves."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from lambda_dest_cli.errors import NotFound, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.replay import Found
from lambda_dest_cli.records.written import found_in

_DIGEST_BYTES = 8


class FileSource:
    """One file. Nothing is ever removed from it: the journal knows what was accepted."""

    loops = False

    def __init__(self, path: Path, label: str = "") -> None:
        """``label`` is what a person calls it, by default the path as it was given."""
        self.label = label or str(path)
        self.path = path
        self.identity = f"file {path.resolve()}"
        self.exhausted = False
        self._place = Arn("aws", "file", "", "", self.label)
        self._stream: BinaryIO | None = None
        self._number = 0

    def open(self) -> None:
        """Open it; raises NotFound, and UsageProblem for what is no file."""
        try:
            self._stream = self.path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"{self.label}: there is no such file") from error
        except OSError as error:
            raise UsageProblem(f"{self.label} cannot be read: {error.strerror}") from error

    def take(self, at_most: int) -> list[Found]:
        """Read some lines; empty ones do not count."""
        if self._stream is None:
            return []
        lines = list(islice(self._stream, at_most))
        self.exhausted = not lines
        found = []
        for line in lines:
            self._number += 1
            if line.strip():
                mark = blake2b(line.strip(), digest_size=_DIGEST_BYTES).hexdigest()
                found.append(found_in(f"{self._number}:{mark}", line, self._place))
        return found

    def holds(self, id_: str) -> bool:
        """Say yes: nobody else takes lines away."""
        return True

    def remove(self, id_: str) -> None:
        """Do nothing."""

    def leave(self, id_: str) -> None:
        """Do nothing."""

    def rewind(self) -> bool:
        """Begin again from the first line; a pipe cannot."""
        if self._stream is None or not self._stream.seekable():
            return False
        self._stream.seek(0, os.SEEK_SET)
        self._number, self.exhausted = 0, False
        return True

    def close(self) -> Iterable[str]:
        """Close it."""
        if self._stream is not None:
            self._stream.close()
        return ()
