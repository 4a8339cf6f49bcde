"""serverless.yml: ``destinations``, ``onError``, ``maximumEventAge`` and ``maximumRetryAttempts`` of its functions.

Serverless Framework, "AWS Lambda Functions"; what it takes is in its provider's schema. It grants its own role the
delivery to ``destinations``, and to an ``onError`` that is written as an ARN (serverless#4770).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from lambda_dest_cli.model.arn import partition_of
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address, fault
from lambda_dest_cli.templates.declaration import Declaration, Home, Reading, Role, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.node import Call, Node, Scalar, Table, at
from lambda_dest_cli.templates.readers.cloudformation import read_stack
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.service.functions import ServerlessFunction, functions_of, resources_with
from lambda_dest_cli.templates.service.role import shared_role
from lambda_dest_cli.templates.service.variables import Variables
from lambda_dest_cli.templates.stack.expected import INCOMPLETE, no_table, unknown_keys
from lambda_dest_cli.templates.stack.resolve import Resolver
from lambda_dest_cli.templates.stack.resources import defaults_of
from lambda_dest_cli.templates.stack.stack import Stack

_SHAPE = "LDS101"
_SLOTS = {"onSuccess": Slot.ON_SUCCESS, "onFailure": Slot.ON_FAILURE}
_TYPES = {"function": "lambda", "sns": "sns", "sqs": "sqs", "eventBus": "events"}
_SETTINGS = ("destinations", "onError", "maximumEventAge", "maximumRetryAttempts")
_NEARLY = 0.85
_REQUIRED = ("type", "arn")
_NO_S3 = "the Serverless Framework knows no S3 destinations: it cannot grant its role the delivery"
_ONLY_SNS = "the Serverless Framework takes an ARN as onError only where it is an SNS topic's"


def claims(root: Table) -> bool:
    """Say whether it describes a service: its name, with functions or a provider."""
    return "service" in root.entries and bool({"functions", "provider"} & root.entries.keys())


def read(root: Table) -> Reading:
    """Read a service's functions, and what stands in its ``resources``."""
    variables = Variables(root)
    functions = functions_of(root, variables.read)
    resources = resources_with(root, functions)
    stack = Stack(Resolver.of(resources, defaults_of(None), None, variables.read))
    plain = read_stack(stack)
    service = _Service(root, stack, {each.key: each for each in functions}, shared_role(root, stack.resolver))
    declared = [service.declaration(each) for each in functions]
    remarks = [remark for each in functions for remark in service.remarks(each)]
    return Reading((*plain.declarations, *declared), (*plain.remarks, *remarks), is_one_place=True)


@dataclass(frozen=True, slots=True)
class _Service:
    root: Table
    stack: Stack
    functions: Mapping[str, ServerlessFunction]
    role: Role | None

    def declaration(self, function: ServerlessFunction) -> Declaration:
        own_role = function.node.get("role") or self._existing_role()
        role = self.stack.role(own_role) if own_role else self.role
        if function.has_own_policies:
            role = None
        return Declaration(
            subject=function.key,
            place=function.spot.place,
            function=self._arn_of(function),
            routes=(*self._routes(function), *self._dead_letter(function)),
            retries=self.stack.number(function.node.get("maximumRetryAttempts"), False),
            age=self.stack.number(function.node.get("maximumEventAge"), False),
            home=self._home(own_role),
            role=role,
        )

    def _existing_role(self) -> Node | None:
        """Give the role that is not made by Serverless, where the provider names one."""
        named = at(self.root, "provider", "iam", "role")
        return named if isinstance(named, Scalar | Call) else at(self.root, "provider", "role")

    def _home(self, role: Node | None) -> Home:
        home = self.stack.home("", role)
        region = self.stack.resolver.text(at(self.root, "provider", "region"))
        return replace(home, region=region, partition=partition_of(region)) if region and is_whole(region) else home

    def _arn_of(self, function: ServerlessFunction) -> str:
        return self.stack.resolver.arn(self.stack.resources[function.logical_id])

    def _routes(self, function: ServerlessFunction) -> Iterator[Route]:
        granted = not (function.node.get("role") or self._existing_role())
        for name, slot in _SLOTS.items():
            node = at(function.node, "destinations", name)
            kind = _TYPES.get(self._type(node), "") if isinstance(node, Table) else ""
            named = self._named(node)
            if named:
                yield Route(slot, (node or function.spot).place, self._arn_of(named), is_open=granted)
                continue
            for route in self.stack.routes(slot, node.get("arn") if isinstance(node, Table) else node, False, kind):
                if route.target.startswith(("arn:", "http")) or not isinstance(node, Scalar):
                    yield replace(route, is_open=route.is_open or granted)

    def _dead_letter(self, function: ServerlessFunction) -> Iterator[Route]:
        node = function.node.get("onError")
        for route in self.stack.routes(Slot.DEAD_LETTER, node, False):
            yield replace(route, is_open=route.is_open or isinstance(node, Scalar))

    def _named(self, node: Node | None) -> ServerlessFunction | None:
        """Give the function of the service that a destination names by its key."""
        return self.functions.get(self.stack.resolver.text(node)) if isinstance(node, Scalar) else None

    def _type(self, node: Table) -> str:
        return self.stack.resolver.text(node.get("type"))

    def remarks(self, function: ServerlessFunction) -> Iterator[Remark]:
        """Complain of what the framework would refuse."""
        destinations = function.node.get("destinations")
        yield from _misspelt(function)
        yield from no_table(function.key, destinations, "destinations", tuple(_SLOTS))
        yield from unknown_keys(function.key, destinations, tuple(_SLOTS))
        for name, slot in _SLOTS.items():
            node = at(destinations, name)
            if isinstance(node, Table):
                yield from self._of_object(function, slot, node)
            elif isinstance(node, Call):
                message = f"the {slot.words} destination is a reference without its type"
                hint = "write { type: function|sns|sqs|eventBus, arn: … }"
                yield failure(INCOMPLETE, function.key, node.place, message, hint)
            elif isinstance(node, Scalar):
                yield from self._of_text(function, slot, node)
        on_error = function.node.get("onError")
        if isinstance(on_error, Scalar):
            yield from self._of_on_error(function, on_error)

    def _of_object(self, function: ServerlessFunction, slot: Slot, node: Table) -> Iterator[Remark]:
        yield from unknown_keys(function.key, node, _REQUIRED)
        missing = [name for name in _REQUIRED if node.get(name) is None]
        if missing:
            message = f"the {slot.words} destination has no {' and no '.join(missing)}"
            yield failure(INCOMPLETE, function.key, node.place, message, "write { type: …, arn: … }, or an ARN alone")
        kind = self._type(node)
        if kind and is_whole(kind) and kind not in _TYPES:
            known = ", ".join(_TYPES)
            near = get_close_matches(kind, _TYPES, 1)
            place = node.key("type").place if (written := node.get("type")) is None else written.place
            message = f"the {slot.words} destination has a type {kind!r} that Serverless does not know"
            hint = f"did you mean {near[0]}?" if near else _NO_S3 if kind.lower() == "s3" else f"it is one of {known}"
            yield failure(_SHAPE, function.key, place, message, hint)

    def _of_text(self, function: ServerlessFunction, slot: Slot, node: Scalar) -> Iterator[Remark]:
        text = self.stack.resolver.text(node)
        address = Address.read(text)
        if address and address.service == "s3" and not fault(text, slot):
            if not (function.node.get("role") or self._existing_role() or function.has_own_policies):
                yield failure(_SHAPE, function.key, node.place, f"{text}: {_NO_S3}", "give it a role of your own")
        elif text and is_whole(text) and not text.startswith(("arn:", "http")) and text not in self.functions:
            near = get_close_matches(text, self.functions, 1)
            hint = f"did you mean {near[0]}?" if near else "write the key of a function of this file, or an ARN"
            yield failure(_SHAPE, function.key, node.place, f"this service has no function {text!r}", hint)

    def _of_on_error(self, function: ServerlessFunction, node: Scalar) -> Iterator[Remark]:
        text = self.stack.resolver.text(node)
        address = Address.read(text)
        service = address.service if address and is_whole(address.service) else ""
        if service and service != "sns" and not fault(text, Slot.DEAD_LETTER):
            yield failure(_SHAPE, function.key, node.place, f"{text}: {_ONLY_SNS}", "use destinations.onFailure")


def _misspelt(function: ServerlessFunction) -> Iterator[Remark]:
    """Complain of what is nearly one of our settings; a plugin may have any other."""
    for name, _ in function.node:
        near = get_close_matches(name, _SETTINGS, 1, _NEARLY)
        if near and name not in _SETTINGS:
            place = function.node.key(name).place
            yield failure(INCOMPLETE, function.key, place, f"there is no setting {name!r}", f"did you mean {near[0]}?")


READER = Reader("serverless.yml", claims, read)
