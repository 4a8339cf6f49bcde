"""Colour, questions and streams."""

import io

import pytest

from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.render.line import Line
from lambda_dest_cli.render.screen import Screen, wants_color
from tests.support import tty


@pytest.mark.parametrize(
    ("terminal", "option", "environment", "painted"),
    [
        (True, "auto", {}, True),
        (False, "auto", {}, False),
        (True, "never", {}, False),
        (False, "always", {"NO_COLOR": "1"}, True),
        (True, "auto", {"NO_COLOR": "1"}, False),
        (True, "auto", {"NO_COLOR": ""}, True),
        (False, "auto", {"CLICOLOR_FORCE": "1"}, True),
        (False, "auto", {"CLICOLOR_FORCE": "0"}, False),
        (True, "auto", {"TERM": "dumb"}, False),
        (True, "auto", {"CLICOLOR": "0"}, False),
    ],
)
def test_when_there_is_colour(terminal: bool, option: str, environment: dict[str, str], painted: bool) -> None:
    assert wants_color(terminal, option, environment) is painted


def screen(typed: str = "", color: str = "never") -> tuple[Screen, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Screen(tty(io.StringIO(typed)), out, tty(err), color=color), out, err


@pytest.mark.parametrize(
    ("typed", "agreed"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False), ("yep\n", False)]
)
def test_only_yes_is_yes(typed: str, agreed: bool) -> None:
    asked, out, err = screen(typed)
    assert asked.interactive
    assert asked.confirm("Go ahead?") is agreed
    assert "Go ahead? [y/N]" in err.getvalue()
    assert out.getvalue() == ""


def test_markup_is_not_obeyed_and_long_lines_are_not_broken() -> None:
    shown, out, _ = screen()
    shown.paint(Line("[red]" + "x" * 500 + "[/red]"))
    assert out.getvalue() == "[red]" + "x" * 500 + "[/red]\n"


def test_colour_is_written_where_it_is_wanted() -> None:
    shown, out, _ = screen(color="always")
    shown.paint(Line("FAIL", style="red"))
    assert out.getvalue() == "\x1b[31mFAIL\x1b[0m\n"


def test_a_note_goes_to_standard_error_and_is_inert() -> None:
    shown, out, err = screen()
    shown.note("it\x1b[2J says\nno")
    assert (out.getvalue(), err.getvalue()) == ("", "it\\x1b[2J says\nno\n")


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1m"), (90, "1m30s"), (21_600, "6h"), (86_400, "1d"), (0, "0s"), (3_661, "1h1m1s")]
)
def test_durations_are_written_as_a_person_would(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_a_terminal_breaks_a_long_line_between_words_and_sets_the_rest_further_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = tty(io.StringIO())
    Screen(io.StringIO(), out, io.StringIO(), color="never").paint(
        Line("  one two three four five six seven eight nine")
    )
    assert out.getvalue() == "  one two three four five six seven \n      eight nine\n"
