"""AWS as botocore's own Stubber plays it: parameters are validated, answers are parsed as from the wire."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.stub import Stubber

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.context import Context, Options
from lambda_dest_cli.render.screen import Screen

REGION = "eu-west-1"
ACCOUNT = "123456789012"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/service/orders-role"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


class StubbedSession(AwsSession):
    """A session whose clients answer only what a test queued, in the order it queued it."""

    def __init__(self) -> None:
        super().__init__(region=REGION, local=True)
        self.stubbers: dict[str, Stubber] = {}

    def client(self, service: str, region: str = "") -> Any:
        if service not in self.stubbers:
            client = boto3.client(
                service,  # type: ignore[call-overload]
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
            self.stubbers[service] = Stubber(client)
            self.stubbers[service].activate()
        return self.stubbers[service].client

    def sender(self, region: str = "", connections: int = 10) -> Any:
        return self.client("lambda")

    def answers(self, service: str, operation: str, answer: dict[str, Any], **expected: Any) -> None:
        """Queue an answer; ``expected`` are the request's parameters where they matter."""
        self.client(service)
        self.stubbers[service].add_response(operation, answer, expected or None)

    def refuses(self, service: str, operation: str, code: str, message: str = "no", status: int = 400) -> None:
        """Queue an error."""
        self.client(service)
        self.stubbers[service].add_client_error(operation, code, message, http_status_code=status)

    def assert_everything_was_asked(self) -> None:
        for stubber in self.stubbers.values():
            stubber.assert_no_pending_responses()


@dataclass
class Run:
    """A Context with streams that a test can read, a clock it can move, and AWS from stubs."""

    session: StubbedSession = field(default_factory=StubbedSession)
    stdout: io.StringIO = field(default_factory=io.StringIO)
    stderr: io.StringIO = field(default_factory=io.StringIO)
    stdin: io.StringIO = field(default_factory=io.StringIO)
    slept: list[float] = field(default_factory=list)

    def context(self) -> Context:
        context = Context(make_screen=self.screen, sleep=self.slept.append)
        context.__dict__["aws"] = self.aws()
        return context

    def aws(self) -> Aws:
        return Aws(self.session, self.slept.append)

    def screen(self, options: Options) -> Screen:
        return Screen(self.stdin, self.stdout, self.stderr, options.output, options.color)

    def lds(self, *argv: str) -> int:
        """Run a command line in this process and give its exit code."""
        from lambda_dest_cli.main import run

        return run(list(argv), self.context())


def tty(stream: io.StringIO) -> io.StringIO:
    """Make a stream say that it is a terminal."""
    answer: Callable[[], bool] = lambda: True  # noqa: E731
    stream.isatty = answer  # type: ignore[method-assign]
    return stream
