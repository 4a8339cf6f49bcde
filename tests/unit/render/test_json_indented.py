"""JSON over several lines is what ``json`` would write, but that a long list has one line an item."""

import json

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.render.json_format import dumps

PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@given(JSON)
def test_it_is_what_json_writes(document: object) -> None:
    assert dumps(document, indent=2) == json.dumps(document, indent=2).replace("\x7f", "\\u007f")


def test_a_long_list_has_one_line_an_item() -> None:
    text = dumps({"changes": [{"number": number, "inner": [1]} for number in range(101)]}, indent=2)
    assert len(text.splitlines()) == 101 + 4
    assert json.loads(text)["changes"][100] == {"number": 100, "inner": [1]}
