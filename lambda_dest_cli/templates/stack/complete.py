"""What CloudFormation, or Lambda when a stack is deployed, would find missing or out of place."""

from collections.abc import Iterator
from difflib import get_close_matches

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.hole import is_whole, parts
from lambda_dest_cli.templates.node import Call, Kind, Node, Scalar, Table, at, items_of
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.stack.expected import INCOMPLETE, misplaced_keys, no_table, no_text, unknown_keys
from lambda_dest_cli.templates.stack.resolve import branches
from lambda_dest_cli.templates.stack.resources import Resource
from lambda_dest_cli.templates.stack.stack import Stack

CONFIG, _FUNCTION = "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Function"
SLOTS = {"OnSuccess": Slot.ON_SUCCESS, "OnFailure": Slot.ON_FAILURE}
_SETTINGS = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
_REQUIRED = {
    "FunctionName": "name the function",
    "Qualifier": "name an alias or a version, or $LATEST",
}
_APART = "it belongs into a resource of its own, of the type AWS::Lambda::EventInvokeConfig"
_ELSEWHERE = {
    "DeadLetterQueue": "write DeadLetterConfig: { TargetArn: … }; DeadLetterQueue is SAM's",
    "EventInvokeConfig": _APART,
    **dict.fromkeys(_SETTINGS, _APART),
}
_FUNCTION_ARN_PARTS = 8
_REFERENCES = ("Ref", "Fn::GetAtt")


def incomplete(stack: Stack, resource: Resource) -> Iterator[Remark]:
    """Complain of a configuration, or of a function's dead-letter queue."""
    if resource.type == CONFIG:
        yield from _missing(resource)
        yield from _misshapen(resource)
        yield from _two_qualifiers(stack, resource)
    elif resource.type == _FUNCTION:
        yield from misplaced_keys(resource.name, resource.node.get("Properties"), _ELSEWHERE)
        for config, _ in branches(resource.get("DeadLetterConfig")):
            yield from no_table(resource.name, config, "DeadLetterConfig", ("TargetArn",))
            yield from unknown_keys(resource.name, config, ("TargetArn",))
            yield from no_text(resource.name, at(config, "TargetArn"), "TargetArn")


def _misshapen(resource: Resource) -> Iterator[Remark]:
    yield from unknown_keys(resource.name, resource.node.get("Properties"), (*_REQUIRED, *_SETTINGS))
    for config, _ in branches(resource.get("DestinationConfig")):
        yield from no_table(resource.name, config, "DestinationConfig", tuple(SLOTS))
        yield from unknown_keys(resource.name, config, tuple(SLOTS))
        for name in SLOTS:
            for chosen, _ in branches(at(config, name)):
                yield from no_table(resource.name, chosen, name, ("Destination",))
                yield from unknown_keys(resource.name, chosen, ("Destination",))
                yield from no_text(resource.name, at(chosen, "Destination"), "Destination")
                if isinstance(chosen, Table) and not chosen.entries:
                    message = f"{name} has no Destination"
                    yield failure(INCOMPLETE, resource.name, chosen.place, message, "name one, or leave it out")


def _missing(resource: Resource) -> Iterator[Remark]:
    properties, place = resource.node.get("Properties"), resource.spot.place
    if not isinstance(properties, Table):
        yield failure(INCOMPLETE, resource.name, place, "the configuration has no Properties")
        return
    if any(name.startswith("Fn::") for name in properties.entries):
        return
    for name, hint in _REQUIRED.items():
        if _is_absent(properties.get(name)):
            where = properties.key(name).place if name in properties.entries else place
            yield failure(INCOMPLETE, resource.name, where, f"it has no {name}, which CloudFormation requires", hint)
    if all(_is_empty(properties.get(name)) for name in _SETTINGS):
        message = "it sets nothing; Lambda: 'You must specify at least one of error handling or destination setting.'"
        yield failure(INCOMPLETE, resource.name, place, message, "give it a destination, retries or an age")


def _is_absent(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and (node.kind is Kind.NULL or not node.text))


def _is_empty(node: Node | None) -> bool:
    return _is_absent(node) or (isinstance(node, Table) and all(_is_empty(value) for _, value in node))


def _two_qualifiers(stack: Stack, resource: Resource) -> Iterator[Remark]:
    """Complain where the function's name has a qualifier already, and it is another."""
    named, qualifier = (stack.resolver.text(resource.get(name)) for name in _REQUIRED)
    own = parts(named, _FUNCTION_ARN_PARTS)[-1] if named.count(":") >= _FUNCTION_ARN_PARTS - 1 else ""
    node = resource.get("Qualifier")
    if node and own and qualifier and is_whole(own) and is_whole(qualifier) and own != qualifier:
        message = f"FunctionName has the qualifier {own!r} already, and Qualifier says {qualifier!r}"
        yield failure(INCOMPLETE, resource.name, node.place, message, "leave it out of FunctionName")


def configured_twice(stack: Stack) -> Iterator[Remark]:
    """Complain of a second configuration of the same function and qualifier: the first is in its way."""
    first: dict[tuple[str, str], Resource] = {}
    for resource in stack.resources.values():
        if resource.type != CONFIG or resource.conditional:
            continue
        named, qualifier = (stack.resolver.text(resource.get(name)) for name in _REQUIRED)
        if not named or not qualifier:
            continue
        other = first.setdefault((unqualified(stack.resolver.function_arn(named)), qualifier), resource)
        if other is not resource:
            message = f"{other.name} configures the same function and qualifier already"
            hint = "a qualifier has one configuration: make one of the two"
            yield failure(INCOMPLETE, resource.name, resource.spot.place, message, hint)


def unqualified(arn: str) -> str:
    """Give a function's ARN without its qualifier."""
    return ":".join(parts(arn, _FUNCTION_ARN_PARTS)[: _FUNCTION_ARN_PARTS - 1])


def undefined(stack: Stack, resource: Resource) -> Iterator[Remark]:
    """Complain of destinations that refer to what the template does not have."""
    resources, parameters = stack.resources, stack.resolver.parameters
    for node in _destinations(resource):
        name = _first_text(node).partition(".")[0] if isinstance(node, Call) and node.name in _REFERENCES else ""
        if name and name not in resources and name not in parameters and "::" not in name:
            near = get_close_matches(name, (*resources, *parameters), 1)
            hint = f"did you mean {near[0]}?" if near else ""
            yield failure("LDS101", resource.name, node.place, f"the template has nothing called {name!r}", hint)


def _destinations(resource: Resource) -> Iterator[Node]:
    """Give every outcome of every destination."""
    chosen: list[Node | None] = []
    if resource.type == CONFIG:
        slots = [at(config, name) for config, _ in branches(resource.get("DestinationConfig")) for name in SLOTS]
        chosen = [at(each, "Destination") for slot in slots for each, _ in branches(slot)]
    elif resource.type == _FUNCTION:
        chosen = [at(config, "TargetArn") for config, _ in branches(resource.get("DeadLetterConfig"))]
    return (node for each in chosen for node, _ in branches(each))


def _first_text(call: Call) -> str:
    first = next(iter(items_of(call.argument)), None)
    return first.text if isinstance(first, Scalar) else ""
