"""A replay by Step Functions: what it reads, where it writes, how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.model.arn import Arn

PREFIX = "lds-replay"
"""How the names of everything begin that lds makes for a replay."""
_NAME = 64
TAG = "lds:replay"
"""The tag of everything that lds makes for a replay; its value is the function's name."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine that replays the events of one function.

    With ``drained`` it reads a file of JSON lines that lds wrote; otherwise the objects that Lambda wrote.
    """

    function: Arn
    """The function, without a qualifier."""
    bucket: str
    """Where the events are, and where the results go."""
    drained: bool
    max_concurrency: int = 100
    tolerated_failure_percentage: int = 10

    @property
    def function_name(self) -> str:
        """The function's name."""
        return self.function.resource.split(":")[1]

    @property
    def name(self) -> str:
        """What it is called, and its role too; IAM takes 64 characters.

        A function's name has 64 too, so a long one is cut; the tag tells whose it is.
        """
        return f"{PREFIX}-{self.function_name}"[: _NAME - len("-queue")] + ("-queue" if self.drained else "")

    @property
    def arn(self) -> str:
        """Its ARN."""
        arn = self.function
        return f"arn:{arn.partition}:states:{arn.region}:{arn.account}:stateMachine:{self.name}"

    @property
    def role_arn(self) -> str:
        """The ARN of its role."""
        return f"arn:{self.function.partition}:iam::{self.function.account}:role/{self.name}"

    @property
    def read_prefix(self) -> str:
        """Where in the bucket the events are."""
        return f"{self.own_prefix}/events/" if self.drained else f"aws/lambda/async/{self.function_name}/"

    @property
    def results_prefix(self) -> str:
        """Where in the bucket the results go."""
        return f"{self.own_prefix}/results"

    @property
    def own_prefix(self) -> str:
        """Where in the bucket everything is that lds, or the machine, writes."""
        return f"{PREFIX}/{self.name}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: items of its map."""

    status: str
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    """Failed, timed out or aborted."""
    error: str = ""
    """Why the execution itself failed."""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in ("", "RUNNING", "PENDING_REDRIVE")


@dataclass(frozen=True, slots=True)
class RemoteReplay:
    """What came of a replay by Step Functions."""

    machine: str
    executions: tuple[str, ...]
    progress: Progress
    errors: Mapping[str, int] = field(default_factory=dict)
    """Of a sample of what failed: how many, by the error."""
    results: str = ""
    """Where Step Functions wrote what came of each item."""
