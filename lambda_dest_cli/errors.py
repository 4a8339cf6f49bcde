"""What can go wrong, and the exit code each kind of wrong has.

Every error names the thing, the cause (``message``) and what to do next (``hint``). Only ``main`` turns one into an
exit; nothing below it exits or prints.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """One number, one meaning, in every command."""

    OK = 0
    ERROR = 1
    USAGE = 2
    FINDINGS = 3
    CREDENTIALS = 4
    PARTIAL = 5
    INTERRUPTED = 130


class LdsError(Exception):
    """An error a person can act on. ``code`` is a stable word for scripts."""

    code: ClassVar[str] = "Error"
    exit_code: ClassVar[ExitCode] = ExitCode.ERROR

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(LdsError):
    """What was typed, or written in a spec, cannot be meant."""

    code = "Usage"
    exit_code = ExitCode.USAGE


class CredentialsProblem(LdsError):
    """There are no credentials, or AWS does not take them."""

    code = "Credentials"
    exit_code = ExitCode.CREDENTIALS


class NotFound(LdsError):
    """AWS knows no such thing."""

    code = "NotFound"


class AccessDenied(LdsError):
    """The caller (not the function's role) may not make a call; ``message`` names the action."""

    code = "AccessDenied"


class Throttled(LdsError):
    """AWS kept refusing for the rate of calls, after every retry."""

    code = "Throttled"


class Conflict(LdsError):
    """The thing was changed by someone else, or is busy."""

    code = "Conflict"


class Rejected(LdsError):
    """AWS understood the call and refused it; ``message`` has AWS's own words."""

    code = "Rejected"


class Unreachable(LdsError):
    """The endpoint did not answer."""

    code = "Unreachable"


class LocalProblem(LdsError):
    """The embedded AWS cannot be started, found or stopped."""

    code = "Local"


class Interrupted(LdsError):
    """A person or a signal ended the run; what was done until then stays done."""

    code = "Interrupted"
    exit_code = ExitCode.INTERRUPTED


class Declined(LdsError):
    """A person was asked and said no."""

    code = "Declined"
