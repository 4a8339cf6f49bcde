"""What ``terraform show -json`` prints of a plan, or of a state.

Terraform, "JSON Output Format". What is known only after apply is followed through the configuration to the resource
that it will come from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lambda_dest_cli.model.arn import partition_of
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address
from lambda_dest_cli.templates.declaration import Declaration, Home, Number, Reading, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.node import Kind, Node, Scalar, Table, items_of, text_at
from lambda_dest_cli.templates.plan.attributes import FUNCTION, Attributes
from lambda_dest_cli.templates.plan.modules import Plan, Planned
from lambda_dest_cli.templates.plan.resource_type import PLANNED_TYPES
from lambda_dest_cli.templates.plan.roles import Roles
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.remark import Remark, warning
from lambda_dest_cli.templates.stack.expected import INCOMPLETE

_CONFIG = "aws_lambda_function_event_invoke_config"
_SLOTS = {"on_success": Slot.ON_SUCCESS, "on_failure": Slot.ON_FAILURE}


def claims(root: Table) -> bool:
    """Say whether it is Terraform's: the version of its format, with a plan or a state."""
    return "format_version" in root.entries and bool(
        {"terraform_version", "planned_values", "values"} & root.entries.keys()
    )


def read(root: Table) -> Reading:
    """Read the configurations and dead-letter queues of all modules."""
    attributes = Attributes(Plan.of(root))
    reading = _Reading(attributes, Roles(attributes))
    configurations = list(attributes.plan.every(_CONFIG))
    declarations = [reading.configuration(each) for each in configurations]
    declarations += [reading.dead_letter(each) for each in attributes.plan.every(FUNCTION)]
    return Reading(tuple(declarations), tuple(remark for each in configurations for remark in _empty(each)))


@dataclass(frozen=True)
class _Reading:
    attributes: Attributes
    roles: Roles

    @cached_property
    def _functions(self) -> Mapping[str, Planned]:
        """The functions by name."""
        return {self.attributes.name(each): each for each in self.attributes.plan.every(FUNCTION)}

    @cached_property
    def _targets(self) -> Mapping[str, Planned]:
        """The resources that may be delivered to, by ARN."""
        plan = self.attributes.plan
        return {self.attributes.arn(each): each for kind in PLANNED_TYPES for each in plan.every(kind)}

    def configuration(self, planned: Planned) -> Declaration:
        """Read what is set for a qualifier."""
        function = self.attributes.function(planned)
        address = Address.read(function)
        owner = self._functions.get(address.function) if address else None
        return Declaration(
            subject=planned.address,
            place=planned.node.place,
            function=function,
            routes=tuple(
                route
                for name, slot in _SLOTS.items()
                for route in self._route(planned, slot, "destination_config", name, "destination")
            ),
            retries=_number(planned.get("maximum_retry_attempts")),
            age=_number(planned.get("maximum_event_age_in_seconds"), unset="0"),
            home=self._home(owner or planned, function),
            role=self.roles.role(owner) if owner else None,
        )

    def dead_letter(self, planned: Planned) -> Declaration:
        """Read a function's dead-letter queue."""
        return Declaration(
            subject=planned.address,
            place=planned.node.place,
            function=self.attributes.arn(planned),
            routes=tuple(self._route(planned, Slot.DEAD_LETTER, "dead_letter_config", "target_arn")),
            home=self._home(planned, ""),
            role=self.roles.role(planned),
        )

    def _route(self, planned: Planned, slot: Slot, *path: str) -> Iterator[Route]:
        node, expression = planned.get(*path), planned.expression(*path)
        text = self.attributes.text(planned, *path)
        if not text:
            return
        place = (node or (expression if expression and expression.entries else None) or planned.node).place
        target, address = self._targets.get(text), Address.read(text)
        kind = PLANNED_TYPES[target.type] if target else None
        key = self.roles.key(target, kind.key) if target and kind and kind.key else None
        is_open = self.roles.is_open(address.service if address else "", target)
        yield Route(slot, place, text, key=key, is_open=is_open)

    def _home(self, planned: Planned, function: str) -> Home:
        arns = (function, text_at(planned.get("arn")), text_at(planned.get("role")))
        told = [address for arn in arns if (address := Address.read(arn))]
        region = text_at(planned.get("region")) or _first(each.region for each in told)
        region = region or self.attributes.plan.region(planned)
        partition = _first(each.partition for each in told) or (partition_of(region) if region else "")
        return Home(partition, region, _first(each.account for each in told))


def _first(texts: Iterator[str]) -> str:
    return next((each for each in texts if each and is_whole(each)), "")


def _number(node: Node | None, unset: str = "") -> Number | None:
    """Give a setting. Null leaves it to AWS, and so does the 0 that a state has for an age that is not set."""
    if not isinstance(node, Scalar) or node.kind is Kind.NULL or node.text == unset:
        return None
    return Number(node.place, node.text)


def _empty(planned: Planned) -> Iterator[Remark]:
    """Complain of a block without a destination: AWS leaves it out, and every plan adds it anew."""
    for block in items_of(planned.get("destination_config")):
        if isinstance(block, Table) and not any(items_of(block.get(name)) for name in _SLOTS):
            message = "the destination_config is empty, and shows as a change in every plan"
            yield warning(INCOMPLETE, planned.address, block.place, message, "leave it out, or fill it")


READER = Reader("plans that 'terraform show -json' prints", claims, read)
