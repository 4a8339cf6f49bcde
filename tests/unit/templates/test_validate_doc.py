"""docs/validate.md names every rule and every kind of file."""

from pathlib import Path

import pytest

from lambda_dest_cli.templates import TITLES
from lambda_dest_cli.templates.source import MOST_BYTES, MOST_YAML_BYTES
from lambda_dest_cli.templates.unreadable import DEEPEST

PAGE = (Path(__file__).parents[3] / "docs" / "validate.md").read_text()


@pytest.mark.parametrize("rule", TITLES)
def test_every_rule_has_its_row(rule: str) -> None:
    assert f"| {rule} | {TITLES[rule]}" in PAGE


def test_the_limits_are_the_ones_in_force() -> None:
    assert f"above {MOST_BYTES >> 20} MB (YAML: {MOST_YAML_BYTES >> 20} MB)" in PAGE
    assert f"more than {DEEPEST} deep" in PAGE
