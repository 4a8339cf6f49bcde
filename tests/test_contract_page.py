"""The contract's page is what the cases say, and every fact on it has a case."""

from tests.contract.rows import ROWS, TITLES
from tests.contract.table import DOCUMENT, cases, document


def test_every_row_has_a_case() -> None:
    proved = {fact for case in cases() for fact in case.facts}
    assert {(section, row) for section, rows in ROWS.items() for row in rows} - proved == set()


def test_every_case_proves_rows_that_exist_and_tells_its_story() -> None:
    for case in cases():
        if case.facts:
            assert all(row in ROWS.get(section, {}) for section, row in case.facts), case
            assert case.story, f"{case.name} does not say what AWS does"
    assert set(TITLES) == set(ROWS)


def test_every_mark_says_why() -> None:
    assert all(all(case.marks.values()) for case in cases())


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == document(), "write it anew: python -m tests.contract.table"
