"""Specs by their names: files and directories, each file once, and no address in two of them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.configuration import Unset
from lambda_dest_cli.model.spec import FunctionSpec, Spec
from lambda_dest_cli.spec.load import examine, refusals
from lambda_dest_cli.spec.problems import SpecProblems, unreadable

_SUFFIXES = (".yaml", ".yml")


def load_all(names: Sequence[str], environment: Mapping[str, str]) -> tuple[Spec, ...]:
    """Read every spec that is named, directly or by its directory; raises SpecProblems with all that is wrong."""
    specs: list[Spec] = []
    complaints: list[Complaint] = []
    for path in spec_paths(names):
        spec, found = examine(path, environment)
        complaints += refusals(found)
        if spec:
            specs.append(spec)
    if not complaints:
        complaints = overlaps(specs)
    if complaints:
        raise SpecProblems(complaints)
    return tuple(specs)


def spec_paths(names: Sequence[str]) -> tuple[Path, ...]:
    """Give the files: of a directory all that end in .yaml or .yml, by name, hidden ones apart. Raises UsageProblem."""
    found: dict[str, Path] = {}
    for name in names:
        path = Path(name)
        inside = _inside(path) if path.is_dir() else [path]
        for each in inside:
            real = os.path.realpath(each)
            if real in found:
                raise UsageProblem(f"{each} is named twice", "name each spec once")
            found[real] = each
    return tuple(found.values())


def overlaps(specs: Sequence[Spec]) -> list[Complaint]:
    """Complain of what two specs say of the same function, qualifier or DLQ, before either is written."""
    complaints = []
    seen: dict[str, list[tuple[Spec, FunctionSpec]]] = {}
    for spec in specs:
        for function in spec.functions:
            namesakes = seen.setdefault(function.name, [])
            for other, same in namesakes:
                if _may_be_one(spec, other):
                    complaints += _shared(function, same)
            namesakes.append((spec, function))
    return complaints


def _inside(folder: Path) -> list[Path]:
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix in _SUFFIXES and not each.name.startswith("."))
    except OSError as error:
        raise SpecProblems([unreadable(Place(str(folder)), f"cannot be read: {error.strerror}")]) from error
    if not found:
        raise UsageProblem(f"there is no spec in {folder}", "a spec's name ends in .yaml or .yml")
    return found


def _may_be_one(one: Spec, other: Spec) -> bool:
    """Say whether two specs may be about the same account and region: what a file leaves open may be anything."""
    pairs = ((one.account, other.account), (one.region, other.region))
    if one.profile != other.profile or one.role_arn != other.role_arn:
        # Other credentials are another account, unless the files say that it is one.
        return bool(one.account) and all(mine == theirs for mine, theirs in pairs)
    return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def _shared(function: FunctionSpec, same: FunctionSpec) -> list[Complaint]:
    words = "{} of {} is set in " + str(same.place) + " too"
    names = sorted(function.qualifiers.keys() & same.qualifiers.keys())
    found = [Complaint(function.place, "LDS100", words.format(name, function.name)) for name in names]
    if not isinstance(function.dead_letter, Unset) and not isinstance(same.dead_letter, Unset):
        found.append(Complaint(function.place, "LDS100", words.format("the dead-letter queue", function.name)))
    return found
