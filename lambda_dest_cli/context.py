"""What a command is handed: options, streams, clock and AWS. Tests hand in their own; nothing is patched."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lambda_dest_cli.errors import LocalProblem, UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.aws.api import Aws

OUTPUTS = ("text", "json")
COLORS = ("auto", "always", "never")


class Options(NamedTuple):
    """The global options, which every command takes."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    local: bool = False
    output: str = "text"
    color: str = "auto"
    debug: bool = False


class Screen(Protocol):
    """Where a command talks to a person while it runs: standard error, so that standard output stays the answer."""

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer a question."""

    def note(self, text: str) -> None:
        """Say something beside the answer."""

    def preview(self, report: object) -> None:
        """Show a report before it is acted on."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no; silence and the end of input are no."""


class Context:
    """One run of one command."""

    def __init__(
        self,
        make_screen: Callable[[Options], Screen],
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._make_screen = make_screen
        self.clock = clock
        self.sleep = sleep
        self.options = Options()
        self.command = "lds"

    def set_option(self, name: str, value: Any) -> None:
        """Set one global option; the one named last counts."""
        self.options = self.options._replace(**{name: value})

    @cached_property
    def screen(self) -> Screen:
        """The screen, made once the options are known."""
        return self._make_screen(self.options)

    @cached_property
    def aws(self) -> "Aws":
        """Everything of AWS, in the account and region that the options name."""
        from lambda_dest_cli.aws.api import Aws
        from lambda_dest_cli.aws.session import AwsSession

        options = self.options
        session = AwsSession(
            options.profile,
            options.region,
            self._local_endpoint() if options.local else options.endpoint_url,
            options.local,
        )
        return Aws(session, self.sleep, self.clock)

    def _local_endpoint(self) -> str:
        from lambda_dest_cli.aws.local_endpoint import read_endpoint

        if self.options.endpoint_url:
            return self.options.endpoint_url
        endpoint = read_endpoint()
        if endpoint is None:
            raise LocalProblem("no embedded AWS is running", "start it with: lds local start")
        return endpoint

    def agree(self, question: str, yes: bool) -> bool:
        """Ask before something is replaced or removed.

        ``yes`` answers in advance. Without it and without a terminal there is nobody to ask: UsageProblem, not a hang.
        """
        if yes:
            return True
        if not self.screen.interactive:
            raise UsageProblem(
                f"{question} There is no terminal to ask on", "say --yes to go ahead without being asked"
            )
        return self.screen.confirm(question)
