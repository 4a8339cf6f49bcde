"""docs/checks.md is made from the code: ``python -m tests.unit.checks.test_checks_doc`` writes it anew."""

from pathlib import Path
from textwrap import fill

from lambda_dest_cli.checks import CHECKS, TOPICS
from lambda_dest_cli.checks.check import Topic

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"
COLUMNS = 118
HEAD = """# The checks of lds doctor

Made from the code. `lds explain ID` (and `lds doctor --explain ID`) prints the same.

`lds doctor` makes these checks of every function under every qualifier that is configured, `lds configure` of what it
is about to write. An id never changes its meaning: name it to `--ignore` and `--explain`. Four states: **pass**;
**warn**, it works and something may be lost; **fail**, it cannot work; **skip**, it could not be checked, and the
finding says why, such as which call was refused. A skip is never a pass.

| id | what must hold |
|---|---|
"""


def page() -> str:
    topics = [TOPICS[each] for each in sorted(TOPICS)]
    rows = "".join(f"| [{topic.id}](#{topic.id.lower()}) | {topic.title} |\n" for topic in topics)
    return HEAD + rows + "".join(map(section, topics))


def section(topic: Topic) -> str:
    text = fill(topic.explanation, COLUMNS, break_long_words=False, break_on_hyphens=False)
    offline = "\nNeeds nothing but the configuration itself.\n" if is_offline(topic) else ""
    return f"\n## {topic.id}\n\n**{topic.title}.**\n\n{text}\n\nAWS: <{topic.page}>\n{offline}"


def is_offline(topic: Topic) -> bool:
    return topic.id in CHECKS and CHECKS[topic.id].offline


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text() == page()


def test_the_page_has_a_row_and_the_whole_explanation_of_every_id() -> None:
    text = PAGE.read_text()
    joined = " ".join(text.split())
    for topic in TOPICS.values():
        assert f"| [{topic.id}](#{topic.id.lower()}) | {topic.title} |" in text
        assert f"## {topic.id} **{topic.title}.** {topic.explanation}" in joined


if __name__ == "__main__":
    PAGE.write_text(page())
