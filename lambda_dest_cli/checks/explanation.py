"""What an id stands for, in words: of ``lds explain`` and ``lds doctor --explain``."""

from difflib import get_close_matches
from textwrap import fill

from lambda_dest_cli.checks import TOPICS
from lambda_dest_cli.checks.check import Topic
from lambda_dest_cli.errors import UsageProblem

_COLUMNS = 80


def topic(check_id: str) -> Topic:
    """Give what an id stands for, however it is written; raises UsageProblem for one that no finding has."""
    name = check_id.strip().upper()
    if name in TOPICS:
        return TOPICS[name]
    near = get_close_matches(name, TOPICS, 1)
    hint = f"did you mean {near[0]}?" if near else f"the checks are {', '.join(sorted(TOPICS))}"
    raise UsageProblem(f"there is no check {check_id!r}", hint)


def explanation(check_id: str) -> str:
    """Say what must hold, how Lambda behaves, and where AWS says so."""
    found = topic(check_id)
    text = fill(found.explanation, _COLUMNS, break_on_hyphens=False)
    return f"{found.id}  {found.title}\n\n{text}\n\nAWS: {found.page}"
