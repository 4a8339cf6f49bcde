"""What a journal tells of its runs."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from lambda_dest_cli.errors import NotFound
from lambda_dest_cli.model.replay import Doubt, RunStatus, State
from lambda_dest_cli.replayer.journal import OF_NUMBER, JournalFile, unpacked

_RUNS = """
SELECT runs.number, runs.id, begun, sources, request, at, how FROM runs
LEFT JOIN ends ON ends.rowid = (SELECT MAX(rowid) FROM ends WHERE run = runs.number)
ORDER BY runs.number DESC LIMIT ?
"""
_COUNTS = """
SELECT answers.state, COUNT(*) FROM sends LEFT JOIN answers USING (seq) WHERE sends.run = ?
AND sends.seq = (SELECT MAX(seq) FROM sends AS later WHERE later.id = sends.id AND later.source = sends.source
AND later.run = sends.run) GROUP BY answers.state
"""
_DOUBTS = """
SELECT sources.label, sends.id, targets.name, sends.request_id, sends.at, answers.state FROM sends
LEFT JOIN answers USING (seq) JOIN sources ON sources.number = sends.source
JOIN targets ON targets.number = sends.target
WHERE sends.run = ? AND (answers.state IS NULL OR answers.state = 1) ORDER BY seq LIMIT ?
"""
_RUNS_AT_MOST = 20
_SEARCHED = 10_000
_FINISHED = "finished"
_DOUBTS_AT_MOST = 1_000


def statuses(file: JournalFile, under_way: frozenset[str] = frozenset()) -> tuple[RunStatus, ...]:
    """Give the latest runs, the newest first; ``under_way`` are the ids of those that have not ended.

    Raises JournalProblem.
    """
    with file.trouble("read"):
        found = file.sql.execute(_RUNS, (_RUNS_AT_MOST,)).fetchall()
        return tuple(_status(file, row, row[1] in under_way) for row in found)


def _status(file: JournalFile, row: tuple[int, str, float, str, str, float | None, str | None], on: bool) -> RunStatus:
    number, id_, begun, sources, request, ended, how = row
    counts: Counter[State] = Counter()
    for state, count in file.sql.execute(_COUNTS, (number,)):
        counts[State.PENDING if state is None else OF_NUMBER[state]] += count
    doubts = tuple(
        Doubt(label, unpacked(event), target, unpacked(old), _time(at), _state(state))
        for label, event, target, old, at, state in file.sql.execute(_DOUBTS, (number, _DOUBTS_AT_MOST))
    )
    return RunStatus(
        id_,
        _time(begun),
        None if ended is None or on else _time(ended),
        "running" if on else how or "killed",
        tuple(json.loads(sources)),
        dict(counts),
        () if on else doubts,
        request,
    )


def _state(number: int | None) -> State:
    return State.PENDING if number is None else OF_NUMBER[number]


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def asked_in(file: JournalFile, run: str) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Give the id, names and options of a run, of the last that did not finish where ``run`` is empty.

    Raises NotFound.
    """
    with file.trouble("read"):
        rows = file.sql.execute(_RUNS, (_SEARCHED,)).fetchall()
    for _, id_, _, _, request, _, how in rows:
        if id_ == run or (not run and how != _FINISHED):
            asked = json.loads(request)
            return id_, tuple(asked["names"]), asked["options"]
    raise NotFound(
        f"{file.path} has no run {run}" if run else f"{file.path} has no run that did not finish",
        "lds replay --status lists them",
    )
