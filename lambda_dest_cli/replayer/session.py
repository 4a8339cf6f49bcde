"""A run put together: its sources opened and locked, its journal, and what is sent with; all closed at the end."""

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.invoker import Invoker
from lambda_dest_cli.aws.local_endpoint import state_directory
from lambda_dest_cli.aws.sources import StoreSettings, store_of
from lambda_dest_cli.errors import ExitCode
from lambda_dest_cli.model.replay import Fate, ReplayLine, ReplaySummary
from lambda_dest_cli.replayer.checking import Checking
from lambda_dest_cli.replayer.choosing import Chooser
from lambda_dest_cli.replayer.file_source import FileSource
from lambda_dest_cli.replayer.finding import find_places
from lambda_dest_cli.replayer.held import HeldSource
from lambda_dest_cli.replayer.journal import JournalFile, RunJournal
from lambda_dest_cli.replayer.locking import locked
from lambda_dest_cli.replayer.ports import Sender
from lambda_dest_cli.replayer.run import Hooks, ReplayRequest, Run
from lambda_dest_cli.replayer.sending import Threads
from lambda_dest_cli.replayer.survey import Reread, survey
from lambda_dest_cli.tailer.watches import is_destination

STDIN = "-"
_FILES = (".jsonl", ".ndjson", ".json")
_WORDS = {
    Fate.ACCEPTED: "accepted",
    Fate.FAILED: "failed",
    Fate.UNKNOWN: "unknown",
    Fate.ALREADY_ACCEPTED: "accepted before",
    Fate.IN_DOUBT: "in doubt",
    Fate.FAILED_AGAIN: "failed again",
    Fate.NOT_REPLAYABLE: "not replayable",
    Fate.TAKEN: "taken by others",
    Fate.DECLINED: "declined",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asked for. ``options`` is what is needed to ask for it again."""

    names: tuple[str, ...]
    request: ReplayRequest
    options: Mapping[str, object]
    journal: Path | None = None
    steal: bool = False
    again: str = ""
    resumed: str = ""
    """The id of the run that is gone on with."""
    services: frozenset[str] = frozenset()
    """Of what functions keep, that of these services alone; empty means all."""


def folder() -> Path:
    """Give where journals, locks and spools are."""
    return state_directory() / "replay"


def default_journal() -> Path:
    """Give the journal that is used where none is named."""
    return folder() / "journal.sqlite"


@contextmanager
def journal_file(path: Path | None, clock: Callable[[], float]) -> Iterator[JournalFile]:
    """Open the journal that is named, or else the usual one, while the context lasts; raises JournalProblem."""
    with closing(JournalFile(path or default_journal(), clock)) as file:
        yield file


class Session:
    """One run, from the first look to the last word. A context manager: leaving it puts everything back."""

    def __init__(
        self, plan: Plan, aws: Callable[[], Aws], hooks: Hooks, stdin: BinaryIO,
        make_sender: Callable[[str], Sender] | None = None,
    ) -> None:  # fmt: skip
        """``aws`` is asked for only where it is needed first; ``make_sender`` is told the id of the run."""
        self._make_sender = make_sender
        self.id = plan.resumed or f"{datetime.fromtimestamp(hooks.clock(), UTC):%Y%m%d-%H%M%S}-{token_hex(2)}"
        self._plan = plan
        self._aws = aws
        self._hooks = hooks
        self._stdin = stdin
        self._stack = ExitStack()
        self._sources: list[Reread] = []
        self._checking = Checking(aws, hooks.note)
        self._chooser = Chooser(plan.request.choice)
        self._spool: Path | None = None

    def __enter__(self) -> "Session":
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def kept(self) -> "Session":
        """Give the same session for ``lines`` to close."""
        kept, self._stack = self._stack, ExitStack()
        other = object.__new__(Session)
        other.__dict__.update(self.__dict__, _stack=kept)
        return other

    def survey(self) -> ReplaySummary:
        """Look at what would be sent, and at where it would go; raises as ``Checking``."""
        counted, complete = survey(self._sources, self._chooser.look, self._chooser.glance)
        for event in counted.refs.values():
            self._checking(event.target)
        return counted.summary(self._sources, complete)

    def lines(self) -> Generator[ReplayLine, None, ExitCode]:
        """Send, and give what becomes of each event; the session is over when this ends."""
        with self._stack:
            request = self._plan.request
            sender = self._make_sender(self.id) if self._make_sender else self._threads()
            self._stack.callback(sender.close)
            hooks = replace(self._hooks, check=self._checking)
            journal = self._begin()
            run = Run(self._sources, self._chooser.look, journal, sender, request, hooks)
            how = "interrupted"
            try:
                code = yield from run.lines()
                how = "stopped" if run.stopped else "finished"
            finally:
                self._end(run, journal, how)
        return code

    def _threads(self) -> Sender:
        concurrency = self._plan.request.concurrency
        return Threads(Invoker(self._aws().session, concurrency), concurrency)

    def _begin(self) -> RunJournal:
        """Write down that the run begins, and what it takes to go on with it."""
        labels = {source.identity: source.label for source in self._sources}
        names = [self._lasting(name) for name in self._plan.names]
        asked = json.dumps({"names": names, "options": self._plan.options})
        return RunJournal.begin(self._file, self.id, labels, asked, self._plan.again)

    def _open(self) -> None:
        found = self._make_sources()
        self._stack.enter_context(locked(found, folder() / "locks", self.id))
        file = self._stack.enter_context(journal_file(self._plan.journal, self._hooks.clock))
        self._file = file
        for source in found:
            source.open()
            self._stack.callback(self._close, source)
        self._sources = [Reread(source) for source in found]

    def _lasting(self, name: str) -> str:
        """Give a name that means the same in another folder, and when standard input is gone."""
        if name == STDIN and self._spool:
            return str(self._spool)
        return str(Path(name).resolve()) if is_file(name) else name

    def _make_sources(self) -> list[FileSource | HeldSource]:
        files = [FileSource(self._path(name), name) for name in self._plan.names if is_file(name)]
        others = [name for name in self._plan.names if not is_file(name)]
        if not others:
            return [*files]
        aws, hooks = self._aws(), self._hooks
        only = self._plan.services
        places = [each for each in find_places(others, aws, hooks.note) if not only or each.destination.service in only]
        settings = StoreSettings(hooks.note, hooks.clock, self._plan.steal, self._plan.request.choice.selection.since)
        endpoint = aws.session.endpoint_url or ""
        held = [HeldSource(place, store_of(place, aws.session, settings), endpoint) for place in places]
        return [*files, *held]

    def _path(self, name: str) -> Path:
        """Give a file's path; standard input is put aside first, so that nothing of it is lost with the run."""
        if name != STDIN:
            return Path(name)
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        self._spool = folder() / f"{self.id}.jsonl"
        with os.fdopen(os.open(self._spool, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as spool:
            shutil.copyfileobj(self._stdin, spool)
        return self._spool

    def _close(self, source: FileSource | HeldSource) -> None:
        for words in source.close():
            self._hooks.note(words)

    def _end(self, run: Run, journal: RunJournal, how: str) -> None:
        journal.end(how)
        if self._spool and how == "finished":
            self._spool.unlink(missing_ok=True)
        self._hooks.note(_summary(self.id, run.counts))
        if run.stopped and how == "stopped":
            self._hooks.note(f"stopped: {run.stopped}")
        if how != "finished":
            named = f" --journal {self._plan.journal}" if self._plan.journal else ""
            self._hooks.note(f"go on with: lds replay --resume {self.id}{named}")


def is_file(name: str) -> bool:
    """Tell a file, or standard input, from a function and a destination."""
    return name == STDIN or (not is_destination(name) and ("/" in name or name.endswith(_FILES)))


def _summary(id_: str, counts: Mapping[Fate, int]) -> str:
    parts = [f"{counts[fate]:,} {words}" for fate, words in _WORDS.items() if counts[fate] or fate is Fate.ACCEPTED]
    return f"run {id_}: {', '.join(parts)}"
