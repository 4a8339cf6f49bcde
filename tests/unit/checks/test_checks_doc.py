"""docs/checks.md is made from the code: ``python -m tests.unit.checks.test_checks_doc`` writes it anew."""

import textwrap
from pathlib import Path

from lambda_dest_cli.checks import CHECKS

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"


def page() -> str:
    lines = ["# The checks of lds doctor", "", "Made from the code. `lds doctor --explain ID` prints the same.", ""]
    lines += ["| id | what must hold |", "|---|---|"]
    lines += [f"| [{check.id}](#{check.id.lower()}) | {check.title} |" for check in CHECKS.values()]
    for check in CHECKS.values():
        lines += ["", f"## {check.id}", "", f"**{check.title}.**", "", *textwrap.wrap(check.explanation, 118)]
        if check.offline:
            lines += ["", "Needs nothing but the configuration itself."]
    return "\n".join(lines) + "\n"


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text() == page()


if __name__ == "__main__":
    PAGE.write_text(page())
