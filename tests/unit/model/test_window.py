"""A stretch of time, as a person says it."""

from datetime import UTC, datetime, timedelta

import pytest

from lambda_dest_cli.model.past import Window

END = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=24), "in the last 24 h"),
        (timedelta(hours=24, seconds=1), "in the last 24 h"),
        (timedelta(hours=23, minutes=59, seconds=59), "in the last 24 h"),
        (timedelta(days=14), "in the last 14 days"),
        (timedelta(minutes=90), "in the last 90 min"),
        (timedelta(seconds=20), "since 2026-11-23 11:59 UTC"),
    ],
)
def test_a_round_number_is_said_and_a_moment_more_or_less_is_no_matter(length: timedelta, words: str) -> None:
    assert Window(END - length, END).words == words
