"""``python -m benchmarks [NAME…] [--json FILE]`` prints a table of ratios and figures."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import embedded, fleet, iam, one_function, replay, soak, start_up, tail
from benchmarks.measure import HEAD, Comparison, Figure

BENCHMARKS: dict[str, Callable[[Path], Iterable[Comparison | Figure]]] = {
    "start-up": start_up.run,
    "one-function": one_function.run,
    "embedded": embedded.run,
    "fleet": fleet.run,
    "iam": iam.run,
    "tail": tail.run,
    "replay": replay.run,
    "soak": soak.run,
}


def main() -> None:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    lds = Path(sys.executable).with_name("lds")
    found = []
    print(HEAD, flush=True)
    for name in asked.names or BENCHMARKS:
        for comparison in BENCHMARKS[name](lds):
            found.append(comparison.as_json())
            print(comparison.row(), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")


main()
