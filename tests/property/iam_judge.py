"""The verdicts of another evaluator, and how they are made: see ``test_iam_differential.py``."""

import json
import subprocess
from pathlib import Path

from tests.property.iam_cases import Case, cases, digest

SEED = "lds"
COUNT = 20_000
VERDICTS = Path(__file__).with_name("iam_verdicts.txt")
_WIDTH = 120
DIGESTED = 400


def letters() -> str:
    """Give the other's verdicts, a letter a case: Allowed, Denied explicitly, Implicitly denied."""
    return "".join(line for line in VERDICTS.read_text().splitlines() if not line.startswith("#"))


def judged() -> list[tuple[Case, str]]:
    """Give the cases with the other's verdicts."""
    return list(zip(cases(SEED, COUNT), letters(), strict=True))


def main() -> None:
    """Let the other judge all cases, and write the verdicts down."""
    drawn = list(cases(SEED, COUNT))
    said = subprocess.run(
        ["node", Path(__file__).with_name("iam_oracle.mjs")],
        input="\n".join(map(json.dumps, drawn)), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert len(said) == COUNT
    head = [
        "# Verdicts of npm's @cloud-copilot/iam-simulate 0.1.173 on the cases of iam_cases.py, a letter each.",
        f"# Seed {SEED}, {COUNT} cases; the first {DIGESTED} have the digest {digest(drawn[:DIGESTED])}",
    ]
    VERDICTS.write_text("\n".join([*head, *(said[at : at + _WIDTH] for at in range(0, COUNT, _WIDTH)), ""]))


if __name__ == "__main__":
    main()
