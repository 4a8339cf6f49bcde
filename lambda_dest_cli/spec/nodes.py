"""A spec's tree: values as YAML 1.2's core schema has them, each with its place, and keys with theirs.

``on`` and ``no`` are words, and a number with leading zeros is one too: YAML 1.1 would make something else of them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.spec.problems import unreadable
from lambda_dest_cli.templates.node import Call, Kind, Listing, Scalar, Table
from lambda_dest_cli.templates.node import Node as Piece

_MOST_VALUES = 200_000
"""With what aliases stand for counted anew each time; ten thousand functions with everything set take half of it."""
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_LONGEST_INTEGER = 20
_TRUTH = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_COUNTS = ("maximum_retry_attempts",)
_NOTHING = ("", "~", "null", "Null", "NULL")
_NO_KEYS: Mapping[str, Place] = MappingProxyType({})


@dataclass(slots=True)
class Node:
    """A value and its place: text, a whole number, a truth value or None; a dict or a list of nodes."""

    place: Place
    value: "object | dict[str, Node] | list[Node]"
    is_count: bool = False
    """Whether a number is meant, should a variable be all that stands here."""
    is_lost: bool = False
    """Whether enough has been said of it: what else it would be complained of follows from that."""
    keys: Mapping[str, Place] = field(default_factory=lambda: _NO_KEYS)


def resolve(text: str) -> object:
    """Give what a scalar without quotes means."""
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    return int(text) if len(text) < _LONGEST_INTEGER and _INTEGER.fullmatch(text) else text


def read_tree(piece: Piece) -> tuple[Node, list[Complaint]]:
    """Make a spec's tree out of a file's; gives it with complaints of what has no meaning in a spec."""
    tree = _Tree()
    return tree.node(piece), tree.complaints


class _Tree:
    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self._made: dict[int, tuple[Node, int]] = {}
        """By the piece's identity: a table or list that an alias stands for is made once."""

    def node(self, piece: Piece) -> Node:
        """Make the whole tree."""
        node, size = self._node(piece)
        if size > _MOST_VALUES:
            self.complaints.append(unreadable(node.place, f"this stands for more than {_MOST_VALUES:,} values"))
            return Node(node.place, {})
        return node

    def _node(self, piece: Piece) -> tuple[Node, int]:
        if isinstance(piece, Scalar):
            return self._fresh(piece)
        if id(piece) not in self._made:
            self._made[id(piece)] = self._fresh(piece)
        return self._made[id(piece)]

    def _fresh(self, piece: Piece) -> tuple[Node, int]:
        match piece:
            case Scalar():
                return Node(piece.place, piece.text if piece.kind is Kind.TEXT else resolve(piece.text)), 1
            case Listing():
                made = [self._node(each) for each in piece.items]
                return Node(piece.place, [node for node, _ in made]), 1 + sum(size for _, size in made)
            case Table():
                return self._table(piece)
            case Call(name="Ref", argument=Table()):
                # A table of one key: a function may be called Ref.
                key = Scalar(piece.file, piece.line, piece.column, piece.name)
                return self._table(Table(piece.file, piece.line, piece.column, {"Ref": (key, piece.argument)}))
            case Call():
                tag = f"!{piece.name.removeprefix('Fn::')}"
                self.complaints.append(
                    unreadable(piece.place, f"{tag} has no meaning in a spec", "write the value itself")
                )
                return Node(piece.place, None, is_lost=True), 1

    def _table(self, table: Table) -> tuple[Node, int]:
        whole = 1
        members: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for name, (key, value) in table.entries.items():
            if "${" in name:
                words = f"{name!r}: a variable may stand in a value, not in a key"
                self.complaints.append(unreadable(key.place, words))
                continue
            members[name], size = self._node(value)
            members[name].is_count = name in _COUNTS
            keys[name] = key.place
            whole += size
        return Node(table.place, members, keys=keys), whole


def without_lost(node: Node) -> Node:
    """Take out of the tree, for good, what is lost; a tree that is lost itself is an empty one."""
    if isinstance(node.value, dict):
        node.value = {name: without_lost(each) for name, each in node.value.items() if not each.is_lost}
    elif isinstance(node.value, list):
        node.value = [without_lost(each) for each in node.value if not each.is_lost]
    return Node(node.place, {}) if node.is_lost else node


def plain_data(node: Node) -> object:
    """Give the tree without its places, as a JSON document is."""
    if isinstance(node.value, dict):
        return {key: plain_data(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [plain_data(each) for each in node.value]
    return node.value


def scalars(node: Node) -> Iterator[Node]:
    """Give every scalar of the tree; one that aliases share comes as often as it is used."""
    if isinstance(node.value, dict):
        for each in node.value.values():
            yield from scalars(each)
    elif isinstance(node.value, list):
        for each in node.value:
            yield from scalars(each)
    else:
        yield node
