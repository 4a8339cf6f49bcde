"""What cannot be meant: the rules that hold for every template hold for a spec."""

from collections.abc import Iterator

from lambda_dest_cli.destinations import parse
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn, partition_of
from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.spec import FunctionSpec, QualifierSpec, Spec
from lambda_dest_cli.templates import judge
from lambda_dest_cli.templates.declaration import Declaration, Home, Number, Reading, Route
from lambda_dest_cli.templates.hole import hole
from lambda_dest_cli.templates.remark import Remark
from lambda_dest_cli.templates.rules import RULES

_EACH = tuple(rule for rule in RULES.values() if not rule.is_of_all)
_ALL = tuple(rule for rule in RULES.values() if rule.is_of_all)


def complaints(spec: Spec) -> Iterator[tuple[str, Complaint]]:
    """Say what is wrong with what a spec asks for, as far as the file itself tells: of which function, and what.

    Checks that the file, or the function, ignores are not made of it.
    """
    ignored = {function.name: function.ignore for function in spec.functions}
    for subject, complaint in _remarks(spec):
        name = subject.partition(":")[0]
        if complaint.id not in ignored.get(name, spec.ignore):
            yield name, complaint


def _remarks(spec: Spec) -> Iterator[Remark]:
    """Judge function by function: of a large file, little is held at a time, and what was just judged is known."""
    callers: list[Declaration] = []
    for function in spec.functions:
        declared = tuple(_declarations(spec, function))
        yield from judge(Reading(declared), _EACH)
        callers += (each for each in declared if any(":lambda:" in route.target for route in each.routes))
    yield from judge(Reading(tuple(callers)), _ALL)


def _declarations(spec: Spec, function: FunctionSpec) -> Iterator[Declaration]:
    home = _home(spec)
    told = Home(partition_of(spec.region) if spec.region else "", spec.region, spec.account)
    arn = f"arn:{home.partition}:lambda:{home.region}:{home.account}:function:{function.name}"
    for qualifier, asked in function.qualifiers.items():
        yield Declaration(
            subject=f"{function.name}:{qualifier}",
            place=asked.places.get("", function.place),
            function=arn,
            qualifier=qualifier,
            routes=tuple(_routes(asked, function, home)),
            retries=_number(asked, "maximum_retry_attempts", asked.maximum_retry_attempts, function),
            age=_number(asked, "maximum_event_age", asked.maximum_event_age_in_seconds, function),
            home=told,
        )
    target = _resolved(function.dead_letter, home) if isinstance(function.dead_letter, str) else ""
    if target:
        route = Route(Slot.DEAD_LETTER, function.places["dead_letter"], target)
        yield Declaration(f"{function.name}:{LATEST}", function.place, arn, (route,), home=told, qualifier=LATEST)


def _routes(asked: QualifierSpec, function: FunctionSpec, home: Arn) -> Iterator[Route]:
    for slot, text in ((Slot.ON_SUCCESS, asked.on_success), (Slot.ON_FAILURE, asked.on_failure)):
        target = _resolved(text, home) if text else ""
        if target:
            yield Route(slot, asked.places.get(slot.value, function.place), target)


def _number(asked: QualifierSpec, key: str, value: int, function: FunctionSpec) -> Number:
    return Number(asked.places.get(key, asked.places.get("", function.place)), str(value))


def _home(spec: Spec) -> Arn:
    """Give the account and region as far as they are told; what is not is a hole, the same throughout the file."""
    partition = partition_of(spec.region) if spec.region else hole("partition")
    return Arn(partition, "lambda", spec.region or hole("region"), spec.account or hole("account"), "function:x")


def _resolved(text: str, home: Arn) -> str:
    """Give the ARN; none for what is no destination, which the reading of the file has complained of."""
    try:
        return str(parse(text, home))
    except UsageProblem:
        return ""
