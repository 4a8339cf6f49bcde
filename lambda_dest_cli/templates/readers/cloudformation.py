"""CloudFormation templates: ``AWS::Lambda::EventInvokeConfig``, and ``DeadLetterConfig`` of ``AWS::Lambda::Function``.

CloudFormation Template Reference. Qualifier is required there, and may be ``$LATEST``.
"""

from collections.abc import Iterator
from dataclasses import replace

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.declaration import Declaration, Reading, Role, Route
from lambda_dest_cli.templates.node import Table, at, table_at, text_at
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.stack.complete import CONFIG, SLOTS, configured_twice, incomplete, undefined, unqualified
from lambda_dest_cli.templates.stack.resolve import Resolver, branches
from lambda_dest_cli.templates.stack.resources import Resource, defaults_of, resources_of
from lambda_dest_cli.templates.stack.stack import Stack


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
    stack = stack_of(root)
    reading = read_stack(stack)
    if "Transform" in root.entries or any(name.startswith("Fn::") for name, _ in table_at(root, "Resources") or ()):
        return reading  # what makes more of the template may define anything
    lacking = [remark for each in stack.resources.values() for remark in undefined(stack, each)]
    return replace(reading, remarks=(*reading.remarks, *lacking))


def read_stack(stack: Stack) -> Reading:
    """Read the configurations and dead-letter queues that are CloudFormation's own."""
    declarations: list[Declaration] = []
    remarks = list(configured_twice(stack))
    for resource in stack.resources.values():
        remarks += incomplete(stack, resource)
        if resource.type == CONFIG:
            declarations.append(_configuration(stack, resource))
        elif resource.type == "AWS::Lambda::Function":
            declarations.append(_dead_letter(stack, resource))
    return Reading(tuple(declarations), tuple(remarks), is_one_place=True)


def _configuration(stack: Stack, resource: Resource) -> Declaration:
    resolver = stack.resolver.guarded() if resource.conditional else stack.resolver
    named = resolver.text(resource.get("FunctionName"))
    function = unqualified(resolver.function_arn(named)) if named else ""
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


def _routes(stack: Stack, resource: Resource) -> Iterator[Route]:
    for config, guarded in branches(resource.get("DestinationConfig"), resource.conditional):
        for name, slot in SLOTS.items():
            for chosen, under in branches(at(config, name), guarded):
                yield from stack.routes(slot, at(chosen, "Destination"), under)


def _dead_letter(stack: Stack, resource: Resource) -> Declaration:
    routes = [
        route
        for config, guarded in branches(resource.get("DeadLetterConfig"), resource.conditional)
        for route in stack.routes(Slot.DEAD_LETTER, at(config, "TargetArn"), guarded)
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


READER = Reader("CloudFormation templates", claims, read)
