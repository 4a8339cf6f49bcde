"""What doctor --fix changes: shown before it is agreed to, and with what came of it afterwards."""

from collections.abc import Iterable, Iterator

from lambda_dest_cli.model.fix import Fix, FixPlan
from lambda_dest_cli.model.plan import Outcome
from lambda_dest_cli.render.inert import inert, inert_lines
from lambda_dest_cli.render.line import Line

_STYLES = {Outcome.APPLIED: "green", Outcome.FAILED: "bold red", Outcome.SKIPPED: "magenta"}


def as_json(plan: FixPlan) -> dict[str, object]:
    """Give the changes."""
    return {"fixes": [fix_json(fix) for fix in plan.fixes]}


def as_text(plan: FixPlan) -> Iterable[Line]:
    """Give each change: what of what, line by line, and what should be known beforehand."""
    for fix in plan.fixes:
        yield from fix_lines(fix)


def fix_json(fix: Fix) -> dict[str, object]:
    """Give one change, with the whole of what it changes before and after."""
    return {
        "kind": str(fix.kind),
        "target": str(fix.target),
        "what": fix.what,
        "before": fix.before or None,
        "after": fix.after or None,
        "added": list(fix.added),
        "removed": list(fix.removed),
        "functions": list(fix.functions),
        "notes": list(fix.notes),
        "snippet": fix.snippet or None,
        "outcome": str(fix.outcome) if fix.outcome else None,
        "error": fix.error or None,
    }


def fix_lines(fix: Fix) -> Iterator[Line]:
    """Give one change."""
    yield Line.assemble(("~ ", "yellow"), (inert(str(fix.target)), "bold"), f"  {inert(fix.what)}")
    for text in fix.removed:
        yield Line(f"    - {inert(text)}", style="red")
    for text in fix.added:
        yield Line(f"    + {inert(text)}", style="green")
    if fix.functions:
        yield Line(f"    functions: {inert(', '.join(fix.functions))}")
    for note in fix.notes:
        yield Line(f"    note: {inert(note)}")
    for line in inert_lines(fix.snippet).rstrip("\n").split("\n") if fix.snippet else ():
        yield Line(f"      {line}")
    if fix.outcome:
        error = f": {inert(fix.error)}" if fix.error else ""
        yield Line.assemble("    ", (str(fix.outcome), _STYLES[fix.outcome]), error)
