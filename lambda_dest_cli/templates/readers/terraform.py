"""What ``terraform show -json`` prints of a plan, or of a state.

Terraform, "JSON Output Format". What is known only after apply is followed through the configuration to the resource
that it will come from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lambda_dest_cli.model.arn import partition_of
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address
from lambda_dest_cli.templates.declaration import Declaration, Home, Number, Reading, Route
from lambda_dest_cli.templates.hole import ACCOUNT, NAME, PARTITION, REGION, hole, is_whole, parts, unknown
from lambda_dest_cli.templates.node import Kind, Node, Scalar, Table, items_of, text_at
from lambda_dest_cli.templates.plan.modules import Plan, Planned, Reference
from lambda_dest_cli.templates.plan.resource_type import PLANNED_TYPES, Gives, PlannedType
from lambda_dest_cli.templates.readers.reader import Reader
from lambda_dest_cli.templates.remark import Remark, warning
from lambda_dest_cli.templates.stack.expected import INCOMPLETE

_CONFIG, _FUNCTION, _ALIAS = "aws_lambda_function_event_invoke_config", "aws_lambda_function", "aws_lambda_alias"
_SLOTS = {"on_success": Slot.ON_SUCCESS, "on_failure": Slot.ON_FAILURE}
_FUNCTION_ARN_PARTS = 8


def claims(root: Table) -> bool:
    """Say whether it is Terraform's: the version of its format, with a plan or a state."""
    return "format_version" in root.entries and bool(
        {"terraform_version", "planned_values", "values"} & root.entries.keys()
    )


def read(root: Table) -> Reading:
    """Read the configurations and dead-letter queues of all modules."""
    plan = _Reading(Plan.of(root))
    configurations = list(plan.plan.every(_CONFIG))
    declarations = [plan.configuration(each) for each in configurations]
    declarations += [plan.dead_letter(each) for each in plan.plan.every(_FUNCTION)]
    return Reading(tuple(declarations), tuple(remark for each in configurations for remark in _empty(each)))


@dataclass(frozen=True, slots=True)
class _Reading:
    plan: Plan

    def configuration(self, planned: Planned) -> Declaration:
        function = self._function(planned)
        owner = self._owner(function)
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
        )

    def dead_letter(self, planned: Planned) -> Declaration:
        return Declaration(
            subject=planned.address,
            place=planned.node.place,
            function=self._arn(planned),
            routes=tuple(self._route(planned, Slot.DEAD_LETTER, "dead_letter_config", "target_arn")),
            home=self._home(planned, ""),
        )

    def _function(self, planned: Planned) -> str:
        named = self._text(planned, "function_name")
        if not named:
            return ""
        arn = named if named.startswith("arn:") else _arn_of(PLANNED_TYPES[_FUNCTION], named)
        return ":".join(parts(arn, _FUNCTION_ARN_PARTS)[: _FUNCTION_ARN_PARTS - 1])

    def _owner(self, function: str) -> Planned | None:
        address = Address.read(function)
        name = address.function if address else ""
        return next((each for each in self.plan.every(_FUNCTION) if name and self._name(each) == name), None)

    def _route(self, planned: Planned, slot: Slot, *path: str) -> Iterator[Route]:
        node, expression = planned.get(*path), planned.expression(*path)
        target = self._text(planned, *path)
        if target:
            place = node or (expression if expression and expression.entries else None) or planned.node
            yield Route(slot, place.place, target)

    def _text(self, planned: Planned, *path: str) -> str:
        """Give an attribute: its planned value, or what its expression refers to; empty where it is not set."""
        node, expression = planned.get(*path), planned.expression(*path)
        if isinstance(node, Scalar) and node.kind is not Kind.NULL:
            return node.text
        if expression is None or "references" not in expression.entries:
            return text_at(expression, "constant_value")
        found = self.plan.reference(planned.module, expression)
        return (self._referred(planned, found) if found else "") or unknown(expression.line, expression.column)

    def _referred(self, planned: Planned, reference: Reference) -> str:
        target = _same_index(planned, reference)
        if target is None:
            return ""
        if target.type == _ALIAS:
            return self._alias(target) if reference.attribute in ("", "arn") else ""
        kind = PLANNED_TYPES.get(target.type)
        if kind is None:
            return ""
        gives = kind.gives(reference.attribute) if reference.attribute else Gives.ARN
        if gives is Gives.URL:
            return f"https://sqs.{hole('region')}.amazonaws.com/{hole('account')}/{self._name(target)}"
        if gives is Gives.NAME:
            return self._name(target)
        return self._arn(target) if gives is Gives.ARN else ""

    def _alias(self, alias: Planned) -> str:
        function = self._function(alias)
        return f"{function}:{self._text(alias, 'name')}" if function else ""

    def _name(self, planned: Planned) -> str:
        kind = PLANNED_TYPES[planned.type]
        name = text_at(planned.get(kind.name))
        made_up = hole(planned.address + NAME)
        if kind.fifo and text_at(planned.get(kind.fifo)) == "true":
            return name if name.endswith(".fifo") else (name or made_up) + ".fifo"
        return name or made_up

    def _arn(self, planned: Planned) -> str:
        return text_at(planned.get("arn")) or _arn_of(PLANNED_TYPES[planned.type], self._name(planned))

    def _home(self, planned: Planned, function: str) -> Home:
        own = Address.read(function) or Address.read(text_at(planned.get("arn")))
        role = Address.read(text_at(planned.get("role")))
        told = [each for each in (own, Address.read(text_at(planned.get("arn"))), role) if each]
        region = text_at(planned.get("region")) or _first(each.region for each in told) or self.plan.region(planned)
        partition = _first(each.partition for each in told) or (partition_of(region) if region else "")
        return Home(partition, region, _first(each.account for each in told))


def _first(texts: Iterator[str]) -> str:
    return next((each for each in texts if each and is_whole(each)), "")


def _arn_of(kind: PlannedType, name: str) -> str:
    region, account = (hole(REGION), hole(ACCOUNT)) if kind.has_place else ("", "")
    return f"arn:{hole(PARTITION)}:{kind.service}:{region}:{account}:{kind.resource.format(name=name)}"


def _same_index(planned: Planned, reference: Reference) -> Planned | None:
    """Give the one instance that is meant: the only one, or the one with the index of who refers to it."""
    if len(reference.instances) == 1:
        return reference.instances[0]
    return next((each for each in reference.instances if planned.index and each.index == planned.index), None)


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
