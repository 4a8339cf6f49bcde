"""What a person, or an expression, makes of an event before it is sent: as it is, changed, or not at all."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import jmespath
from jmespath.exceptions import JMESPathError

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.replay import Event
from lambda_dest_cli.records.spelled import read, write
from lambda_dest_cli.replayer.run import Quit

Decide = Callable[[Event], Event | None]
_EDITORS = ("VISUAL", "EDITOR")


class Asker(Protocol):
    """A terminal with somebody at it."""

    def note(self, text: str) -> None:
        """Say something."""

    def ask(self, question: str) -> str:
        """Ask, and give what was typed; the end of input is q."""


def chain(*steps: Decide) -> Decide:
    """Take one step after the other, until one says no."""

    def decide(event: Event) -> Event | None:
        current: Event | None = event
        for step in steps:
            current = current and step(current)
        return current

    return decide


def transform(expression: str) -> Decide:
    """Send what a JMESPath expression makes of the payload; raises UsageProblem where it is none."""
    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as error:
        raise UsageProblem(f"--transform is no JMESPath expression: {' '.join(str(error).split())}") from error

    def decide(event: Event) -> Event:
        try:
            found = compiled.search(read(event.payload.decode("utf-8", "surrogatepass")))
        except JMESPathError as error:
            raise UsageProblem(f"--transform does not fit {event.id}: {error}", "choose with --where") from error
        return replace(event, payload=write(found).encode("utf-8", "surrogatepass"))

    return decide


def edit(note: Callable[[str], None]) -> Decide:
    """Send what is left of the payload in the person's editor; an emptied file is not sent. Raises UsageProblem."""
    words = next((os.environ[name] for name in _EDITORS if os.environ.get(name)), "vi")

    def decide(event: Event) -> Event | None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "event.json"
            file.write_bytes(event.payload)
            while True:
                _open(words, file)
                text = file.read_text().strip()
                if not text:
                    return None
                try:
                    read(text)
                except UsageProblem as problem:
                    note(f"{problem.message}; empty the file to leave the event out")
                    continue
                same = text.encode() == event.payload.strip()
                return event if same else replace(event, payload=text.encode())

    return decide


def _open(words: str, file: Path) -> None:
    try:
        done = subprocess.run([*shlex.split(words), str(file)], check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        raise UsageProblem(f"the editor {words!r} cannot be started: {error}", "set EDITOR") from error
    if done.returncode:
        raise UsageProblem(f"the editor {words!r} ended with {done.returncode}; nothing of this event was sent")


class Interactive:
    """Shows each event and asks; after ``a`` no more."""

    def __init__(self, asker: Asker, show: Callable[[Event], None]) -> None:
        self._asker = asker
        self._show = show
        self._all = False

    def __call__(self, event: Event) -> Event | None:
        """Give the event, or None for no; raises Quit."""
        while not self._all:
            self._show(event)
            word = self._asker.ask("send it again? y yes, n no, a all of the rest, q quit")[:1].lower()
            if word == "q":
                raise Quit
            if word == "n":
                return None
            if word == "y":
                return event
            self._all = word == "a"
        return event
