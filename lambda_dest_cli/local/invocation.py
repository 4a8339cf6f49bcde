"""An invocation of a function, and the answer to one that waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lambda_dest_cli.model.function_ref import LATEST

MAXIMUM_HOPS = 16
"""Lambda stops a chain of invocations through the same function after about 16 (Developer Guide, "Recursive loop
detection").
"""


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """A function of one account and region, under the qualifier that the caller named."""

    account: str
    region: str
    name: str
    qualifier: str = LATEST

    @property
    def arn(self) -> str:
        """The qualified ARN."""
        return f"{self.unqualified_arn}:{self.qualifier}"

    @property
    def unqualified_arn(self) -> str:
        """The ARN without the qualifier."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event for a function. ``hops`` counts, by function ARN, how often the chain that led here went through it."""

    function: FunctionKey
    payload: bytes
    hops: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a synchronous caller gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    log: Sequence[str] = ()
    """What was logged meanwhile, line by line."""
