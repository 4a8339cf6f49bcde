"""What is made of an event before it is sent."""

import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.replay import Event
from lambda_dest_cli.records.spelled import read, write
from lambda_dest_cli.replayer.deciding import Interactive, chain, edit, transform
from lambda_dest_cli.replayer.run import Quit
from tests.unit.replayer.test_journal import event

NUMBERS = b'{"price":1.10,"big":12345678901234567890123,"tiny":1E-7,"items":[1.0,2],"name":"\xc3\xa9"}'


class Person:
    """Answers from a list."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def note(self, text: str) -> None:
        return

    def ask(self, question: str) -> str:
        return self.answers.pop(0)


def test_a_transformation_keeps_the_spelling_of_numbers() -> None:
    sent = transform("{p: price, b: big, t: tiny, i: items, n: name}")(event(payload=NUMBERS))
    assert sent is not None
    assert sent.payload == b'{"p":1.10,"b":12345678901234567890123,"t":1E-7,"i":[1.0,2],"n":"\xc3\xa9"}'
    assert transform("@")(event(payload=NUMBERS)) == event(payload=NUMBERS)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_what_is_read_and_written_is_the_same_value(value: object) -> None:
    assert read(write(read(write(value)))) == value


@pytest.mark.parametrize("expression", ["{", "foo("])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(UsageProblem, match="--transform"):
        transform(expression)


def test_a_person_is_asked_until_all_or_quit() -> None:
    shown: list[Event] = []
    ask = Interactive(Person("y", "what?", "n", "a"), shown.append)
    assert [ask(event(str(number))) is not None for number in range(5)] == [True, False, True, True, True]
    assert len(shown) == 4
    with pytest.raises(Quit):
        Interactive(Person("q"), shown.append)(event())


def test_a_step_that_says_no_is_the_last() -> None:
    assert chain(lambda _: None, transform("@"))(event()) is None
    assert chain()(event()) == event()


def test_the_editor_changes_the_payload_or_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def editor(code: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{code}\n")
        monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))

    said: list[str] = []
    editor("file.write_text(file.read_text().replace('1.10', '2.50'))")
    changed = edit(said.append)(event(payload=NUMBERS))
    assert changed is not None
    assert changed.payload == NUMBERS.replace(b"1.10", b"2.50")
    editor("file.write_text('' if file.read_text() == 'no' else 'no')")
    assert edit(said.append)(event(payload=NUMBERS)) is None
    assert said == ["it is not JSON: Expecting value: line 1 column 1 (char 0); empty the file to leave the event out"]
    editor("sys.exit(3)")
    with pytest.raises(UsageProblem, match="ended with 3"):
        edit(said.append)(event())
