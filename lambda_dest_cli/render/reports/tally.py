"""The line below a stream of outcomes on a terminal."""

from collections.abc import Iterable

from lambda_dest_cli.model.outcome import Tally
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line

_NAME_LIMIT = 24


def as_json(tally: Tally) -> dict[str, object]:
    """Give the counts."""
    return {
        "failed": tally.failed,
        "succeeded": tally.succeeded,
        "others": tally.others,
        "rate": tally.rate,
        "held": tally.held,
        "errors": dict(tally.errors),
    }


def as_text(tally: Tally) -> Iterable[Line]:
    """Give the one line."""
    parts = [f"{tally.failed} failed", f"{tally.succeeded} succeeded"]
    parts += [f"{tally.others} other"] if tally.others else []
    parts += [f"{tally.rate:.1f}/s"]
    parts += [f"{tally.held} held"] if tally.held else []
    parts += [", ".join(f"{inert(name, _NAME_LIMIT)} {count}" for name, count in tally.errors)] if tally.errors else []
    yield Line(" · ".join(parts), "dim")
