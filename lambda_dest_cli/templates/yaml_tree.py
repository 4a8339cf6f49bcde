"""YAML with the place of every piece, built from the parser's events without recursion.

Tags become calls or are passed over, so nothing of the file is ever run. An alias stands for the very same piece, and
what it would amount to written out is counted, so that a bomb is refused before it costs anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.templates.node import Call, Kind, Listing, Node, Scalar, Table, call_name, folded
from lambda_dest_cli.templates.unreadable import DEEPEST, MOST_NODES, Unreadable, unread

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0x[0-9a-fA-F_]+|0o?[0-7_]+", re.ASCII)
_BOOLEAN = re.compile(r"true|false|yes|no|on|off", re.IGNORECASE)
_STANDARD = "tag:yaml.org,2002:"
_CORE_TAGS = frozenset(f"{_STANDARD}{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))
_NULLS = ("", "~", "null", "Null", "NULL")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class _Open:
    """A table or list that has begun; ``size`` is what it amounts to with its aliases written out."""

    line: int
    column: int
    is_table: bool
    tag: str
    anchor: str | None
    size: int = 1
    items: list[Node] = field(default_factory=list)


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.open_anchors: dict[str, int] = {}
        self.documents: list[tuple[Node, int]] = []
        self.complaints: list[Complaint] = []

    def wrong(self, line: int, column: int, message: str, hint: str = "") -> Unreadable:
        return Unreadable(Place(self.file, line, column), message, hint)

    def take(self, event: Event) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        if isinstance(event, ScalarEvent):
            self.add(self.scalar(event, line, column), 1, event.anchor)
        elif isinstance(event, AliasEvent):
            self.add(*self.alias(event.anchor or "", line, column), None)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self.begin(event, line, column)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.end()
        elif isinstance(event, DocumentStartEvent):
            self.anchors, self.open_anchors = {}, {}

    def scalar(self, event: ScalarEvent, line: int, column: int) -> Node:
        self.check_tag(event.tag, line, column)
        plain = event.implicit[0]
        scalar = Scalar(self.file, line, column, event.value, _kind(event.value) if plain else Kind.TEXT)
        name = call_name(event.tag or "")
        return Call(self.file, line, column, name, scalar) if name else scalar

    def check_tag(self, tag: str | None, line: int, column: int) -> None:
        """Complain of a tag that asks for an object of some language's, or for a type that no such file has."""
        if tag and not tag.startswith("!") and tag not in _CORE_TAGS:
            message = f"the tag {tag.replace(_STANDARD, '!!')} has no meaning here"
            self.complaints.append(unread(Place(self.file, line, column), message, "write the value without it"))

    def alias(self, anchor: str, line: int, column: int) -> tuple[Node, int]:
        if self.open_anchors.get(anchor):
            raise self.wrong(line, column, f"the alias *{anchor} stands inside what it stands for")
        if anchor not in self.anchors:
            raise self.wrong(line, column, f"the alias *{anchor} stands for nothing: no &{anchor} comes before it")
        return self.anchors[anchor]

    def begin(self, event: MappingStartEvent | SequenceStartEvent, line: int, column: int) -> None:
        if len(self.stack) >= DEEPEST:
            raise self.wrong(line, column, f"tables and lists are nested more than {DEEPEST} deep")
        self.check_tag(event.tag, line, column)
        is_table, anchor = isinstance(event, MappingStartEvent), event.anchor
        if anchor:
            self.open_anchors[anchor] = self.open_anchors.get(anchor, 0) + 1
        self.stack.append(_Open(line, column, is_table, event.tag or "", anchor))

    def end(self) -> None:
        top = self.stack.pop()
        if top.anchor:
            self.open_anchors[top.anchor] -= 1
        node: Node = self.table(top) if top.is_table else Listing(self.file, top.line, top.column, tuple(top.items))
        name = call_name(top.tag)
        self.add(Call(self.file, top.line, top.column, name, node) if name else node, top.size, top.anchor)

    def add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.documents.append((node, size))
            return
        top = self.stack[-1]
        top.size += size
        if top.size > MOST_NODES:
            raise self.wrong(node.line, node.column, f"written out, the aliases make more than {MOST_NODES:,} values")
        top.items.append(node)

    def table(self, top: _Open) -> Table | Call:
        entries: dict[str, tuple[Scalar, Node]] = {}
        merges: list[Node] = []
        for key, value in zip(top.items[::2], top.items[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise self.wrong(
                    key.line, key.column, "this key is not a text", 'quote it, if it begins with "{" or "["'
                )
            if key.text == "<<" and isinstance(value, Table | Listing):
                merges.append(value)
                continue
            if key.text in entries:
                self.complaints.append(_twice(key, entries[key.text][0]))
            entries[key.text] = (key, value)
        for each in merges:
            _merge(entries, each)
        return folded(Table(self.file, top.line, top.column, entries))


def _merge(entries: dict[str, tuple[Scalar, Node]], merged: Node) -> None:
    """Take over what ``<<`` brings and the table itself does not say; its size has been counted as any alias's."""
    for table in merged.items if isinstance(merged, Listing) else (merged,):
        if isinstance(table, Table):
            for name, entry in table.entries.items():
                entries.setdefault(name, entry)


def _twice(key: Scalar, first: Scalar) -> Complaint:
    message = f"the key {key.text!r} is here a second time; the first is in line {first.line}"
    return unread(key.place, message, "leave one of the two out")


def _kind(text: str) -> Kind:
    if text in _NULLS:
        return Kind.NULL
    if _NUMBER.fullmatch(text):
        return Kind.NUMBER
    return Kind.BOOLEAN if _BOOLEAN.fullmatch(text) else Kind.TEXT


def read_yaml(file: str, text: str) -> tuple[Node, list[Complaint]]:
    """Read one YAML document; gives the tree and complaints of keys that are there twice. Raises Unreadable."""
    odd = _UNPRINTABLE.search(text)
    if odd:
        raise Unreadable(_place_of(file, text, odd.start()), f"YAML does not allow the character U+{ord(odd[0]):04X}")
    builder = _Builder(file)
    for event in _events(file, text):
        builder.take(event)
    documents = builder.documents
    while len(documents) > 1 and _is_empty(documents[-1][0]):
        documents.pop()
    if not documents or (len(documents) == 1 and _is_empty(documents[0][0])):
        raise Unreadable(Place(file), "there is nothing in the file")
    if len(documents) > 1:
        raise Unreadable(
            documents[1][0].place,
            f"the file has {len(documents)} YAML documents, divided by '---'; such a file has one",
            "put each into a file of its own",
        )
    return documents[0][0], builder.complaints


def _events(file: str, text: str) -> Iterator[Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        hint = "indent with spaces; YAML takes no tabs" if mark and text[mark.index : mark.index + 1] == "\t" else ""
        problem = error.problem or error.context or "it cannot be read"
        raise Unreadable(place, f"this is not YAML: {problem}", hint) from error
    except yaml.YAMLError as error:
        raise Unreadable(Place(file), f"this is not YAML: {error}") from error


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.kind is Kind.NULL


def _place_of(file: str, text: str, position: int) -> Place:
    line = text.count("\n", 0, position) + 1
    return Place(file, line, position - text.rfind("\n", 0, position))
