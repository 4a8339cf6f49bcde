"""How long help and completion take, against nothing but importing click."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Comparison, compare

_TARGET = 1.25


def run(lds: Path) -> Iterator[Comparison]:
    """Compare help and completion with ``python -c "import click"``."""
    peer = [sys.executable, "-c", "import click"]
    for words in (["--help"], ["configure", "--help"], ["tail", "--help"]):
        yield compare(f"lds {' '.join(words)}", [str(lds), *words], "import click", peer, target=_TARGET)
    completion = {"_LDS_COMPLETE": "bash_complete", "COMP_WORDS": "lds co", "COMP_CWORD": "1"}
    yield compare("completion of a command", [str(lds)], "import click", peer, target=_TARGET, environment=completion)
