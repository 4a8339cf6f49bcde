"""Independent reads at the same time."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
_First = TypeVar("_First")
_Second = TypeVar("_Second")

WORKERS = 4
"""Calls at once. Lambda allows 15 a second, which four reach where a call takes up to a quarter of a second."""


Advance = Callable[[int, int], object]
"""What is told how far a long run is: (done, of how many)."""


def each(
    call: Callable[[_Item], _Answer],
    items: Iterable[_Item],
    workers: int = WORKERS,
    advance: Advance = lambda _done, _total: None,
) -> list[_Answer]:
    """Call for every item, at most ``workers`` at once, and give the answers in the items' order.

    ``advance`` is told after each, from whichever thread. The first error is raised at once; calls that had not begun
    are dropped.
    """
    things = list(items)
    if len(things) <= 1:
        return [call(thing) for thing in things]
    answers: dict[int, _Answer] = {}
    places = iter(range(len(things)))
    ended = Event()

    def work() -> None:
        """Take one after the other: a future for each of a hundred thousand would fill the memory."""
        for place in places:
            if ended.is_set():
                return
            answers[place] = call(things[place])
            advance(len(answers), len(things))

    pool = ThreadPoolExecutor(min(workers, len(things)))
    try:
        for future in wait([pool.submit(work) for _ in range(min(workers, len(things)))], None, FIRST_EXCEPTION).done:
            future.result()
    finally:
        # Nobody waits for calls whose answer is no longer wanted: after an error, or Ctrl-C.
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
    return [answers[place] for place in range(len(things))]


def both(first: Callable[[], _First], second: Callable[[], _Second]) -> tuple[_First, _Second]:
    """Make two different calls at once."""
    pool = ThreadPoolExecutor(1)
    try:
        later = pool.submit(second)
        return first(), later.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
