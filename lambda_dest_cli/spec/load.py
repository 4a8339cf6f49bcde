"""Read one spec."""

from collections.abc import Mapping
from pathlib import Path

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.spec import Spec
from lambda_dest_cli.spec.build import build
from lambda_dest_cli.spec.nodes import read_nodes, scalars
from lambda_dest_cli.spec.problems import SpecProblems
from lambda_dest_cli.spec.shape import complaints as shape_complaints
from lambda_dest_cli.spec.text import read_text
from lambda_dest_cli.spec.variables import fill_in


def load(path: Path, environment: Mapping[str, str]) -> Spec:
    """Read a spec; raises SpecProblems with everything that is wrong in it."""
    spec, complaints = examine(path, environment)
    failures = [each for each in complaints if each.state is State.FAIL]
    if failures or spec is None:
        raise SpecProblems(failures)
    return spec


def examine(path: Path, environment: Mapping[str, str]) -> tuple[Spec | None, tuple[Complaint, ...]]:
    """Read a spec and give it, unless it cannot be read, with everything that is wrong in it."""
    try:
        text = read_text(path)
    except SpecProblems as problems:
        return None, problems.complaints
    return examine_text(text, str(path), environment)


def examine_text(text: str, file: str, environment: Mapping[str, str]) -> tuple[Spec | None, tuple[Complaint, ...]]:
    """Do the same with a text that has been read already."""
    try:
        root, complaints = read_nodes(text, file)
    except SpecProblems as problems:
        return None, problems.complaints
    complaints += fill_in(scalars(root), environment)
    complaints += shape_complaints(root)
    if complaints:
        return None, _in_order(complaints)
    spec, complaints = build(root, file)
    return spec, _in_order(complaints)


def _in_order(complaints: list[Complaint]) -> tuple[Complaint, ...]:
    return tuple(sorted(complaints, key=lambda each: each.place))
