"""An accepted event on its way through the queue."""

from dataclasses import dataclass

from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.invocation import Invocation
from lambda_dest_cli.local.invoke_config import StoredConfig
from lambda_dest_cli.local.records import Ending


@dataclass(slots=True)
class Event:
    """An event, and what has become of it. ``ready`` is the real second at which it last was ready to run.

    ``function`` and ``config`` are as last seen: an event whose function was deleted still goes where it would have.
    ``attempts`` counts runs, ``refusals`` the times that it could not be run through no fault of its own.
    """

    invocation: Invocation
    request_id: str
    function: LocalFunction
    config: StoredConfig
    ready: float
    attempts: int = 0
    refusals: int = 0
    last: Ending | None = None
    _waited: float = 0.0

    def age(self, real: float) -> float:
        """Give AWS's seconds since it was accepted, at a real second.

        Waiting for a retry passes at AWS's pace. Queueing and running take what they take: at scale 60, a handler of
        two seconds must not look as if it had run for two minutes.
        """
        return self._waited + real - self.ready

    def rest(self, seconds: float, real: float) -> None:
        """Let it wait that many of AWS's seconds from a real second on."""
        self._waited += real - self.ready + seconds
        self.ready = real

    def wake(self, real: float) -> None:
        """End its wait."""
        self.ready = real
