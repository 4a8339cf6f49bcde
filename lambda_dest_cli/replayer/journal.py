"""The journal: an SQLite file that is only ever added to.

A sending is written down before it is made, its answer after it came. So whatever ends a run, the sendings without an
answer are all that is in doubt, and there are never more of them than were made at once. Commits wait for the disk
(``synchronous=FULL``): what was accepted stays accepted even if the power fails.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.replay import Answer, Event, Fate, State
from lambda_dest_cli.replayer.digest import digest

APPLICATION_ID = 0x6C647372
"""Says what kind of SQLite file it is (SQLite, "PRAGMA application_id"): ldsr."""
VERSION = 1
_BUSY_SECONDS = 30
_UUID_LENGTH = 36
_ROWS = 100
_STATES = {state: number for number, state in enumerate((State.ACCEPTED, State.UNKNOWN, State.FAILED))}
OF_NUMBER = {number: state for state, number in _STATES.items()}

_TABLES = """
CREATE TABLE runs (number INTEGER PRIMARY KEY, id TEXT UNIQUE, begun REAL, pid INTEGER, sources TEXT, request TEXT);
CREATE TABLE ends (run INTEGER, at REAL, how TEXT);
CREATE TABLE sources (number INTEGER PRIMARY KEY, identity TEXT UNIQUE, label TEXT);
CREATE TABLE targets (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE sends (seq INTEGER PRIMARY KEY, run INTEGER, source INTEGER, id, request_id, target INTEGER, digest BLOB,
                    at REAL);
CREATE TABLE answers (seq INTEGER PRIMARY KEY, run INTEGER, state INTEGER, request_id, words TEXT, at REAL);
CREATE INDEX sends_by_id ON sends (id);
CREATE INDEX sends_by_request ON sends (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX answers_by_request ON answers (request_id) WHERE request_id IS NOT NULL;
"""
_EARLIER = """
SELECT {}, answers.state, sends.digest, runs.id FROM sends
LEFT JOIN answers USING (seq) JOIN runs ON runs.number = sends.run WHERE
"""
_OURS, _SAME_ID, _SAME_REQUEST = range(3)
# One statement, and one a page for all rows: each lets the other threads go on, and has to wait for its turn again.
_KNOWN = f"""
SELECT {_OURS}, 0, NULL, NULL FROM answers WHERE request_id = :request AND run = :run
UNION ALL {_EARLIER.format(_SAME_ID)} sends.id = :id AND sends.source = :source
UNION ALL {_EARLIER.format(_SAME_REQUEST)} sends.request_id = :request
"""  # noqa: S608 - nothing but numbers of ours is put in


class JournalProblem(LdsError):
    """The journal cannot be read or written."""

    code = "Journal"


class JournalFile:
    """One journal. All calls come from one thread; several processes may have it open."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        """Open a journal, or make one that only its owner may read; raises JournalProblem."""
        self.path = path
        self.clock = clock
        with self.trouble("opened"):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self.sql = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._prepare()

    def close(self) -> None:
        """Close it."""
        self.sql.close()

    def name(self, table: str, column: str, name: str, label: str = "") -> int:
        """Give the number of a source or a target, which is written down where it is new."""
        extra, values = (", label", (name, label)) if table == "sources" else ("", (name,))
        marks = ", ".join("?" * len(values))
        self.sql.execute(f"INSERT OR IGNORE INTO {table} ({column}{extra}) VALUES ({marks})", values)  # noqa: S608
        row = self.sql.execute(f"SELECT number FROM {table} WHERE {column} = ?", (name,)).fetchone()  # noqa: S608
        return int(row[0])

    @contextmanager
    def trouble(self, done: str) -> Iterator[None]:
        """Translate what SQLite and the file system raise."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise JournalProblem(
                f"the journal {self.path} cannot be {done}: {error}",
                "make room on the disk, or name another file with --journal FILE; without a journal nothing is sent",
            ) from error

    def _prepare(self) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if (application, version) == (APPLICATION_ID, VERSION):
            self.sql.execute("PRAGMA synchronous = FULL")
            return
        if application == APPLICATION_ID:
            raise JournalProblem(
                f"the journal {self.path} is of another version of lds (its format is {version}, not {VERSION})",
                "finish its runs with that version, or name another file with --journal FILE",
            )
        if application or version or self.sql.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise JournalProblem(f"{self.path} is not a journal of lds replay", "name another file with --journal FILE")
        self.sql.execute("PRAGMA journal_mode = WAL")
        self.sql.execute("PRAGMA synchronous = FULL")
        self.sql.execute("BEGIN IMMEDIATE")
        if not self._pragma("user_version"):  # another process may have been faster
            for statement in _TABLES.split(";"):
                self.sql.execute(statement)
            self.sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.sql.execute(f"PRAGMA user_version = {VERSION}")
        self.sql.execute("COMMIT")

    def _pragma(self, name: str) -> int:
        return int(self.sql.execute(f"PRAGMA {name}").fetchone()[0])


class RunJournal:
    """The journal as one run writes it."""

    def __init__(self, file: JournalFile, number: int, id_: str, labels: Mapping[str, str], again: str = "") -> None:
        """``labels`` are the sources' by their identity; ``again`` is what to send although it is known (--again)."""
        self.id = id_
        self._file = file
        self._number = number
        self._again = again
        with file.trouble("written"):
            self._sources = {name: file.name("sources", "identity", name, label) for name, label in labels.items()}
        self._targets: dict[str, int] = {}
        self._last = 0
        self._sends: list[tuple[Any, ...]] = []
        self._answers: list[tuple[Any, ...]] = []
        """What the page is to hold once it is turned."""

    @classmethod
    def begin(
        cls, file: JournalFile, id_: str, labels: Mapping[str, str], request: str, again: str = ""
    ) -> "RunJournal":
        """Begin a run, or go on with the one of this id; ``request`` is what it takes to ask for it again."""
        with file.trouble("written"):
            row = (id_, file.clock(), os.getpid(), json.dumps(list(labels.values())), request)
            file.sql.execute(
                "INSERT OR IGNORE INTO runs (id, begun, pid, sources, request) VALUES (?, ?, ?, ?, ?)", row
            )
            number = file.sql.execute("SELECT number FROM runs WHERE id = ?", (id_,)).fetchone()[0]
        return cls(file, number, id_, labels, again)

    def end(self, how: str) -> None:
        """Write down how the run ended; raises JournalProblem."""
        self.tear()
        with self._file.trouble("written"):
            self._file.sql.execute("INSERT INTO ends VALUES (?, ?, ?)", (self._number, self._file.clock(), how))

    def open_page(self) -> "RunJournal":
        """Begin to write; raises JournalProblem."""
        self.tear()
        with self._file.trouble("written"):
            self._file.sql.execute("BEGIN IMMEDIATE")
            self._last = self._file.sql.execute("SELECT MAX(seq) FROM sends").fetchone()[0] or 0
        return self

    def turn(self) -> None:
        """End the page; raises JournalProblem where it did not reach the disk, and then none of it did."""
        try:
            with self._file.trouble("written"):
                self._insert("sends", self._sends)
                self._insert("answers", self._answers)
                self._file.sql.execute("COMMIT")
        except JournalProblem:
            self.tear()
            raise

    def tear(self) -> None:
        """Forget the page."""
        self._sends, self._answers = [], []
        if self._file.sql.in_transaction:
            with self._file.trouble("written"):
                self._file.sql.execute("ROLLBACK")

    def answer(self, seq: int, answer: Answer) -> None:
        """Write down what came of a sending."""
        state, request, now = _STATES[answer.state], packed(answer.request_id), self._file.clock()
        self._answers.append((seq, self._number, state, request, answer.words, now))

    def sending(self, event: Event) -> int:
        """Write down that an event is about to be sent."""
        self._last += 1
        row = (
            self._last,
            self._number,
            self._sources[event.source],
            packed(event.id),
            packed(event.request_id),
            self._target(str(event.target)),
            digest(event.payload),
            self._file.clock(),
        )
        self._sends.append(row)
        return self._last

    def known(self, event: Event) -> tuple[Fate | None, str]:
        """Look for earlier sendings of an event: of the same message, and of the same failed request."""
        with self._file.trouble("read"):
            asked = {
                "request": packed(event.request_id), "run": self._number,
                "id": packed(event.id), "source": self._sources[event.source],
            }  # fmt: skip
            rows = self._file.sql.execute(_KNOWN, asked).fetchall()
        if not rows:
            return None, ""
        if any(row[0] == _OURS for row in rows):
            return Fate.FAILED_AGAIN, ""
        found = _judged([row[1:] for row in rows if row[0] == _SAME_ID])
        if found[0] is None:
            found = _judged([row[1:] for row in rows if row[0] == _SAME_REQUEST], digest(event.payload))
        wanted = {"all": (Fate.ALREADY_ACCEPTED, Fate.IN_DOUBT), "unknown": (Fate.IN_DOUBT,)}.get(self._again, ())
        ours = found[1] == self.id
        return (None, "") if found[0] in wanted and not ours else found

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Write rows with as few statements as may be (SQLite takes 32,766 values in one)."""
        for start in range(0, len(rows), _ROWS):
            some = rows[start : start + _ROWS]
            marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            self._file.sql.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in some for value in row])  # noqa: S608
        rows.clear()

    def _target(self, name: str) -> int:
        if name not in self._targets:
            with self._file.trouble("written"):
                self._targets[name] = self._file.name("targets", "name", name)
        return self._targets[name]


def _judged(rows: list[tuple[int | None, bytes, str]], payload: bytes | None = None) -> tuple[Fate | None, str]:
    """Say what earlier sendings mean. The same request with another payload is nothing that can be told: in doubt."""
    doubt: tuple[Fate | None, str] = (None, "")
    for number, earlier, run in rows:
        state = State.PENDING if number is None else OF_NUMBER[number]
        if state is State.ACCEPTED and payload in (None, earlier):
            return Fate.ALREADY_ACCEPTED, run
        if state is not State.FAILED:
            doubt = Fate.IN_DOUBT, run
    return doubt


def packed(id_: str | None) -> str | bytes | None:
    """Give an id as it is stored: a UUID takes 16 bytes."""
    if not id_:
        return None
    if len(id_) == _UUID_LENGTH:
        try:
            found = UUID(id_)
        except ValueError:
            return id_
        return found.bytes if str(found) == id_ else id_
    return id_


def unpacked(stored: str | bytes | None) -> str:
    """Give an id as it was written."""
    return str(UUID(bytes=stored)) if isinstance(stored, bytes) else stored or ""
