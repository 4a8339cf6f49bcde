"""YAML with its places: a tree that knows where in the file each key and value stands.

It is built from the parser's events, one after the other, so that neither deep nesting nor aliases that expand can
overwhelm it; tags never make objects. Scalars are read as YAML 1.2's core schema has them: ``on`` and ``no`` are words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.spec.problems import SpecProblems, unreadable

_DEEPEST = 40
_MOST_NODES = 200_000
"""With what aliases stand for counted anew each time."""
_STANDARD_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_LONGEST_INTEGER = 20
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True)
class Node:
    """A value and its place. ``value`` is text, a number, a truth value or None; a dict or a list of nodes."""

    place: Place
    value: "object | dict[str, Node] | list[Node]"
    plain: bool = False
    """Whether it is a scalar without quotes, whose text may mean a number."""
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    depth: int = 1


def read_nodes(text: str, file: str) -> tuple[Node, list[Complaint]]:
    """Read one YAML document; raises SpecProblems for what is no YAML. Complaints are what is wrong beside that."""
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise SpecProblems([unreadable(place, f"this is no YAML: {error.problem or error.context}")]) from error
    except yaml.YAMLError as error:
        raise SpecProblems([unreadable(Place(file), f"this is no YAML: {error}")]) from error
    if builder.root is None:
        raise SpecProblems([unreadable(Place(file), "the file is empty", "lds import prints a spec of what is there")])
    return builder.root, builder.complaints


def resolve(text: str) -> object:
    """Give what a scalar without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if len(text) < _LONGEST_INTEGER and _INTEGER.fullmatch(text) else text


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that has begun. ``key`` is the mapping's key that waits for its value."""

    node: Node
    anchor: str | None
    key: str | None = None
    key_place: Place | None = None
    skipped: bool = False
    """Whether the key that waits cannot be used, and has been complained of."""


class _Builder:
    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self.complaints: list[Complaint] = []
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        """None while the node of an anchor is still open."""
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Go on by one event; raises SpecProblems where going on makes no sense."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._stop(event, "a spec is one YAML document, and a second begins here")
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if self._open and isinstance(self._open[-1].node.value, dict) and self._wants_key():
            raise self._stop(event, "a key must be a plain word")
        if len(self._open) >= _DEEPEST:
            raise self._stop(event, f"this is nested more than {_DEEPEST} deep")
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._check_tag(event, "map" if mapping else "seq")
        node = Node(self._place(event), {} if mapping else [])
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(node, event.anchor))

    def _end(self) -> None:
        ended = self._open.pop()
        if ended.anchor:
            self._anchors[ended.anchor] = ended.node
        self._add(ended.node)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        place = self._place(event)
        if self._open and isinstance(self._open[-1].node.value, dict) and self._wants_key():
            self._key(event.value, place)
            return
        plain = event.implicit[0]  # without quotes and without a tag
        node = Node(place, resolve(event.value) if plain else event.value, plain)
        if event.tag not in (None, "!", f"{_STANDARD_TAG}str"):
            self._tagged(event, node)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._add(node)

    def _tagged(self, event: yaml.ScalarEvent, node: Node) -> None:
        kind = str(event.tag).removeprefix(_STANDARD_TAG)
        if kind in ("int", "bool", "null") and str(event.tag).startswith(_STANDARD_TAG):
            node.value = resolve(event.value)
        else:
            self._complain(node.place, f"the tag {event.tag} has no meaning in a spec", "write the value without it")

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = str(event.anchor)
        node = self._anchors.get(name)
        if name in self._anchors and node is None:
            raise self._stop(event, f"*{name} stands inside what it stands for")
        if node is None:
            raise self._stop(event, f"*{name} stands for nothing: there is no &{name} before it")
        if self._open and isinstance(self._open[-1].node.value, dict) and self._wants_key():
            raise self._stop(event, "a key must be a plain word, not an alias")
        self._add(node)

    def _key(self, text: str, place: Place) -> None:
        container = self._open[-1]
        container.key, container.key_place, container.skipped = text, place, False
        if text == "<<":
            container.skipped = True
            self._complain(place, "merge keys (<<) are not understood", "say what all share under: defaults")
        elif "${" in text:
            container.skipped = True
            self._complain(place, f"{text!r}: a variable may stand in a value, not in a key")
        elif text in container.node.keys:
            container.skipped = True
            first = container.node.keys[text]
            self._complain(place, f"{text!r} is here twice; the first is in line {first.line}")

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        container = self._open[-1]
        container.node.size += node.size
        container.node.depth = max(container.node.depth, node.depth + 1)
        if container.node.depth > _DEEPEST:
            raise SpecProblems([unreadable(node.place, f"this is nested more than {_DEEPEST} deep")])
        if container.node.size > _MOST_NODES:
            raise SpecProblems([unreadable(node.place, f"this stands for more than {_MOST_NODES:,} values")])
        if isinstance(container.node.value, list):
            container.node.value.append(node)
        elif isinstance(container.node.value, dict) and container.key is not None and container.key_place:
            if not container.skipped:
                container.node.value[container.key] = node
                container.node.keys[container.key] = container.key_place
            container.key = None

    def _wants_key(self) -> bool:
        return self._open[-1].key is None

    def _check_tag(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, standard: str) -> None:
        if event.tag not in (None, "!", _STANDARD_TAG + standard):
            self._complain(self._place(event), f"the tag {event.tag} has no meaning in a spec", "write it without")

    def _place(self, event: yaml.Event) -> Place:
        mark: Any = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _complain(self, place: Place, message: str, hint: str = "") -> None:
        self.complaints.append(unreadable(place, message, hint))

    def _stop(self, event: yaml.Event, message: str) -> SpecProblems:
        return SpecProblems([*self.complaints, unreadable(self._place(event), message)])


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
