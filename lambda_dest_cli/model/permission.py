"""Whether a role may do something, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lambda_dest_cli.model.arn import Arn


class Decision(StrEnum):
    """IAM's three answers, and the honest fourth."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """May the role do ``action`` on ``resource``, with these context keys set?"""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """The answer to a question. ``said_by`` names who said no, such as ``permissions boundary`` or ``key policy``."""

    question: Question
    decision: Decision
    said_by: str = ""
    missing_context: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    """The policies whose statements decided."""
    doubts: tuple[str, ...] = ()
    """What keeps an unknown answer open, context keys that IAM missed apart."""
    nearest: tuple[str, ...] = ()
    """The statements of the role that almost allow it, and what is in the way."""


@dataclass(frozen=True, slots=True)
class Role:
    """An execution role. ``trust_policy`` is the decoded JSON document."""

    arn: Arn
    name: str
    trust_policy: str
    boundary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a role holds: its policies by name, and its permissions boundary, as JSON texts."""

    policies: Mapping[str, str]
    boundary: str | None = None
