"""The counts of a stream of outcomes, and the line on a terminal that shows them."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import InvocationOutcome, OutcomeLine, Tally
from lambda_dest_cli.model.raw_json import RawJson
from lambda_dest_cli.render.screen import Screen
from lambda_dest_cli.tailer.counting import Counting
from tests.support import tty

NO_RECORD = OutcomeLine(
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC), Arn.parse("arn:aws:sqs:eu-west-1:123456789012:failed"), RawJson("{}")
)
FAILED = replace(NO_RECORD, outcome=InvocationOutcome.FAILURE, error_type="KeyError")
DONE = replace(NO_RECORD, outcome=InvocationOutcome.SUCCESS)


class Clock:
    """A clock that is turned by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_counts_by_outcome_and_by_error() -> None:
    counts = Counting(Clock())
    for line in (FAILED, FAILED, replace(FAILED, error_type=None, condition="EventAgeExceeded"), DONE, NO_RECORD):
        counts.add(line)
    errors = (("KeyError", 2), ("EventAgeExceeded", 1))
    assert counts.tally(7) == Tally(3, 1, 1, 5.0, 7, errors)
    assert counts.summary() == "5 outcomes: 3 failed, 1 succeeded, 1 no records"


def test_the_rate_is_of_the_last_seconds() -> None:
    clock = Clock()
    counts = Counting(clock)
    counts.add(DONE)
    clock.now += 4
    counts.add(DONE)
    assert counts.tally(0).rate == 0.5
    clock.now += 8
    assert counts.tally(0).rate == 0.1
    clock.now += 8
    assert counts.tally(0).rate == 0


def test_errors_of_a_million_types_are_not_kept() -> None:
    counts = Counting(Clock())
    for number in range(5_000):
        counts.add(replace(FAILED, error_type=f"E{number}"))
    counts.add(replace(FAILED, error_type="E1"))
    assert counts.tally(0).failed == 5_001
    assert counts.tally(0).errors[0] == ("E1", 2)


TALLY = Tally(3, 1, 0, 2.5, 12, (("Key\x1bError", 3),))
FOOTER = "3 failed · 1 succeeded · 2.5/s · 12 held · Key\\x1bError 3"


def screen(out: io.StringIO, err: io.StringIO) -> Screen:
    return Screen(io.StringIO(), out, err, color="never")


def test_the_footer_goes_before_the_next_line_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    both = tty(io.StringIO())
    shown = screen(both, both)
    shown.footer(TALLY)
    shown.footer(TALLY)
    shown.answer("a line")
    shown.note("a note")
    assert both.getvalue() == f"\r\x1b[2K{FOOTER}\r\x1b[2Ka line\na note\n"


def test_the_footer_is_no_longer_than_the_terminal_is_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "xterm")
    both = tty(io.StringIO())
    screen(both, both).footer(TALLY)
    assert both.getvalue() == f"\r\x1b[2K{FOOTER[:19]}"


def test_there_is_no_footer_where_one_of_the_streams_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for out, err in ((io.StringIO(), tty(io.StringIO())), (tty(io.StringIO()), io.StringIO())):
        screen(out, err).footer(TALLY)
        assert out.getvalue() == err.getvalue() == ""


def test_there_is_no_footer_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    both = tty(io.StringIO())
    screen(both, both).footer(TALLY)
    assert both.getvalue() == ""
