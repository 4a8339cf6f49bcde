"""JSON with the place of every piece. The standard library's reader gives no places, and nests as Python does."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.templates.node import Kind, Listing, Node, Scalar, Table, folded
from lambda_dest_cli.templates.unreadable import DEEPEST, MOST_NODES, Unreadable, unread

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<mark>[{}\[\],:])
      | "(?P<text>[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"
      | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))
      | (?P<boolean>(?:true|false)(?!\w))
      | (?P<null>null(?!\w))
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.ASCII,
)
_KINDS = {"text": Kind.TEXT, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN, "null": Kind.NULL}
_PASSED_OVER = frozenset({"prior_state", "resource_changes", "resource_drift", "relevant_attributes", "checks"})
"""Members of a file as a whole that are most of a Terraform plan, and that nobody here looks at."""
_DECODER = json.JSONDecoder()
_LINE = re.compile("\n")
_NOT_SPACE = re.compile(r"[^ \t\r\n]")


@dataclass(slots=True)
class _Open:
    """A table or list that has begun: its place, and what is in it so far."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]] | None
    items: list[Node] = field(default_factory=list)
    key: Scalar | None = None


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.position, self.nodes = 0, 0
        self.starts = [0, *(match.end() for match in _LINE.finditer(text))]
        self.complaints: list[Complaint] = []

    def spot(self, position: int) -> tuple[int, int]:
        line = bisect_right(self.starts, position)
        return line, position - self.starts[line - 1] + 1

    def wrong(self, position: int, message: str, hint: str = "") -> Unreadable:
        return Unreadable(Place(self.file, *self.spot(min(position, len(self.text)))), message, hint)

    def token(self) -> tuple[str, str, int]:
        """Give the next token's sort, its text and where it begins."""
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            odd = _NOT_SPACE.search(self.text, self.position)
            raise self.wrong(odd.start() if odd else self.position, "this is not JSON")
        sort = match.lastgroup or "end"
        self.position = match.end()
        start = match.start(sort) - (sort == "text")
        if sort != "text":
            return sort, match[sort], start
        try:
            return sort, json.loads(f'"{match[sort]}"') if "\\" in match[sort] else match[sort], start
        except ValueError:
            raise self.wrong(start, "this text has an escape that JSON does not know") from None

    def scalar(self, sort: str, text: str, start: int) -> Scalar:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.wrong(start, f"the file has more than {MOST_NODES:,} values")
        return Scalar(self.file, *self.spot(start), text, _KINDS[sort])

    def read(self) -> Node:
        """Read one value and nothing after it, without recursion."""
        stack: list[_Open] = []
        done: Node | None = None
        while done is None:
            sort, text, start = self.token()
            awaits_key = bool(stack) and stack[-1].entries is not None and stack[-1].key is None
            if awaits_key and (sort, text) != ("mark", "}"):
                self.key(stack[-1], sort, text, start)
                continue
            value = self.value(stack, sort, text, start)
            if value is not None:
                done = self.place(stack, value)
        after = _NOT_SPACE.search(self.text, self.position)
        if after:
            raise self.wrong(after.start(), "there is something after the end of the JSON value")
        return done

    def key(self, into: _Open, sort: str, text: str, start: int) -> None:
        if sort != "text":
            raise self.wrong(start, "a key in double quotes should be here")
        key = self.scalar(sort, text, start)
        mark, sign, where = self.token()
        if (mark, sign) != ("mark", ":"):
            raise self.wrong(where, "a colon should be here")
        entries = into.entries or {}
        if text in entries:
            first = entries[text][0]
            message = f"the key {text!r} is here a second time; the first is in line {first.line}"
            self.complaints.append(unread(key.place, message, "leave one of the two out"))
        into.key = key

    def value(self, stack: list[_Open], sort: str, text: str, start: int) -> Node | None:
        """Give a value that is complete, or None where one has only begun."""
        if sort != "mark":
            if sort == "end":
                raise self.wrong(start, "the file ends in the middle of a value")
            return self.scalar(sort, text, start)
        if text in "{[":
            if len(stack) == 1 and stack[0].key is not None and stack[0].key.text in _PASSED_OVER:
                return self.passed_over(start)
            if len(stack) >= DEEPEST:
                raise self.wrong(start, f"tables and lists are nested more than {DEEPEST} deep")
            stack.append(_Open(*self.spot(start), {} if text == "{" else None))
            return None
        if text in "}]" and stack and (stack[-1].entries is not None) is (text == "}"):
            top = stack[-1]
            if not top.items and not top.entries and top.key is None:
                return self.close(stack.pop())
        raise self.wrong(start, f"{text!r} should not be here")

    def passed_over(self, start: int) -> Scalar:
        """Pass over a value, and leave nothing in its place."""
        try:
            self.position = _DECODER.raw_decode(self.text, start)[1]
        except RecursionError:
            raise self.wrong(start, "tables and lists are nested too deep here") from None
        except json.JSONDecodeError as error:
            raise self.wrong(error.pos, "this is not JSON") from None
        return Scalar(self.file, *self.spot(start), "", Kind.NULL)

    def place(self, stack: list[_Open], value: Node) -> Node | None:
        """Put a value where it belongs and close what ends after it; give the whole when all is closed."""
        while stack:
            top = stack[-1]
            if top.entries is None:
                top.items.append(value)
            elif top.key is not None:
                top.entries[top.key.text] = (top.key, value)
                top.key = None
            sort, text, start = self.token()
            if (sort, text) == ("mark", ","):
                return None
            if (sort, text) != ("mark", "]" if top.entries is None else "}"):
                wanted = "]" if top.entries is None else "}"
                raise self.wrong(start, f"a comma or {wanted!r} should be here")
            value = self.close(stack.pop())
        return value

    def close(self, top: _Open) -> Node:
        self.nodes += 1
        if top.entries is None:
            return Listing(self.file, top.line, top.column, tuple(top.items))
        return folded(Table(self.file, top.line, top.column, top.entries))


def read_json(file: str, text: str) -> tuple[Node, list[Complaint]]:
    """Read JSON; gives the tree and complaints of keys that are there twice. Raises Unreadable."""
    reader = _Reader(file, text)
    return reader.read(), reader.complaints
