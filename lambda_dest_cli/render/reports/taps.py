"""What ``lds tail --dry-run`` would make, and what ``lds tail --sweep`` removed."""

import json
from collections.abc import Iterable

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.tap import SweepReport, TapReport
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line


def as_json(report: TapReport | SweepReport) -> dict[str, object]:
    """Give the report as the contract spells it."""
    if isinstance(report, SweepReport):
        return {"removed": list(report.removed), "kept": list(report.kept)}
    return {
        "taps": [
            {
                "destination": str(tap.destination),
                "makes": [{"kind": part.kind, "name": part.name, **part.settings} for part in tap.parts],
            }
            for tap in report.taps
        ]
    }


def as_text(report: TapReport | SweepReport) -> Iterable[Line]:
    """Give a line for each thing, and its settings below it."""
    return _swept(report) if isinstance(report, SweepReport) else _planned(report)


def _planned(report: TapReport) -> Iterable[Line]:
    for tap in report.taps:
        if not tap.parts:
            yield Line(f"{inert(label(tap.destination))}: read as it is, nothing is made")
            continue
        yield Line(f"{inert(label(tap.destination))}: made while it is watched, and removed at the end", "bold")
        for part in tap.parts:
            yield Line.assemble("  ", (f"+ {part.kind}", "green"), f" {inert(part.name)}")
            for name, value in part.settings.items():
                text = value if isinstance(value, str) else json.dumps(value)
                yield Line.assemble("      ", (f"{name}: ", "dim"), inert(text))


def _swept(report: SweepReport) -> Iterable[Line]:
    for arn in report.removed:
        yield Line(f"removed {inert(arn)}, and what fed it")
    for arn in report.kept:
        yield Line(f"kept {inert(arn)}: it may be in use, or is not yours", "dim")
    if not report.removed and not report.kept:
        yield Line("nothing was left behind")
