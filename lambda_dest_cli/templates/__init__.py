"""Other people's files, read offline: what in them a deployment would refuse, or would never notice."""

from collections.abc import Iterable, Mapping

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.templates.declaration import Reading
from lambda_dest_cli.templates.node import Node, Table
from lambda_dest_cli.templates.readers import READERS
from lambda_dest_cli.templates.remark import Remark
from lambda_dest_cli.templates.rules import RULES
from lambda_dest_cli.templates.rules.rule import Rule
from lambda_dest_cli.templates.source import parse, read_bytes, read_stream
from lambda_dest_cli.templates.stack.expected import INCOMPLETE, INCOMPLETE_TITLE
from lambda_dest_cli.templates.unreadable import READABLE_TITLE, UNREADABLE, Unreadable

__all__ = ["TITLES", "examine", "is_spec", "judge", "parse", "read_bytes", "read_stream"]

TITLES: Mapping[str, str] = {
    UNREADABLE: READABLE_TITLE,
    **{rule.id: rule.title for rule in RULES.values()},
    INCOMPLETE: INCOMPLETE_TITLE,
}
"""What must hold, by id, for every id that a complaint can have."""


def is_spec(root: Node) -> bool:
    """Say whether a file is a spec of our own (``version: 1`` and ``functions``), which another room reads."""
    keys = root.entries.keys() if isinstance(root, Table) else set()
    return {"version", "functions"} <= keys and not {"service", "provider"} & keys


def examine(root: Node) -> tuple[Complaint, ...]:
    """Say all that is wrong in a template, in the order of its lines; raises Unreadable for an unknown kind of file."""
    reader = next((each for each in READERS.values() if isinstance(root, Table) and each.claims(root)), None)
    if reader is None or not isinstance(root, Table):
        raise Unreadable(Place(root.file), "this is no kind of file that lds knows", f"it reads {_known()}")
    reading = reader.read(root)
    remarks = [*reading.remarks, *judge(reading)]
    return tuple(sorted(_once(remarks), key=lambda each: (each.place, each.id)))


def judge(reading: Reading, rules: Iterable[Rule] = tuple(RULES.values())) -> list[Remark]:
    """Say what the rules say of what a file declares, whatever its dialect."""
    return [remark for rule in rules for remark in rule.run(reading)]


def _known() -> str:
    kinds = [each.words for each in READERS.values()]
    return f"specs of its own (version: 1, functions), {', '.join(kinds[:-1])} and {kinds[-1]}"


def _once(remarks: list[Remark]) -> list[Complaint]:
    """Leave out what was said of the same place already, for another function that shares its settings."""
    first: dict[Complaint, Remark] = {}
    for remark in remarks:
        first.setdefault(remark.complaint, remark)
    return [remark.told() for remark in first.values()]
