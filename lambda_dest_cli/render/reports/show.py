"""Functions as they are: function, qualifier, slot."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionState
from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.report import ShowReport
from lambda_dest_cli.planner import setting_json
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line


def as_json(report: ShowReport) -> dict[str, object]:
    """Give the functions as the contract spells them; a qualifier without a configuration shows AWS's defaults."""
    return {"functions": [_function_json(state) for state in report.functions]}


def as_text(report: ShowReport) -> Iterable[Line]:
    """Give a block a function."""
    if not report.functions:
        yield Line(
            "No function has an asynchronous configuration or a dead-letter queue; lds show --all lists every one."
        )
    for number, state in enumerate(report.functions):
        if number:
            yield Line()
        yield from _block(state)


def _function_json(state: FunctionState) -> dict[str, object]:
    facts = state.facts
    return {
        "function": facts.name,
        "arn": str(facts.arn),
        "role": str(facts.role),
        "dead_letter": str(facts.dead_letter) if facts.dead_letter else None,
        "qualifiers": [
            {"qualifier": qualifier, "configured": qualifier in state.configurations, **(setting_json(config) or {})}
            for qualifier, config in _qualifiers(state)
        ],
    }


def _block(state: FunctionState) -> Iterator[Line]:
    facts = state.facts
    yield Line.assemble((inert(facts.name), "bold"), f"  {inert(str(facts.arn))}")
    dead_letter = label(facts.dead_letter, facts.arn) if facts.dead_letter else "none"
    yield Line(f"  {'dead-letter queue':<18} {inert(dead_letter)}")
    for qualifier, config in _qualifiers(state):
        if qualifier not in state.configurations:
            yield Line(f"  {inert(qualifier):<18} AWS's defaults (retries 2, max age 6h, no destinations)", style="dim")
            continue
        yield Line(f"  {inert(qualifier):<18} {_settings(config)}")
        for slot, arn in config.destinations().items():
            yield Line(f"    {slot.words:<16} -> {inert(label(arn, facts.arn))}")


def _qualifiers(state: FunctionState) -> Iterator[tuple[str, EventInvokeConfig]]:
    """Give every qualifier that can be called by name: $LATEST, what is configured, and the aliases."""
    for qualifier in dict.fromkeys([LATEST, *sorted(state.configurations), *sorted(state.aliases)]):
        yield qualifier, state.configurations.get(qualifier, EventInvokeConfig())


def _settings(config: EventInvokeConfig) -> str:
    return f"retries {config.maximum_retry_attempts}, max age {duration(config.maximum_event_age_in_seconds)}"
