"""What became of one event of a replay: one line."""

from collections.abc import Iterable

from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.replay import Fate, ReplayLine
from lambda_dest_cli.render.inert import inert, width
from lambda_dest_cli.render.line import Line

_WORDS = {
    Fate.ACCEPTED: ("SENT", "green"),
    Fate.UNKNOWN: ("UNKNOWN", "yellow"),
    Fate.FAILED: ("FAILED", "red"),
    Fate.ALREADY_ACCEPTED: ("SENT BEFORE", "dim"),
    Fate.IN_DOUBT: ("IN DOUBT", "yellow"),
    Fate.FAILED_AGAIN: ("FAILED AGAIN", "red"),
    Fate.NOT_REPLAYABLE: ("LEFT", "yellow"),
    Fate.TAKEN: ("TAKEN", "yellow"),
    Fate.DECLINED: ("DECLINED", "dim"),
}
_WORD, _FUNCTION, _ERROR = 12, 12, 16
_NAME_LIMIT, _ERROR_LIMIT, _WORDS_LIMIT = 64, 60, 120
_ID = 8


def as_json(line: ReplayLine) -> dict[str, object]:
    """Give the line as the contract spells it."""
    return {
        "time": line.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": str(line.fate),
        "function": line.target.name if line.target else line.line.function,
        "qualifier": line.target.qualifier if line.target else line.line.qualifier,
        "request_id": line.line.request_id,
        "new_request_id": line.request_id or None,
        "error_type": line.line.error_type,
        "error_message": line.line.error_message,
        "source": line.source,
        "source_id": line.source_id,
        "reason": line.words or None,
    }


def as_text(line: ReplayLine) -> Iterable[Line]:
    """Give the one line, in local time."""
    word, style = _WORDS[line.fate]
    old = inert((line.line.request_id or line.source_id)[:_ID])
    ids = f"{old} -> {inert(line.request_id[:_ID])}" if line.request_id else old
    yield Line.assemble(
        (f"{line.time.astimezone():%H:%M:%S}", "dim"),
        "  ",
        (_column(word, _WORD), style),
        "  ",
        _column(_function(line), _FUNCTION),
        "  ",
        _column(inert(": ".join(_error(line)), _ERROR_LIMIT), _ERROR),
        "  ",
        (ids, "dim"),
        f"  {inert(line.words, _WORDS_LIMIT)}" if line.words else "",
    )


def name_of(target: FunctionRef) -> str:
    """Give a function as a person names it."""
    return target.name if target.qualifier == LATEST else f"{target.name}:{target.qualifier}"


def _function(line: ReplayLine) -> str:
    name = name_of(line.target) if line.target else line.line.function or "-"
    return inert(name, _NAME_LIMIT)


def _error(line: ReplayLine) -> list[str]:
    return [inert(part, _ERROR_LIMIT) for part in (line.line.error_type, line.line.error_message) if part] or ["-"]


def _column(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
