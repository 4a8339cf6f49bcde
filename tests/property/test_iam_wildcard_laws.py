"""The laws of wildcards."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from lambda_dest_cli.iam.match import action_matches, arn_matches, matches, resource_matches
from lambda_dest_cli.iam.truth import Truth

PLAIN = st.text(st.characters(exclude_categories=["Co", "Cs"], exclude_characters="*?"), max_size=20)


@st.composite
def patterns_for(draw: st.DrawFn, text: str) -> str:
    """Put wildcards in place of characters and runs of characters of a text."""
    pieces, position = [], 0
    while position < len(text):
        kind = draw(st.sampled_from("=?*+"))
        step = draw(st.integers(0, len(text) - position)) if kind == "*" else 1
        pieces.append({"=": text[position : position + 1], "?": "?", "*": "*", "+": f"*{text[position]}*"}[kind])
        position += max(step, 1)
    return "".join(pieces) + draw(st.sampled_from(["", "*"]))


@given(PLAIN, st.data())
def test_a_wildcard_pattern_covers_what_it_matches(text: str, data: st.DataObject) -> None:
    pattern = data.draw(patterns_for(text))
    assert matches(pattern, text)
    assert matches(text, text)


@given(st.text("abAB:*?", max_size=8), st.text("abAB:\n", max_size=10))
@example("a*ab", "aab")
@example("*ab*b", "ab")
@example("a*?a", "aa")
def test_a_pattern_matches_as_plain_backtracking_would_have_it(pattern: str, text: str) -> None:
    """The same answers as the regular expression that says just what the wildcards mean, only sooner."""
    naive = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    assert matches(pattern, text) is (re.fullmatch(naive, text, re.DOTALL) is not None)
    assert action_matches(pattern, text) is (re.fullmatch(naive, text, re.DOTALL | re.IGNORECASE) is not None)


SEGMENTS = st.lists(st.text("abc-/19", max_size=8), min_size=5, max_size=5)


@given(SEGMENTS, st.text("abc-/:19", max_size=12), st.data())
def test_a_pattern_in_any_segment_of_an_arn_covers_it(segments: list[str], resource: str, data: st.DataObject) -> None:
    parts = [*segments, resource]
    pattern = ":".join(data.draw(patterns_for(part)) for part in parts)
    # A resource may have colons, and a wildcard in their place leaves six segments as they are.
    assert arn_matches(pattern, ":".join(parts))
    assert resource_matches(f"arn:{pattern.partition(':')[2]}", ":".join(["arn", *parts[1:]])) is Truth.YES


@given(st.text("ab*?:", max_size=14), st.text("ab:", max_size=14))
@example("*:*", "::b:")
def test_what_a_resource_covers_plain_backtracking_covers_too(pattern: str, resource: str) -> None:
    """What the page's rule of segments lets match is never more than what the wildcards alone would."""
    pattern, arn = f"arn:aws:sqs:{pattern}", f"arn:aws:sqs:{resource}"
    naive = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    plainly = re.fullmatch(naive, arn, re.DOTALL) is not None
    found = resource_matches(pattern, arn)
    assert plainly or found is Truth.NO
    if re.fullmatch(r"[^?]*", pattern) and not re.search(r"\*+[^*:]", pattern):
        assert found is Truth.of(plainly)  # every star ends its segment
    assert arn_matches(pattern, arn) <= (found is not Truth.NO) or pattern.count(":") < 5


@given(st.text("aB:*", max_size=8), st.text("aB:", max_size=10))
def test_the_case_of_an_action_does_not_matter(pattern: str, action: str) -> None:
    assert action_matches(pattern, action) is action_matches(pattern.swapcase(), action)
    assert action_matches(pattern, action) is action_matches(pattern, action.swapcase())
