"""The journal: what it knows, what it refuses, and who may read it."""

import sqlite3
import stat
from pathlib import Path

import pytest

from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.model.replay import Answer, Event, Fate, State
from lambda_dest_cli.replayer.journal import JournalFile, JournalProblem, RunJournal
from lambda_dest_cli.replayer.status import asked_in, statuses
from tests.property.replay_world import NOW, QUEUE

OLD = "8ea123e4-b738-4f5e-8880-a18cdf61200e"


def event(id_: str = "m1", request_id: str | None = OLD, payload: bytes = b'{"n":1}', source: str = "q") -> Event:
    return Event(
        source, id_, payload, FunctionRef("orders"), OutcomeLine(NOW, QUEUE, RawJson("{}"), request_id=request_id)
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def journal(path: Path, run: str = "run-1", again: str = "") -> RunJournal:
    file = JournalFile(path, lambda: 1_000.0)
    return RunJournal.begin(file, run, {"q": "sqs:q", "other": "s3:other"}, '{"names": ["q"], "options": {}}', again)


def send(journal: RunJournal, what: Event, answer: Answer | None) -> None:
    page = journal.open_page()
    seq = page.sending(what)
    if answer:
        page.answer(seq, answer)
    journal.turn()


def send_all(journal: RunJournal, events: list[Event]) -> None:
    for each in events:
        send(journal, each, Answer(State.FAILED, words="x" * 500))


def test_only_its_owner_may_read_it(path: Path) -> None:
    send(journal(path), event(), None)
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Answer(State.ACCEPTED, "new"), Fate.ALREADY_ACCEPTED),
        (Answer(State.UNKNOWN, words="no answer"), Fate.IN_DOUBT),
        (Answer(State.FAILED, words="429"), None),
        (None, Fate.IN_DOUBT),
    ],
)
def test_what_was_sent_is_known_in_every_later_run(path: Path, answer: Answer | None, fate: Fate | None) -> None:
    send(journal(path), event(), answer)
    later = journal(path, "run-2")
    assert later.known(event())[0] is fate
    # The same request in another message, such as the dead letter beside the record; white space does not count.
    assert later.known(event("m2", payload=b'{ "n": 1 }', source="other"))[0] is fate
    assert later.known(event("m2", "another"))[0] is None


def test_the_same_request_with_another_payload_is_never_taken_for_sent(path: Path) -> None:
    send(journal(path), event(), Answer(State.ACCEPTED, "new"))
    assert journal(path, "run-2").known(event("m2", payload=b'{"n":2}'))[0] is Fate.IN_DOUBT


def test_what_comes_back_is_known_in_its_own_run_only(path: Path) -> None:
    first = journal(path)
    send(first, event(), Answer(State.ACCEPTED, "1f2e3d4c-b738-4f5e-8880-a18cdf61200e"))
    back = event("m2", "1f2e3d4c-b738-4f5e-8880-a18cdf61200e")
    assert first.known(back)[0] is Fate.FAILED_AGAIN
    assert journal(path, "run-2").known(back)[0] is None


@pytest.mark.parametrize(("again", "doubt", "sent"), [("unknown", None, Fate.ALREADY_ACCEPTED), ("all", None, None)])
def test_again_sends_what_is_known(path: Path, again: str, doubt: Fate | None, sent: Fate | None) -> None:
    send(journal(path), event(), None)
    send(journal(path), event("m2", "r2"), Answer(State.ACCEPTED, "new"))
    later = journal(path, "run-2", again)
    assert later.known(event())[0] is doubt
    assert later.known(event("m2", "r2"))[0] is sent


def test_a_page_that_was_torn_was_never_written(path: Path) -> None:
    first = journal(path)
    first.open_page().sending(event())
    first.tear()
    assert journal(path, "run-2").known(event())[0] is None


@pytest.mark.parametrize(
    ("pragma", "words"), [("user_version = 9", "another version"), ("application_id = 7", "not a")]
)
def test_a_journal_that_is_another_versions_or_none_is_refused(path: Path, pragma: str, words: str) -> None:
    journal(path)
    with sqlite3.connect(path) as sql:
        sql.execute(f"PRAGMA {pragma}")
    sql.close()
    with pytest.raises(JournalProblem, match=words):
        JournalFile(path, lambda: 0.0)


def test_what_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database, but long enough to be looked at as one" * 10)
    with pytest.raises(JournalProblem, match="cannot be opened"):
        JournalFile(path, lambda: 0.0)


def test_a_full_disk_is_said_and_nothing_of_the_page_is_written(path: Path) -> None:
    first = journal(path)
    pages = first._file.sql.execute("PRAGMA page_count").fetchone()[0]
    first._file.sql.execute(f"PRAGMA max_page_count = {pages}")
    many = [event(f"m{number}", f"r{number}") for number in range(1_000)]
    with pytest.raises(JournalProblem, match="full"):
        send_all(first, many)
    assert first.open_page() is first


def test_the_status_counts_and_lists_what_is_in_doubt(path: Path) -> None:
    first = journal(path)
    send(first, event(), Answer(State.UNKNOWN))
    send(first, event("m2", "r2"), None)
    send(first, event("m3", "r3"), Answer(State.ACCEPTED, "new"))
    (run,) = statuses(JournalFile(path, lambda: 0.0))
    assert (run.id, run.how, run.sources) == ("run-1", "killed", ("sqs:q", "s3:other"))
    assert run.counts == {State.UNKNOWN: 1, State.PENDING: 1, State.ACCEPTED: 1}
    assert [(doubt.id, doubt.request_id, doubt.target) for doubt in run.doubts] == [
        ("m1", OLD, "orders"),
        ("m2", "r2", "orders"),
    ]
    assert asked_in(JournalFile(path, lambda: 0.0), "") == ("run-1", ("q",), {})
    first.end("finished")
    assert statuses(JournalFile(path, lambda: 0.0), frozenset({"run-1"}))[0].how == "running"
    assert statuses(JournalFile(path, lambda: 0.0))[0].how == "finished"
