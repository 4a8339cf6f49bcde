"""One template, and what is asked of it more than once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address
from lambda_dest_cli.templates.declaration import Home, Number, Role, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.node import Call, Kind, Listing, Node, Scalar, Table
from lambda_dest_cli.templates.stack.policies import roles
from lambda_dest_cli.templates.stack.resolve import Resolver, branches
from lambda_dest_cli.templates.stack.resource_type import FUNCTIONS
from lambda_dest_cli.templates.stack.resources import Resource, references
from lambda_dest_cli.templates.stack.targets import Target, targets


@dataclass(frozen=True)
class Stack:
    """A template's resources with what stands behind them, each worked out when first asked for."""

    resolver: Resolver

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The resources by their logical ids."""
        return self.resolver.resources

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """The roles by ARN."""
        return roles(self.resolver)

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """The resources that may be delivered to, by ARN."""
        return targets(self.resolver)

    @cached_property
    def functions(self) -> Mapping[str, Resource]:
        """The functions by ARN."""
        return {self.resolver.arn(each): each for each in self.resources.values() if each.type in FUNCTIONS}

    @cached_property
    def _mentioned(self) -> Mapping[str, frozenset[str]]:
        known = self.resources.keys()
        return {name: frozenset(references(each.node)) & known for name, each in self.resources.items()}

    def before(self, name: str) -> frozenset[str]:
        """Give the resources that are there before one is: all that it refers to or waits for, and what those do."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = self._mentioned.get(waiting.pop(), frozenset()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def routes(self, slot: Slot, node: Node | None, guarded: bool, declared: str = "") -> Iterator[Route]:
        """Give what a destination may be: one route for each outcome of its conditions."""
        for each, under in branches(node, guarded):
            resolver = self.resolver.guarded() if under else self.resolver
            text = resolver.text(each)
            if text:
                behind = self.targets.get(text, Target())
                yield Route(slot, each.place, text, declared, behind.key, under, behind.is_open)

    def number(self, node: Node | None, guarded: bool) -> Number | None:
        """Give a setting; None where it is left out or stands under a condition of its own."""
        found = list(branches(node, guarded))
        if len(found) != 1 or node is not found[0][0]:
            return None
        resolver = self.resolver.guarded() if guarded else self.resolver
        is_number = isinstance(node, Scalar) and node.kind is not Kind.NULL
        if isinstance(node, Table | Listing | Scalar) and not is_number:
            return Number(node.place, "", is_text=True)
        return Number(node.place, resolver.text(node))

    def role(self, node: Node | None) -> Role | None:
        """Give the role of the template that a function runs as."""
        return self.roles.get(self.resolver.text(node)) if isinstance(node, Call) else None

    def home(self, function: str, role: Node | None) -> Home:
        """Give where a function lives, as its own ARN or its role's tells."""
        own, its_role = Address.read(function), Address.read(self.resolver.text(role))
        known = own or its_role
        if known is None:
            return Home()
        account = known.account or (its_role.account if its_role else "")
        return Home(_told(known.partition), _told(known.region), _told(account))


def _told(text: str) -> str:
    return text if is_whole(text) else ""
