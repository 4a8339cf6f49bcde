"""The demo: a function that succeeds and fails, a permission that is missing, and the outcomes arriving.

The story is that of AWS's own walkthrough of destinations: a tester that succeeds on ``{"Success": true}`` and throws
on ``{"Success": false}``. Each command is run by the installed ``lds``, so that what is shown is what a reader gets.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.local import server
from lambda_dest_cli.local.stage import FUNCTION, Stage
from lambda_dest_cli.model.demo import DemoCommand, DemoNote

Step = DemoNote | DemoCommand
_DESTINATIONS = "--on-success sqs:tester-done --on-failure sqs:tester-failed --dlq sqs:tester-dlq"
_TIMEOUT_SECONDS = 60


def perform(keep: bool, color: str, quiet: bool) -> Generator[Step, None, int]:
    """Tell the story, one step at a time; each command's own output goes straight to the terminal.

    ``keep`` leaves the embedded AWS running. ``quiet`` sends the commands' output to standard error, where standard
    output is for JSON. Whatever happens, nothing is left behind unless ``keep`` is set.
    """
    with _own_state(keep) as environment:
        show = _Show(environment, color, quiet)
        yield DemoNote("An AWS of your own, on this machine: no account, no Docker, no network.")
        try:
            yield from show.run("lds local start", expected=(0,))
            yield from _story(show, Stage(show.endpoint()))
        finally:
            if not keep:
                show.silently("lds local stop")
        yield DemoNote(_GO_ON if keep else "All of it is gone again. Keep it and play on: lds demo --keep")
    return 0


_GO_ON = (
    "The embedded AWS is still running. Go on: lds --local show, lds --local tail tester, lds --local doctor. "
    "End it: lds local stop"
)


def _story(show: "_Show", stage: Stage) -> Iterator[Step]:
    language = stage.build()
    yield DemoNote(
        f"Made there: a {language} function {FUNCTION!r} that succeeds or throws as its event says, its execution "
        "role, and three queues. Its failures go to a queue already; then somebody tidied up the role."
    )
    yield from show.run(f"lds --local show {FUNCTION}", expected=(0,))
    yield DemoNote("It looks well, and Lambda says nothing. Would a failed event really arrive?")
    yield from show.run(f"lds --local doctor {FUNCTION}", expected=(3,))
    yield DemoNote("It would be lost. Cure the role, and give the outcomes of successes and a DLQ a place too.")
    yield from show.run(f"lds --local configure {FUNCTION} {_DESTINATIONS} --fix-role", expected=(0,))
    yield from show.run(f"lds --local doctor {FUNCTION}", expected=(0,))
    yield DemoNote(
        "Now one event that succeeds and one that fails, as aws lambda invoke --invocation-type Event sends them. "
        "Lambda tries the failing one three times; here a minute takes a second."
    )
    for success in (True, False):
        stage.invoke({"Success": success})
    yield from show.run(f"lds --local tail {FUNCTION} --count 3 --timeout 20s", expected=(0,))
    yield DemoNote("One success, and one failure twice: the record of it, and its bare event in the DLQ.")


class _Show:
    """Runs commands of lds where the audience sees them."""

    def __init__(self, environment: dict[str, str], color: str, quiet: bool) -> None:
        self._environment = environment
        self._color = color
        self._output = sys.stderr.fileno() if quiet else None

    def run(self, command: str, expected: tuple[int, ...]) -> Iterator[Step]:
        """Show a command, then run it; raises LdsError when it ends otherwise than the story has it."""
        yield DemoCommand(command)
        code = subprocess.run(
            self._words(command), env=self._environment, stdout=self._output, timeout=_TIMEOUT_SECONDS, check=False
        ).returncode
        if code not in expected:
            raise LdsError(
                f"the demo's command {command!r} ended with {code}", "run lds demo --keep and try it by hand"
            )

    def silently(self, command: str) -> None:
        """Run a command that nobody needs to see, such as the clean-up."""
        subprocess.run(
            self._words(command), env=self._environment, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )

    def endpoint(self) -> str:
        """Give the address of the embedded AWS that was started."""
        answer = subprocess.run(
            self._words("lds local status -o json"), env=self._environment, capture_output=True, check=True
        )
        return str(json.loads(answer.stdout)["data"]["endpoint"])

    def _words(self, command: str) -> list[str]:
        program, *arguments = shlex.split(command)
        assert program == "lds"  # noqa: S101 - the story above is ours
        return [sys.executable, "-m", "lambda_dest_cli", "--color", self._color, *arguments]


@contextmanager
def _own_state(keep: bool) -> Iterator[dict[str, str]]:
    """Give the environment of the commands: with a state directory of its own, so that a running AWS is left alone."""
    if keep:
        server.refuse_second()
        yield dict(os.environ)
        return
    with TemporaryDirectory(prefix="lds-demo-") as folder:
        yield {**os.environ, "XDG_STATE_HOME": folder}
