"""Who runs as a role, and where they deliver to: a role is seldom one function's alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.function_ref import FunctionRef


@dataclass(frozen=True, slots=True)
class Holders:
    """The functions of a region that run as one role, and every place that each delivers to."""

    destinations: Mapping[str, frozenset[Arn]]
    """By the function's name. A function counts when any version of it has the role, with all its qualifiers."""

    @property
    def functions(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(sorted(self.destinations))


def holders_of(roles: Collection[Arn], aws: Aws) -> dict[Arn, Holders]:
    """Find the functions that run as each role: every published version keeps the role and the DLQ it was made with.

    Raises AccessDenied, or whatever else keeps the list from being whole.
    """
    runs_as: dict[Arn, set[str]] = {role: set() for role in roles}
    letters: dict[str, set[Arn]] = {}
    for facts in aws.functions.versions():
        if facts.role in runs_as:
            runs_as[facts.role].add(facts.name)
        if facts.dead_letter:
            letters.setdefault(facts.name, set()).add(facts.dead_letter)
    names = sorted(set().union(*runs_as.values()))
    configured = dict(zip(names, each(lambda name: _configured(name, aws), names), strict=True))
    return {
        role: Holders({name: frozenset(configured[name] | letters.get(name, set())) for name in functions})
        for role, functions in runs_as.items()
    }


def _configured(name: str, aws: Aws) -> set[Arn]:
    try:
        found: Collection[EventInvokeConfig] = aws.configurations(FunctionRef(name)).values()
    except NotFound:  # deleted since it was listed
        return set()
    return {arn for config in found for arn in config.destinations().values()}
