"""The spec: what one file says about the functions of one account and region."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_dest_cli.model.complaint import Place
from lambda_dest_cli.model.configuration import (
    DEFAULT_EVENT_AGE_SECONDS,
    DEFAULT_RETRY_ATTEMPTS,
    UNSET,
    Unset,
)


@dataclass(frozen=True, slots=True)
class QualifierSpec:
    """What is wanted of one qualifier, whole: the file's ``defaults`` and AWS's are filled in.

    Destinations are as typed (an ARN, ``sqs:NAME`` …, a queue URL): a name is resolved where the function lives. None
    is no destination.
    """

    on_success: str | None = None
    on_failure: str | None = None
    maximum_retry_attempts: int = DEFAULT_RETRY_ATTEMPTS
    maximum_event_age_in_seconds: int = DEFAULT_EVENT_AGE_SECONDS
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where in the file its keys stand; under "" where it stands itself."""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """What is wanted of one function."""

    name: str
    """Its bare name."""
    place: Place
    qualifiers: Mapping[str, QualifierSpec] = field(default_factory=dict)
    """By qualifier. ``$LATEST`` is here only where one of its own four settings is named."""
    dead_letter: str | Unset | None = UNSET
    """UNSET leaves the DLQ alone, None clears it."""
    ignore: frozenset[str] = frozenset()
    """Ids of checks that are not to be made of it, the file's own included."""
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where in the file ``dead_letter`` stands."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One file, read and checked for shape."""

    file: str
    functions: tuple[FunctionSpec, ...] = ()
    """In the file's order."""
    account: str = ""
    """The account it may be applied to; empty: any."""
    region: str = ""
    profile: str = ""
    role_arn: str = ""
    """The role that is assumed to read and write."""
    ignore: frozenset[str] = frozenset()
