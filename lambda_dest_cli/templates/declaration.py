"""What a file says of the asynchronous side of functions, whatever its dialect.

Texts that are ARNs have holes (``hole``) for what only a deployment knows.
"""

from dataclasses import dataclass

from lambda_dest_cli.model.complaint import Place
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.remark import Remark


@dataclass(frozen=True, slots=True)
class Key:
    """A customer managed key of the same file, that a destination is encrypted with."""

    name: str
    arn: str
    grants: bool = False
    """Whether its own policy may let a role use it, without the role's policies."""


@dataclass(frozen=True, slots=True)
class Route:
    """One destination in one slot."""

    slot: Slot
    place: Place
    target: str
    """Its ARN."""
    declared: str = ""
    """The destination type that is named beside it (``sqs``), where the dialect has that."""
    key: Key | None = None
    guarded: bool = False
    """Whether it stands under a condition."""
    is_open: bool = False
    """Whether a policy of the destination itself, in the same file, may let the role deliver."""


@dataclass(frozen=True, slots=True)
class Number:
    """A setting as it is written. ``text`` may have holes."""

    place: Place
    text: str
    is_text: bool = False
    """Whether it is something that no text can be a number of: a list, a table, nothing at all."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Something that a role may be allowed. Actions and resources have wildcards, and holes."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    policy: str = ""
    """The resource of its own in which the policy stands; empty where it is part of the role."""


@dataclass(frozen=True, slots=True)
class Role:
    """An execution role of the same file."""

    name: str
    grants: tuple[Grant, ...] = ()
    is_whole: bool = False
    """Whether every policy it has is in the file and is understood."""
    resources: frozenset[str] = frozenset()
    """The ARNs of everything in the file: of two, neither is the other."""
    may_have_more: bool = False
    """Whether something besides the file, such as a plugin, may add to what it is allowed."""
    delivers: bool = False
    """Whether the tool itself lets it deliver to the destinations that are declared (SAM, Serverless)."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a function lives, as far as its file tells; an empty text is not told."""

    partition: str = ""
    region: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """The asynchronous side of one function under one qualifier; a dead-letter queue is declared once a function."""

    subject: str
    """What the file calls it: a logical id, a key, an address."""
    place: Place
    function: str = ""
    """The function's unqualified ARN; empty where nothing is known of it."""
    routes: tuple[Route, ...] = ()
    retries: Number | None = None
    age: Number | None = None
    home: Home = Home()
    role: Role | None = None
    after: frozenset[str] = frozenset()
    """The resources of the file that are there before it is: what it refers to, or waits for."""
    qualifier: str = ""
    """The qualifier that it is of; empty where the file does not tell: it may be any."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read."""

    declarations: tuple[Declaration, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """What the dialect alone forbids."""
    is_one_place: bool = False
    """Whether all of it is deployed to one region of one account: a stack is."""
