"""The house rules that no linter knows: lazy imports, complete tables, sizes, and what the docs must show."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from lambda_dest_cli.checks import CHECKS
from lambda_dest_cli.cli import COMMANDS, root
from lambda_dest_cli.commands.options import LdsCommand
from lambda_dest_cli.context import COMMON_OUTPUTS, OUTPUTS
from lambda_dest_cli.destinations import TYPES
from lambda_dest_cli.render import FORMATS
from lambda_dest_cli.render.reports import LOOKS, REPORTS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lambda_dest_cli"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"boto3", "botocore", "rich", "yaml", "jsonschema", "importlib.metadata", "ministack", "concurrent.futures"}


def modules_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and give the names of everything it imported."""
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.splitlines())


HELP = "from lambda_dest_cli.main import run\nassert run({argv}) == 0"


@pytest.mark.parametrize("argv", [["--help"], *([name, "--help"] for name in COMMANDS), ["--version"]])
def test_help_imports_nothing_heavy(argv: list[str]) -> None:
    assert not HEAVY & modules_after(HELP.format(argv=argv))


def test_root_help_imports_no_command() -> None:
    imported = modules_after(HELP.format(argv=["--help"]))
    assert not {f"lambda_dest_cli.commands.{entry.module}" for entry in COMMANDS.values()} & imported


def test_every_command_says_in_its_own_help_what_the_table_says() -> None:
    for name, entry in COMMANDS.items():
        command = import_module(f"lambda_dest_cli.commands.{entry.module}").command
        assert isinstance(command, click.Command)
        assert command.name == "command" or command.name == name
        assert command.help, f"{name} has no help"
        assert entry.short_help.endswith(".")
        assert root.get_command(click.Context(root), name) is command


def test_every_command_takes_the_global_options() -> None:
    for name, entry in COMMANDS.items():
        command = import_module(f"lambda_dest_cli.commands.{entry.module}").command
        leaves = command.commands.values() if isinstance(command, click.Group) else [command]
        assert all(isinstance(leaf, LdsCommand) for leaf in leaves), name


def command_files() -> set[str]:
    return {path.stem for path in (PACKAGE / "commands").glob("*.py")} - {
        "__init__",
        "options",
        "replay_engine",
        "specs",
    }


def test_the_tables_are_complete() -> None:
    assert {entry.module for entry in COMMANDS.values()} == command_files()
    reports = {path.stem for path in (PACKAGE / "render" / "reports").glob("*.py")} - {"__init__"}
    looks = {module for table in LOOKS.values() for module in table.values()}
    assert set(REPORTS.values()) | looks == reports
    assert set(LOOKS) == set(FORMATS) - set(COMMON_OUTPUTS)
    assert set(FORMATS) == set(OUTPUTS)
    kinds = {path.stem for path in (PACKAGE / "destinations").glob("*.py")} - {"__init__", "type"}
    assert len(kinds) == len(TYPES)
    assert all(kind.name == name for name, kind in TYPES.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"lds {name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_is_documented(check_id: str) -> None:
    assert check_id in (ROOT / "docs" / "checks.md").read_text()


@pytest.mark.parametrize(
    "room", sorted({path.name.removesuffix(".py") for path in PACKAGE.iterdir()} - {"__pycache__"})
)
def test_every_room_is_in_the_architecture(room: str) -> None:
    if room not in ("__init__", "__main__", "py.typed"):
        assert f"`{room}" in (ROOT / "docs" / "architecture.md").read_text()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    for function in functions(ast.parse(text)):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        first = body[0].lineno if body else function.lineno
        assert (function.end_lineno or first) - first < 40, f"{function.name} is too long"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_one_place_exits() -> None:
    exits = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sys.exit", "exit", "quit", "os._exit")
    }
    # The embedded AWS's own process is another process, with an exit of its own.
    assert exits - {"local/serve.py"} == {"main.py"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_scripts_are_what_lds_prints(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    from lambda_dest_cli.main import run

    assert run(["completion", shell]) == 0
    assert capsys.readouterr().out == (ROOT / "completions" / f"lds.{shell}").read_text()
