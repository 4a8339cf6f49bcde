"""The hook that pre-commit finds at the top of the repository."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]


def hook() -> dict[str, object]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert isinstance(found, dict)
    return found


def test_it_runs_what_is_installed() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    program, command = str(hook()["entry"]).split()
    assert (hook()["id"], hook()["language"]) == ("lds-validate", "python")
    assert program in scripts
    assert command == "validate"


@pytest.mark.parametrize(
    ("file", "is_ours"),
    [
        ("lds.yaml", True),
        ("deploy/lds.prod.yml", True),
        ("template.yaml", True),
        ("orders/template.yml", True),
        ("orders-template.json", True),
        ("cfn.template.json", True),
        ("serverless.yml", True),
        ("services/a/serverless.prod.yaml", True),
        ("serverless-compose.yml", False),
        ("values.yaml", False),
        ("templates/deployment.yaml", False),
        ("template.py", False),
    ],
)
def test_it_looks_at_files_by_the_names_they_commonly_have(file: str, is_ours: bool) -> None:
    assert bool(re.search(str(hook()["files"]), file)) is is_ours
