"""Whether anything should be sent to a function at all; each is asked about once."""

from collections.abc import Callable
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.errors import AccessDenied, Conflict, NotFound
from lambda_dest_cli.model.function_ref import FunctionRef


class Checking:
    """Remembers what was asked."""

    def __init__(self, aws: Callable[[], Aws], note: Callable[[str], None]) -> None:
        self._aws = aws
        self._note = note
        self._asked: set[FunctionRef] = set()

    def __call__(self, target: FunctionRef) -> None:
        """Raise NotFound for what does not exist, and Conflict for what would send everything straight back."""
        if target in self._asked:
            return
        aws = self._aws()
        if target.region in ("", aws.session.region):  # of another region Lambda itself will tell
            try:
                self._look(aws, target)
            except AccessDenied as problem:
                self._note(f"whether {target} exists was not checked: {problem.message}")
        self._asked.add(target)

    def _look(self, aws: Aws, target: FunctionRef) -> None:
        if target.account == aws.caller()[0].home.account:
            target = replace(target, account="")  # an emulator may know functions by name only
        try:
            aws.function(target)
        except NotFound as problem:
            raise NotFound(
                problem.message, f"send what was meant for it elsewhere with --to, such as --to {target.name}:live"
            ) from problem
        if aws.health(target).reserved_concurrency == 0:
            raise Conflict(
                f"{target.name} has a reserved concurrency of 0: Lambda would send every event straight back",
                f"let it run again first: aws lambda delete-function-concurrency --function-name {target.name}",
            )
