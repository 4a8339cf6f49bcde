"""Read one spec."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.spec import Spec
from lambda_dest_cli.spec.build import build
from lambda_dest_cli.spec.meaning import complaints as meant
from lambda_dest_cli.spec.nodes import read_tree, scalars, without_lost
from lambda_dest_cli.spec.problems import SpecProblems
from lambda_dest_cli.spec.shape import complaints as shape_complaints
from lambda_dest_cli.spec.variables import fill_in
from lambda_dest_cli.templates import parse, read_bytes
from lambda_dest_cli.templates.node import Node as Piece
from lambda_dest_cli.templates.unreadable import Unreadable

_CIRCLE = "LDS107"


def load(path: Path, environment: Mapping[str, str]) -> Spec:
    """Read a spec; raises SpecProblems with everything that is wrong in it."""
    spec, complaints = examine(path, environment)
    failures = refusals(complaints)
    if failures or spec is None:
        raise SpecProblems(failures)
    return spec


def examine(path: Path, environment: Mapping[str, str]) -> tuple[Spec | None, tuple[Complaint, ...]]:
    """Read a spec and give it, unless it cannot be read, with everything that is wrong in it."""
    try:
        root, complaints = parse(str(path), read_bytes(str(path)))
    except Unreadable as problem:
        return None, (problem.complaint,)
    spec, more = examine_tree(root, environment)
    return (None if complaints else spec), _in_order([*complaints, *more])


def examine_tree(piece: Piece, environment: Mapping[str, str]) -> tuple[Spec | None, tuple[Complaint, ...]]:
    """Do the same with a file whose tree has been read already.

    What is complained of is taken out, and the rest is looked at further: all is told at once, and nothing twice.
    """
    root, complaints = read_tree(piece)
    complaints += fill_in(scalars(root), environment)
    root = without_lost(root)
    complaints += shape_complaints(root)
    spec, more = build(without_lost(root), piece.file)
    return (None if complaints else spec), _in_order([*complaints, *more, *(each for _, each in meant(spec))])


def refusals(complaints: Iterable[Complaint]) -> list[Complaint]:
    """Give what keeps a spec from being carried out. AWS takes a circle of functions, and there may be one already."""
    return [each for each in complaints if each.state is State.FAIL and each.id != _CIRCLE]


def _in_order(complaints: list[Complaint]) -> tuple[Complaint, ...]:
    """Sort by place; what aliases share is told once."""
    return tuple(dict.fromkeys(sorted(complaints, key=lambda each: each.place)))
