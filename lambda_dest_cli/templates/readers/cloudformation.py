"""CloudFormation templates: ``AWS::Lambda::EventInvokeConfig``, and ``DeadLetterConfig`` of ``AWS::Lambda::Function``.

CloudFormation Template Reference. Qualifier is required there, and may be ``$LATEST``.
"""

from collections.abc import Iterator

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.declaration import Declaration, Reading, Role, Route
from lambda_dest_cli.templates.hole import parts
from lambda_dest_cli.templates.node import Kind, Node, Scalar, Table, text_at
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.stack.expected import INCOMPLETE, unknown_keys
from lambda_dest_cli.templates.stack.resolve import Resolver, branches
from lambda_dest_cli.templates.stack.resources import Resource, defaults_of, resources_of
from lambda_dest_cli.templates.stack.stack import Stack

CONFIG = "AWS::Lambda::EventInvokeConfig"
_SETTINGS = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
_SLOTS = {"OnSuccess": Slot.ON_SUCCESS, "OnFailure": Slot.ON_FAILURE}
_REQUIRED = {
    "FunctionName": "name the function",
    "Qualifier": "name an alias or a version, or $LATEST",
}
_FUNCTION_ARN_PARTS = 8


def claims(root: Table) -> bool:
    """Say whether it is a template: its resources have types of AWS's, or it names the format."""
    if "AWSTemplateFormatVersion" in root.entries:
        return True
    resources = root.get("Resources")
    listed = [node for _, node in resources] if isinstance(resources, Table) else []
    return any(text_at(node, "Type").partition("::")[1] for node in listed)


def stack_of(root: Table) -> Stack:
    """Take a template's sections apart."""
    resources = {each.name: each for each in resources_of(root.get("Resources"))}
    return Stack(Resolver.of(resources, defaults_of(root.get("Parameters")), root.get("Mappings")))


def read(root: Table) -> Reading:
    """Read a template without SAM's functions."""
    return read_stack(stack_of(root))


def read_stack(stack: Stack) -> Reading:
    """Read the configurations and dead-letter queues that are CloudFormation's own."""
    declarations: list[Declaration] = []
    remarks: list[Remark] = []
    for resource in stack.resources.values():
        if resource.type == CONFIG:
            declarations.append(_configuration(stack, resource))
            remarks += _misspelt(resource)
            remarks += _missing(resource)
        elif resource.type == "AWS::Lambda::Function":
            declarations.append(_dead_letter(stack, resource))
            remarks += _misspelt_dead_letter(resource)
    return Reading(tuple(declarations), tuple(remarks))


def _configuration(stack: Stack, resource: Resource) -> Declaration:
    resolver = stack.resolver.guarded() if resource.conditional else stack.resolver
    named = resolver.text(resource.get("FunctionName"))
    function = _unqualified(resolver.function_arn(named)) if named else ""
    owner = stack.functions.get(function)
    role_node = owner.get("Role") if owner else None
    role = stack.role(role_node)
    return Declaration(
        subject=resource.name,
        place=resource.spot.place,
        function=function,
        routes=tuple(_routes(stack, resource)),
        retries=stack.number(resource.get("MaximumRetryAttempts"), resource.conditional),
        age=stack.number(resource.get("MaximumEventAgeInSeconds"), resource.conditional),
        home=stack.home(function, role_node),
        role=role,
        after=after(stack, resource, role),
    )


def _unqualified(arn: str) -> str:
    return ":".join(parts(arn, _FUNCTION_ARN_PARTS)[: _FUNCTION_ARN_PARTS - 1])


def _routes(stack: Stack, resource: Resource) -> Iterator[Route]:
    for config, guarded in branches(resource.get("DestinationConfig"), resource.conditional):
        for name, slot in _SLOTS.items():
            for chosen, under in branches(_get(config, name), guarded):
                yield from stack.routes(slot, _get(chosen, "Destination"), under)


def _dead_letter(stack: Stack, resource: Resource) -> Declaration:
    routes = [
        route
        for config, guarded in branches(resource.get("DeadLetterConfig"), resource.conditional)
        for route in stack.routes(Slot.DEAD_LETTER, _get(config, "TargetArn"), guarded)
    ]
    role = stack.role(resource.get("Role"))
    function = stack.resolver.arn(resource)
    return Declaration(
        subject=resource.name,
        place=resource.spot.place,
        function=function,
        routes=tuple(routes),
        home=stack.home("", resource.get("Role")),
        role=role,
        after=after(stack, resource, role),
    )


def after(stack: Stack, resource: Resource, role: Role | None) -> frozenset[str]:
    """Give what is there before a resource is; it matters only where the role's policies are resources of their own."""
    late = role and any(grant.policy for grant in role.grants)
    return stack.before(resource.name) if late else frozenset()


def _get(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Table) else None


def _misspelt(resource: Resource) -> Iterator[Remark]:
    yield from unknown_keys(resource.name, resource.node.get("Properties"), (*_REQUIRED, *_SETTINGS))
    for config, _ in branches(resource.get("DestinationConfig")):
        yield from unknown_keys(resource.name, config, tuple(_SLOTS))
        for name in _SLOTS:
            for chosen, _ in branches(_get(config, name)):
                yield from unknown_keys(resource.name, chosen, ("Destination",))
                if isinstance(chosen, Table) and not chosen.entries:
                    message = f"{name} has no Destination"
                    yield failure(INCOMPLETE, resource.name, chosen.place, message, "name one, or leave it out")


def _misspelt_dead_letter(resource: Resource) -> Iterator[Remark]:
    for config, _ in branches(resource.get("DeadLetterConfig")):
        yield from unknown_keys(resource.name, config, ("TargetArn",))


def _missing(resource: Resource) -> Iterator[Remark]:
    properties = resource.node.get("Properties")
    if not isinstance(properties, Table):
        yield failure(INCOMPLETE, resource.name, resource.spot.place, "the configuration has no Properties")
        return
    if any(name.startswith("Fn::") for name in properties.entries):
        return
    for name, hint in _REQUIRED.items():
        if _is_absent(properties.get(name)):
            place = properties.key(name).place if name in properties.entries else resource.spot.place
            yield failure(INCOMPLETE, resource.name, place, f"it has no {name}, which CloudFormation requires", hint)
    if all(_is_empty(properties.get(name)) for name in _SETTINGS):
        message = "it sets nothing; Lambda: 'You must specify at least one of error handling or destination setting.'"
        yield failure(
            INCOMPLETE, resource.name, resource.spot.place, message, "give it a destination, retries or an age"
        )


def _is_absent(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and (node.kind is Kind.NULL or not node.text))


def _is_empty(node: Node | None) -> bool:
    return _is_absent(node) or (isinstance(node, Table) and all(_is_empty(value) for _, value in node))


READER = Reader("CloudFormation templates", claims, read)
