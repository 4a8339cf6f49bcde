"""Whether two patterns have a text in common: ``*`` is any run of characters, ``?`` one, a hole anything."""

import re

from lambda_dest_cli.templates.hole import NAME, filled, names

_RUN, _ONE = "*", "?"
_VARIABLE = re.compile(r"\$\{[^}]*\}")
"""A policy's variable, which may be anything."""


def overlap(one: str, other: str) -> bool:
    """Say whether some text may match both patterns; never no where it cannot be told."""
    if _are_two_resources(one, other):
        return False
    left, right = (_VARIABLE.sub(_RUN, filled(each, lambda _: _RUN)) for each in (one, other))
    reached = _closed({0}, right)
    for token in left:
        reached = _step(token, reached, right)
        if not reached:
            return False
    return len(right) in reached


def _are_two_resources(one: str, other: str) -> bool:
    """Say whether the two end in the made-up names of two resources, which are never the same."""
    last = [names(each)[-1:] for each in (one, other)]
    if not all(last) or last[0] == last[1]:
        return False
    return all(
        name[0].endswith(NAME) and filled(each, str).endswith(name[0])
        for name, each in zip(last, (one, other), strict=True)
    )


def _step(token: str, reached: set[int], right: str) -> set[int]:
    """Give where in the other pattern one can be after one more token of this one."""
    if token == _RUN:
        return set(range(min(reached), len(right) + 1))
    after = set()
    for index in reached:
        if index < len(right):
            facing = right[index]
            if facing == _RUN:
                after.add(index)
            elif _ONE in (token, facing) or token == facing:
                after.add(index + 1)
    return _closed(after, right)


def _closed(reached: set[int], right: str) -> set[int]:
    """Add the places behind stars that match nothing more."""
    found = set(reached)
    for index in reached:
        following = index
        while following < len(right) and right[following] == _RUN:
            following += 1
            found.add(following)
    return found
