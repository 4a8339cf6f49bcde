"""Run a command that ends with whoever started it: ``python -I -S leash.py PARENT_PID COMMAND…``.

A worker whose server was killed must not go on. Linux's kernel can see to it; elsewhere a worker ends when it next asks
the Runtime API for work. Run by its path, without the package and before anything heavy: every worker waits for it.
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask for the signal, make sure that it did not come too late, and become the command."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != int(sys.argv[1]):
        raise SystemExit(1)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the server's own words, without a shell


if __name__ == "__main__":
    main()
