"""Others' texts reach a terminal as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.render.inert import inert, inert_lines, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\tc\rd\0e", "a\\nb\\tc\\rd\\0e"),
        ("user\u202egpj.exe", "user\\u202egpj.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\ud800", "\\ud800"),
        ("[red]markup[/red]", "[red]markup[/red]"),
        ("Straße 東京 👍", "Straße 東京 👍"),
    ],
)
def test_what_is_active_is_spelled_out(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_a_long_text_is_cut() -> None:
    assert inert("x" * 1_000_000, limit=10) == "xxxxxxxxx…"


@given(st.text(st.characters(), max_size=200))
def test_nothing_active_ever_comes_through(text: str) -> None:
    shown = inert_lines(text).replace("\n", "")
    assert all(each.isprintable() or each == " " or ord(each) > 0x9F for each in shown)
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2066\u200b")
    shown.encode()


def test_columns_of_wide_and_combining_characters() -> None:
    assert width("東京") == 4
    assert width("e\u0301") == 1
