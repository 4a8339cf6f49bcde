"""What an attribute of a planned resource is, or will be: its value, or the resource that its expression refers to."""

from dataclasses import dataclass

from lambda_dest_cli.templates.hole import ACCOUNT, NAME, PARTITION, REGION, hole, parts, unknown
from lambda_dest_cli.templates.node import Kind, Scalar, text_at
from lambda_dest_cli.templates.plan.modules import Plan, Planned, Reference
from lambda_dest_cli.templates.plan.resource_type import PLANNED_TYPES, Gives, PlannedType

FUNCTION, _ALIAS = "aws_lambda_function", "aws_lambda_alias"
_FUNCTION_ARN_PARTS = 8


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of everything in a plan, as texts with holes."""

    plan: Plan

    def text(self, planned: Planned, *path: str, follow_alias: bool = True) -> str:
        """Give an attribute; empty where it is not set, a hole where it cannot be told."""
        node, expression = planned.get(*path), planned.expression(*path)
        if isinstance(node, Scalar) and node.kind is not Kind.NULL:
            return node.text
        if expression is None or "references" not in expression.entries:
            return text_at(expression, "constant_value")
        found = self.plan.reference(planned.module, expression)
        referred = self._referred(planned, found, follow_alias) if found else ""
        return referred or unknown(expression.line, expression.column)

    def _referred(self, planned: Planned, reference: Reference, follow_alias: bool) -> str:
        target = _same_index(planned, reference)
        if target is None:
            return ""
        if target.type == _ALIAS:
            return self._alias(target) if follow_alias and reference.attribute in ("", "arn") else ""
        kind = PLANNED_TYPES.get(target.type)
        if kind is None:
            return ""
        gives = kind.gives(reference.attribute) if reference.attribute else Gives.ARN
        if gives is Gives.URL:
            return f"https://sqs.{hole('region')}.amazonaws.com/{hole('account')}/{self.name(target)}"
        if gives is Gives.NAME:
            return self.name(target)
        return self.arn(target) if gives is Gives.ARN else ""

    def _alias(self, alias: Planned) -> str:
        function = self.function(alias, follow_alias=False)
        return f"{function}:{text_at(alias.get('name')) or hole(alias.address + NAME)}" if function else ""

    def function(self, planned: Planned, follow_alias: bool = True) -> str:
        """Give the unqualified ARN of the function that a resource is for; empty where it names none."""
        named = self.text(planned, "function_name", follow_alias=follow_alias)
        if not named:
            return ""
        arn = named if named.startswith("arn:") else _arn_of(PLANNED_TYPES[FUNCTION], named)
        return ":".join(parts(arn, _FUNCTION_ARN_PARTS)[: _FUNCTION_ARN_PARTS - 1])

    def name(self, planned: Planned) -> str:
        """Give a resource's own name, a hole where it is made up."""
        kind = PLANNED_TYPES[planned.type]
        name = text_at(planned.get(kind.name))
        made_up = hole(planned.address + NAME)
        if kind.fifo and text_at(planned.get(kind.fifo)) == "true":
            return name if name.endswith(".fifo") else (name or made_up) + ".fifo"
        return name or made_up

    def arn(self, planned: Planned) -> str:
        """Give a resource's ARN, with holes for what is not told."""
        return text_at(planned.get("arn")) or _arn_of(PLANNED_TYPES[planned.type], self.name(planned))


def _arn_of(kind: PlannedType, name: str) -> str:
    region = hole(REGION) if kind.has_region else ""
    account = hole(ACCOUNT) if kind.has_account else ""
    return f"arn:{hole(PARTITION)}:{kind.service}:{region}:{account}:{kind.resource.format(name=name)}"


def _same_index(planned: Planned, reference: Reference) -> Planned | None:
    """Give the one instance that is meant: the only one, or the one with the index of who refers to it."""
    if len(reference.instances) == 1:
        return reference.instances[0]
    return next((each for each in reference.instances if planned.index and each.index == planned.index), None)
