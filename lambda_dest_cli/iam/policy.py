"""The nouns of a policy document. What can be compiled is compiled once, when one is made."""

import re
from dataclasses import dataclass, field

from lambda_dest_cli.iam.match import Resources, compiled
from lambda_dest_cli.iam.operators import Comparison, Test, comparison


def has_variable(text: str) -> bool:
    """Say whether a text may have a policy variable in it."""
    return "${" in text


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key: ``{"StringEquals": {"aws:SourceAccount": ["123456789012"]}}``."""

    operator: str
    key: str
    values: tuple[str, ...]
    comparison: Comparison | None = field(init=False, repr=False, compare=False)
    """None where the operator is not known."""
    lookup: str = field(init=False, repr=False, compare=False)
    """The key in lower case: keys are case-insensitive."""
    tests: tuple[Test, ...] = field(init=False, repr=False, compare=False)
    """One for each value, taken as text."""
    with_variables: bool = field(init=False, repr=False, compare=False)
    """Whether any value has to be filled in before it is compared."""

    def __post_init__(self) -> None:
        found = comparison(self.operator)
        operator = found.operator if found else None
        tests = tuple(operator.prepare(value) for value in self.values) if operator else ()
        object.__setattr__(self, "comparison", found)
        object.__setattr__(self, "lookup", self.key.lower())
        object.__setattr__(self, "tests", tests)
        object.__setattr__(
            self, "with_variables", bool(operator and operator.variables and any(map(has_variable, self.values)))
        )


@dataclass(frozen=True, slots=True)
class Principals:
    """Who a resource's policy speaks of: (type, value) pairs, such as ("AWS", "*") or ("Service", …)."""

    entries: tuple[tuple[str, str], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of ``actions`` and ``resources`` the negated flag says that everything else is meant."""

    index: int
    sid: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...] | None
    """None where the element is absent, as in trust policies: then every resource is meant."""
    not_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]
    unknown: tuple[str, ...] = ()
    """Elements that this reader does not know: they make the statement's effect unknown."""
    action_pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    fixed_resources: Resources = field(init=False, repr=False, compare=False)
    """The resources without a variable."""
    templates: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The resources with one."""
    is_empty: bool = field(init=False, repr=False, compare=False)
    """Whether a list is empty, whereby a statement "does not affect the policy" (page "IAM policy validation")."""

    def __post_init__(self) -> None:
        nobody = self.principals is not None and not self.principals.entries
        object.__setattr__(self, "is_empty", not self.actions or self.resources == () or nobody)
        resources = self.resources or ()
        object.__setattr__(self, "action_pattern", compiled(self.actions, ignore_case=True))
        object.__setattr__(self, "fixed_resources", Resources.of(each for each in resources if not has_variable(each)))
        object.__setattr__(self, "templates", tuple(filter(has_variable, resources)))

    def is_about(self, action: str) -> bool:
        """Say whether a statement is about an action, and has any effect at all."""
        return (self.action_pattern.fullmatch(action) is None) is self.not_actions and not self.is_empty


@dataclass(frozen=True, slots=True)
class Policy:
    """A document and what it is called; ``source`` is IAM's word for where it comes from."""

    statements: tuple[Statement, ...]
    name: str = ""
    source: str = "IAM Policy"
    has_variables: bool = True
    """Whether its version has policy variables (2012-10-17); in an older one ``${`` is text."""
    text: str = field(default="", repr=False, compare=False)
    """The document as it was written; empty where it came as an object."""
