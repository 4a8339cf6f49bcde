"""Whether the embedded AWS runs, and how to reach it."""

from collections.abc import Iterable

from lambda_dest_cli.model.local_status import LocalStatus
from lambda_dest_cli.render.line import Line


def as_json(status: LocalStatus) -> dict[str, object]:
    """Give the status as the contract spells it."""
    return {
        "running": status.running,
        "endpoint": status.endpoint,
        "pid": status.pid,
        "port": status.port,
        "version": status.version,
        "time_scale": status.time_scale,
        "runtimes": status.runtimes,
        "eventual": status.eventual,
        "waiting": dict(status.waiting),
    }


def as_text(status: LocalStatus) -> Iterable[Line]:
    """Give where it answers and what runs functions."""
    if status.stopped:
        yield Line("The embedded AWS is stopped.")
        yield from _waiting(status, "not run any more; what it held is gone")
        return
    if not status.running:
        yield Line("The embedded AWS is not running. Start it with: lds local start")
        return
    yield Line.assemble(("running", "green"), f"  {status.endpoint}  pid {status.pid}  time x{status.time_scale:g}")
    for runtime, how in status.runtimes.items():
        yield Line(f"  {runtime:<8} {how}")
    if status.eventual:
        yield Line("  IAM's changes take a few seconds to reach Lambda")
    yield from _waiting(status, "waiting or running")
    yield Line("Use it:  lds --local show --all       Stop it:  lds local stop")


def _waiting(status: LocalStatus, how: str) -> Iterable[Line]:
    count = sum(status.waiting.values())
    if count:
        whose = ", ".join(f"{number} of {name}" for name, number in sorted(status.waiting.items()))
        yield Line(f"  {count} event{'s' * (count > 1)} {how}: {whose}")
