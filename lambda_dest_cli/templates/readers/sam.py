"""SAM templates: ``AWS::Serverless::Function``, with what Globals say of every one.

SAM Developer Guide, "EventInvokeConfiguration", "DeadLetterQueue", "Globals"; the texts are those of its transform.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lambda_dest_cli.model.complaint import Place
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.declaration import Declaration, Reading, Role, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.node import Node, Scalar, Table, at, items_of, text_at
from lambda_dest_cli.templates.readers.cloudformation import after, read_stack, stack_of
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.remark import Remark, failure
from lambda_dest_cli.templates.stack.expected import INCOMPLETE, misplaced_keys, no_table, no_text, unknown_keys
from lambda_dest_cli.templates.stack.policies import made_role
from lambda_dest_cli.templates.stack.resolve import branches
from lambda_dest_cli.templates.stack.resources import Resource
from lambda_dest_cli.templates.stack.stack import Stack

FUNCTION = "AWS::Serverless::Function"
SHAPE = "LDS101"
_SLOTS = {"OnSuccess": Slot.ON_SUCCESS, "OnFailure": Slot.ON_FAILURE}
_TYPES = {"SQS": "sqs", "SNS": "sns", "EventBridge": "events", "Lambda": "lambda", "S3Bucket": "s3"}
_MADE_BY_SAM = ("SQS", "SNS")
"""The types of which SAM makes one where no Destination is named."""
_DEAD_LETTER_TYPES = {"SQS": "sqs", "SNS": "sns"}
_DESTINATION = ("Type", "Destination")
_INSIDE = "it belongs into EventInvokeConfig"
_ELSEWHERE = {
    "DeadLetterConfig": "write DeadLetterQueue: { Type: SQS, TargetArn: … }; DeadLetterConfig is CloudFormation's",
    **dict.fromkeys(("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"), _INSIDE),
}
_SETTINGS = ("MaximumEventAgeInSeconds", "MaximumRetryAttempts", "DestinationConfig")


def claims(root: Table) -> bool:
    """Say whether SAM's transform is asked for, or a resource is one of SAM's."""
    transforms = [each.text for each in items_of(root.get("Transform")) if isinstance(each, Scalar)]
    if any(each.startswith("AWS::Serverless") for each in transforms):
        return True
    resources = root.get("Resources")
    listed = [node for _, node in resources] if isinstance(resources, Table) else []
    return any(text_at(node, "Type") == FUNCTION for node in listed)


def read(root: Table) -> Reading:
    """Read SAM's functions, and the resources of CloudFormation that stand beside them."""
    stack = stack_of(root)
    plain = read_stack(stack)
    shared = at(root, "Globals", "Function")
    functions = [_Function(stack, each, shared) for each in stack.resources.values() if each.type == FUNCTION]
    return Reading(
        (*plain.declarations, *(each.declaration() for each in functions)),
        (*plain.remarks, *(remark for each in functions for remark in each.remarks())),
        is_one_place=True,
    )


@dataclass(frozen=True)
class _Function:
    """One function of SAM's."""

    stack: Stack
    resource: Resource
    shared: Node | None
    """What Globals say of functions."""

    def get(self, name: str) -> Node | None:
        """Give a property: what Globals say, and over it what the function says."""
        return _merged(at(self.shared, name), self.resource.get(name))

    def declaration(self) -> Declaration:
        config = self.get("EventInvokeConfig")
        guarded = self.resource.conditional
        role = self._role()
        table = config if isinstance(config, Table) else None
        return Declaration(
            subject=self.resource.name,
            place=self.resource.spot.place,
            function=self.stack.resolver.arn(self.resource),
            routes=tuple(self._routes(config)),
            retries=self.stack.number(table.get("MaximumRetryAttempts"), guarded) if table else None,
            age=self.stack.number(table.get("MaximumEventAgeInSeconds"), guarded) if table else None,
            home=self.stack.home("", self.resource.get("Role")),
            role=role,
            after=after(self.stack, self.resource, role),
        )

    def _role(self) -> Role | None:
        named = self.resource.get("Role")
        if named is not None:
            return self.stack.role(named)
        return made_role(self.stack.resolver, f"{self.resource.name}Role", self.get("Policies"))

    def _routes(self, config: Node | None) -> Iterator[Route]:
        for slot, chosen, guarded in self._chosen(config):
            kind = _TYPES.get(self._type(chosen), "")
            yield from self.stack.routes(slot, chosen.get("Destination"), guarded, kind)
        for queue, guarded in branches(self.get("DeadLetterQueue"), self.resource.conditional):
            if isinstance(queue, Table):
                kind = _DEAD_LETTER_TYPES.get(self._type(queue), "")
                yield from self.stack.routes(Slot.DEAD_LETTER, queue.get("TargetArn"), guarded, kind)

    def _chosen(self, config: Node | None) -> Iterator[tuple[Slot, Table, bool]]:
        for each, outer in branches(config, self.resource.conditional):
            for destinations, under in branches(at(each, "DestinationConfig"), outer):
                for name, slot in _SLOTS.items():
                    for chosen, guarded in branches(at(destinations, name), under):
                        if isinstance(chosen, Table):
                            yield slot, chosen, guarded

    def _type(self, table: Table) -> str:
        return self.stack.resolver.text(table.get("Type"))

    def remarks(self) -> Iterator[Remark]:
        """Complain of what SAM's transform would refuse."""
        config, name = self.get("EventInvokeConfig"), self.resource.name
        for each, _ in branches(config):
            yield from no_table(name, each, "EventInvokeConfig", _SETTINGS)
            yield from unknown_keys(name, each, _SETTINGS)
            yield from self._of_destinations(at(each, "DestinationConfig"))
        for slot, chosen, _ in self._chosen(config):
            yield from unknown_keys(name, chosen, _DESTINATION)
            yield from no_text(name, chosen.get("Destination"), "Destination")
            yield from self._of_destination(slot, chosen)
        yield from misplaced_keys(name, self.resource.node.get("Properties"), _ELSEWHERE)
        for queue, _ in branches(self.get("DeadLetterQueue")):
            yield from no_table(name, queue, "DeadLetterQueue", ("Type", "TargetArn"))
            if isinstance(queue, Table):
                yield from unknown_keys(name, queue, ("Type", "TargetArn"))
                yield from self._of_dead_letter(queue)

    def _of_destinations(self, node: Node | None) -> Iterator[Remark]:
        for each, _ in branches(node):
            yield from no_table(self.resource.name, each, "DestinationConfig", tuple(_SLOTS))
            yield from unknown_keys(self.resource.name, each, tuple(_SLOTS))
            for name in _SLOTS:
                for chosen, _ in branches(at(each, name)):
                    yield from no_table(self.resource.name, chosen, name, _DESTINATION)

    def _of_destination(self, slot: Slot, chosen: Table) -> Iterator[Remark]:
        name, kind, place = self.resource.name, self._type(chosen), _type_place(chosen)
        if not is_whole(kind):
            return
        if kind not in _TYPES:
            yield failure(SHAPE, name, place, *_wrong_type(kind, slot, _TYPES))
        elif kind not in _MADE_BY_SAM and chosen.get("Destination") is None:
            message = f"the {slot.words} destination of type {kind} has no Destination"
            yield failure(INCOMPLETE, name, chosen.place, message, "SAM makes one only where Type is SQS or SNS")

    def _of_dead_letter(self, queue: Table) -> Iterator[Remark]:
        name, kind, place = self.resource.name, self._type(queue), _type_place(queue)
        if is_whole(kind) and kind not in _DEAD_LETTER_TYPES:
            yield failure(SHAPE, name, place, *_wrong_type(kind, Slot.DEAD_LETTER, _DEAD_LETTER_TYPES))
        if queue.get("TargetArn") is None:
            message = "the dead-letter queue has no TargetArn"
            yield failure(INCOMPLETE, name, queue.place, message, "SAM makes no queue for it: refer to one")


def _type_place(table: Table) -> Place:
    node = table.get("Type")
    return node.place if node else table.place


def _wrong_type(kind: str, slot: Slot, known: Mapping[str, str]) -> tuple[str, str]:
    """Give the message and hint for a Type that SAM does not know."""
    same = [name for name in known if name.lower() == kind.lower() or (kind, name) == ("S3", "S3Bucket")]
    hint = f"write {same[0]}" if same else f"it is one of {', '.join(known)}"
    what = f"destination is of the type {kind!r}, which SAM does not know" if kind else "destination has no Type"
    return f"the {slot.words} {what}", hint


def _merged(shared: Node | None, own: Node | None) -> Node | None:
    """Lay a function's own setting over the one of Globals: tables are merged, anything else replaces."""
    if own is None or shared is None:
        return own or shared
    if not isinstance(own, Table) or not isinstance(shared, Table):
        return own
    entries = dict(shared.entries)
    for name, (key, value) in own.entries.items():
        entries[name] = (key, _merged(shared.get(name), value) or value)
    return replace(own, entries=entries)


READER = Reader("SAM templates", claims, read)
