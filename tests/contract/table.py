"""docs/contract.md: which case proves which fact. ``python -m tests.contract.table`` writes it.

It is read off the cases' own markers, without importing them; a house test says so when it is out of date.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.rows import ROWS, TITLES

HERE = Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "contract.md"
INTRODUCTION = """# The contract with AWS

What AWS does, fact by fact, and the case in `tests/contract/` that proves the embedded AWS does the same. Each case
cites its source. This page is written by `python -m tests.contract.table`.

A case runs through plain boto3 against the embedded AWS, and with `--live` in a real account:

    pytest tests/contract                 # the embedded AWS; no account, no network
    pytest tests/contract --live          # the account of the environment's credentials

`--live` takes credentials and region from the environment as boto3 does, and costs a little money and a few hours:
after each change it waits two minutes, because AWS answers with a configuration long before it delivers by it
(`LDS_LIVE_SETTLE_SECONDS` says otherwise), and retries come at AWS's own pace. It makes roles, functions, queues,
topics, buses and buckets under names with a prefix of the run, `lds-contract-…`. What a case made is removed at its
end; on Ctrl-C and SIGTERM too; and what a run that was killed left behind, by the next run, once it is four hours
old. The roles it makes may do no more than the cases need, with nothing but what the cases made.

Nobody has run it in a real account yet: it has been run, from the making to the removing, with `AWS_ENDPOINT_URL`
on the embedded AWS (`tests/e2e/test_contract_live.py`), so that what is AWS's alone (how long IAM takes, the SDK in
the runtimes, quotas) is unproven.

*unconfirmed*: nobody has seen AWS do it, or sources disagree; the case says what is uncertain. *embedded*: cannot
run in a real account. *live*: only a real account can tell.

"""


@dataclass(frozen=True, slots=True)
class Case:
    """A test function: what its markers say. ``marks`` has the reasons of the others, by name."""

    file: str
    name: str
    facts: tuple[tuple[str, str], ...]
    marks: Mapping[str, str]
    story: str
    live: bool
    """Whether it can run in a real account, by the fixtures that it asks for."""


def cases(folder: Path = HERE) -> Iterator[Case]:
    """Read every test function of the folder."""
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield _case(path, node)


def _case(path: Path, node: ast.FunctionDef) -> Case:
    facts: list[tuple[str, str]] = []
    marks: dict[str, str] = {}
    for decorator in node.decorator_list:
        name, words = _mark(decorator)
        if name == "fact":
            facts += [(words[0], row) for row in words[1:]]
        elif name in ("unconfirmed", "embedded", "live"):
            marks[name] = words[0]
    fixtures = {argument.arg for argument in node.args.args}
    return Case(path.name, node.name, tuple(facts), marks, ast.get_docstring(node) or "", "local_aws" not in fixtures)


def _mark(decorator: ast.expr) -> tuple[str, list[Any]]:
    """Give a marker's name and words: ``@fact(...)`` and ``@pytest.mark.fact(...)`` are the same."""
    if not isinstance(decorator, ast.Call):
        return "", []
    name = ast.unparse(decorator.func).rpartition(".")[2]
    words = [each.value for each in decorator.args if isinstance(each, ast.Constant)]
    return name, words


def document() -> str:
    """Write the page."""
    proofs: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases():
        for fact in case.facts:
            proofs[fact].append(case)
    return INTRODUCTION + "\n".join(_section(section, proofs) for section in ROWS)


def _section(section: str, proofs: Mapping[tuple[str, str], list[Case]]) -> str:
    lines = [f"## {section} {TITLES[section]}", "", "| row | fact | proved by | |", "|---|---|---|---|"]
    for row, fact in ROWS[section].items():
        found = proofs.get((section, row), [])
        lines.append(f"| {_cell(row)} | {_cell(fact)} | {'<br>'.join(map(_link, found))} | {_remarks(found)} |")
    return "\n".join(lines) + "\n"


def _link(case: Case) -> str:
    return f"[{case.name.removeprefix('test_')}](../tests/contract/{case.file})"


def _remarks(found: list[Case]) -> str:
    """Say what holds of the row: it is unconfirmed where a case of it is, and tied where all of them are."""
    remarks = ["unconfirmed"] if any("unconfirmed" in case.marks for case in found) else []
    if found and all("live" in case.marks for case in found):
        remarks.append("live")
    if found and all("embedded" in case.marks or not case.live for case in found):
        remarks.append("embedded")
    return ", ".join(f"*{remark}*" for remark in remarks)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(document())
