"""A plan: blocks of + ~ -, and one closing count."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import DeadLetterConfig, EventInvokeConfig, Setting
from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.plan import Action, Change, Kind, Plan
from lambda_dest_cli.planner import setting_json
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}
_NAME_WIDTH = 12


class Counted(Protocol):
    """A plan, or those of several accounts."""

    @property
    def unchanged(self) -> int:
        """How many addresses are as wanted already."""

    def count(self, action: Action) -> int:
        """Count the changes of one action."""


def as_json(plan: Plan) -> dict[str, object]:
    """Give a plan as the contract spells it."""
    return {
        "digest": plan.digest,
        "changes": [change_json(change) for change in plan],
        "summary": summary_json(plan),
    }


def summary_json(plan: Counted) -> dict[str, int]:
    """Give the counts."""
    return {**{str(action): plan.count(action) for action in Action}, "unchanged": plan.unchanged}


def change_json(change: Change) -> dict[str, object]:
    """Give one change."""
    return {
        "action": str(change.action),
        "kind": str(change.address.kind),
        "function": change.address.function,
        "qualifier": change.address.qualifier,
        "before": setting_json(change.before),
        "after": setting_json(change.after),
    }


def as_text(plan: Plan) -> Iterable[Line]:
    """Give a block a change, then the count."""
    for change in plan:
        yield from block(change)
    yield Line(summary(plan))


def block(change: Change) -> Iterator[Line]:
    """Give one change: what it is about, and each setting old -> new."""
    sign, style = _SIGNS[change.action]
    address = change.address
    what = "dead-letter queue" if address.kind is Kind.DEAD_LETTER else "asynchronous configuration"
    yield Line.assemble((f"{sign} {inert(address.function)}:{inert(address.qualifier)}", style), f"  {what}")
    before, after = _rows(change.before), _rows(change.after)
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, "none"), after.get(name, "none")
        if old == new:
            yield Line(f"    {name:<{_NAME_WIDTH}} {inert(new)}", style="dim")
        elif old == "none":
            yield Line.assemble((f"  + {name:<{_NAME_WIDTH}} {inert(new or '')}", "green"))
        elif new == "none":
            yield Line.assemble((f"  - {name:<{_NAME_WIDTH}} {inert(old)}", "red"))
        else:
            yield Line.assemble((f"  ~ {name:<{_NAME_WIDTH}} {inert(old)} -> {inert(new)}", "yellow"))


def _rows(setting: Setting | None) -> dict[str, str]:
    match setting:
        case EventInvokeConfig():
            return {
                "on-success": _destination(setting.on_success),
                "on-failure": _destination(setting.on_failure),
                "retries": str(setting.maximum_retry_attempts),
                "max age": duration(setting.maximum_event_age_in_seconds),
            }
        case DeadLetterConfig():
            return {"target": _destination(setting.target_arn)}
        case None:
            return {}


def _destination(arn: Arn | None) -> str:
    """Give the whole ARN: a plan is reviewed, and a short name would not say in which account and region."""
    return str(arn) if arn else "none"


def summary(plan: Counted) -> str:
    """Give the closing count."""
    counts = [plan.count(action) for action in Action]
    if not any(counts):
        return "No changes: it is as asked already."
    return f"Plan: {counts[0]} to add, {counts[1]} to change, {counts[2]} to remove, {plan.unchanged} unchanged."
