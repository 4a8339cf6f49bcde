"""The line that says on a terminal what is waited for."""

from collections.abc import Iterable

from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.trial import TrialWait
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_NAMED = 3


def as_json(wait: TrialWait) -> dict[str, object]:
    """Give the figures."""
    return {"waiting": list(wait.names), "elapsed": wait.elapsed, "left": wait.left, "done": wait.done}


def as_text(wait: TrialWait) -> Iterable[Line]:
    """Give the one line."""
    parts = [f"{wait.done} of {wait.total} done"] if wait.total > 1 else []
    if not wait.names:
        yield Line(" · ".join([*parts, "getting ready to listen at the destinations"]), "dim")
        return
    more = f" and {len(wait.names) - _NAMED} more" if len(wait.names) > _NAMED else ""
    parts.append(f"waiting for {', '.join(inert(name) for name in wait.names[:_NAMED])}{more}")
    if wait.total == 1:
        parts.append(duration(int(wait.elapsed)))
        parts += [f"attempt {wait.attempts} of {wait.tries}"] if wait.attempts and wait.tries > 1 else []
        if wait.due is not None and wait.due >= 1:
            parts.append(f"if it fails, the record is due in {duration(int(wait.due))}")
    parts.append(f"giving up in {duration(max(0, int(wait.left)))}")
    yield Line(" · ".join(parts), "dim")
