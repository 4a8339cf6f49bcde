"""What a YAML or JSON file is made of, each piece with its place: texts, lists, tables and intrinsic functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lambda_dest_cli.model.complaint import Place


class Kind(Enum):
    """What a scalar is, where it is written without quotes."""

    TEXT = "a text"
    NUMBER = "a number"
    BOOLEAN = "a boolean"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a piece begins; line and column count from 1."""

    file: str
    line: int
    column: int

    @property
    def place(self) -> Place:
        """The same, as a complaint carries it."""
        return Place(self.file, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Scalar(Spot):
    """A text as it is written, quotes apart; numbers are not read here."""

    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Listing(Spot):
    """A list."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Table(Spot):
    """A mapping from texts; of two entries with one key the last counts."""

    entries: Mapping[str, tuple[Scalar, "Node"]]
    """By key: the key where it is written, and its value."""

    def get(self, name: str) -> "Node | None":
        """Give the value of a key, or None."""
        entry = self.entries.get(name)
        return entry[1] if entry else None

    def key(self, name: str) -> Spot:
        """Give where a key is written, or the table itself where it is not."""
        entry = self.entries.get(name)
        return entry[0] if entry else self

    def __iter__(self) -> Iterator[tuple[str, "Node"]]:
        return ((name, value) for name, (_, value) in self.entries.items())


@dataclass(frozen=True, slots=True)
class Call(Spot):
    """An intrinsic function of CloudFormation, in either spelling: ``!Sub x`` and ``{"Fn::Sub": x}`` are the same."""

    name: str
    """``Ref`` or ``Fn::…``."""
    argument: "Node"


Node = Scalar | Listing | Table | Call


def call_name(tag: str) -> str:
    """Give the long name of a YAML tag such as ``!GetAtt``, or an empty text where the tag is no intrinsic function."""
    if not tag.startswith("!") or tag.startswith("!!") or len(tag) == 1:
        return ""
    return tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}"


def folded(table: Table) -> Table | Call:
    """Read ``{"Fn::Sub": …}`` and ``{"Ref": …}`` as the calls that they are."""
    if len(table.entries) == 1:
        name, (key, value) = next(iter(table.entries.items()))
        if name == "Ref" or (name.startswith("Fn::") and not name.startswith(("Fn::ForEach", "Fn::Transform"))):
            return Call(key.file, key.line, key.column, name, value)
    return table


def at(node: "Node | None", *path: str) -> "Node | None":
    """Follow keys through tables; None where one is missing or something else is in the way."""
    for name in path:
        if not isinstance(node, Table):
            return None
        node = node.get(name)
    return node


def text_at(node: "Node | None", *path: str) -> str:
    """Give a scalar's text at the end of a path, or an empty text."""
    found = at(node, *path)
    return found.text if isinstance(found, Scalar) and found.kind is not Kind.NULL else ""


def table_at(node: "Node | None", *path: str) -> Table | None:
    """Give the table at the end of a path, or None."""
    found = at(node, *path)
    return found if isinstance(found, Table) else None


def items_of(node: "Node | None") -> Sequence["Node"]:
    """Give the items of a list; a single node is a list of itself, None an empty one."""
    if node is None:
        return ()
    return node.items if isinstance(node, Listing) else (node,)
