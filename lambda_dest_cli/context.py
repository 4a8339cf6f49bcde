"""What a command is handed: options, streams, clock and AWS. Tests hand in their own; nothing is patched."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lambda_dest_cli.errors import LocalProblem, UsageProblem

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.model.spec import Spec

OUTPUTS = ("text", "json", "markdown", "sarif", "junit", "github")
"""Every way to print; a command says which of them its report has."""
COMMON_OUTPUTS = ("text", "json")
"""What every command's report has."""
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

    def footer(self, report: object) -> None:
        """Show a report of one line below the answer, on a terminal, until something else is said."""

    def confirm(self, question: str) -> bool:
        """Ask yes or no; silence and the end of input are no."""

    def ask(self, question: str) -> str:
        """Ask for a word; the end of input is ``q``."""

    def progress(self, title: str) -> "AbstractContextManager[Callable[[int, int], None]]":
        """Show how far something is, while the context lasts; call what it gives with (done, of how many)."""


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
        return Aws(AwsSession(options.profile, options.region, self._endpoint(), options.local), self.sleep, self.clock)

    def aws_for(self, spec: "Spec") -> "Aws":
        """Give AWS where a spec says; what it leaves open is as the options say. Raises UsageProblem where they differ.

        The embedded AWS has no profiles and no secrets: there a spec's account is simply the one that is used.
        """
        from lambda_dest_cli.aws.api import Aws
        from lambda_dest_cli.aws.session import AwsSession

        options = self.options
        for option, asked, named in (
            ("region", options.region, spec.region),
            ("profile", options.profile, spec.profile),
        ):
            if asked and named and asked != named:
                raise UsageProblem(
                    f"{spec.file} is for {option} {named}, and --{option} says {asked}", f"leave --{option} out"
                )
        session = AwsSession(
            options.profile or (None if options.local else spec.profile or None),
            options.region or spec.region or None,
            self._endpoint(),
            options.local,
            "" if options.local else spec.role_arn,
            spec.account,
        )
        return Aws(session, self.sleep, self.clock)

    def use(self, spec: "Spec") -> None:
        """Let ``aws`` be where a spec says; to be called before it is first asked for. Raises as ``aws_for``."""
        self.__dict__["aws"] = self.aws_for(spec)

    def _endpoint(self) -> str | None:
        return self._local_endpoint() if self.options.local else self.options.endpoint_url

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
