"""The planner's promises, one case each; the laws are in tests/property."""

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import ConfigPatch, DeadLetterConfig, EventInvokeConfig, FunctionState
from lambda_dest_cli.model.plan import Action, Address, Change, Kind, Settings
from lambda_dest_cli.planner import desired, digest, plan, removal
from tests.support import queue_arn
from tests.unit.checks.scene import FACTS

FAILED, DONE = Arn.parse(queue_arn("failed")), Arn.parse(queue_arn("done"))
FIRST, LAST = (Address(name, "$LATEST", Kind.INVOKE_CONFIG) for name in ("a", "z"))
WITH, WITHOUT = EventInvokeConfig(None, FAILED), EventInvokeConfig(DONE)


def test_a_failure_path_is_added_before_another_is_removed_whatever_their_names() -> None:
    both = plan({FIRST: WITHOUT, LAST: WITH}, {FIRST: WITH, LAST: WITHOUT})
    assert [change.address for change in both] == [LAST, FIRST]


def test_what_touches_no_failure_path_stands_between() -> None:
    middle = Address("m", "$LATEST", Kind.INVOKE_CONFIG)
    wanted: Settings = {FIRST: WITHOUT, middle: EventInvokeConfig(DONE, FAILED), LAST: WITH}
    current: Settings = {FIRST: WITH, middle: WITH, LAST: WITHOUT}
    assert [change.address for change in plan(wanted, current)] == [LAST, middle, FIRST]


def test_a_dead_letter_queue_is_a_failure_path_too() -> None:
    letter = Address("z", "$LATEST", Kind.DEAD_LETTER)
    moved = plan({FIRST: WITHOUT, letter: DeadLetterConfig(FAILED)}, {FIRST: WITH})
    assert [change.address for change in moved] == [letter, FIRST]


def test_what_was_there_and_what_will_be_are_both_in_the_digest() -> None:
    def change(before: EventInvokeConfig | None, after: EventInvokeConfig | None) -> str:
        return digest((Change(Action.UPDATE, FIRST, before, after),))

    assert len({change(WITH, WITHOUT), change(WITHOUT, WITHOUT), change(WITH, WITH), change(WITHOUT, WITH)}) == 4


def test_a_removal_deletes_what_is_there_and_counts_what_is_not() -> None:
    found = removal((LAST, FIRST), {LAST: WITH})
    changes = (Change(Action.DELETE, LAST, WITH, None),)
    assert (found.changes, found.digest, found.unchanged) == (changes, digest(changes), 1)


def test_unless_it_is_said_otherwise_what_a_patch_does_not_name_stays() -> None:
    state = FunctionState(FACTS, {"live": EventInvokeConfig(DONE, FAILED, 1, 600)}, {})
    wanted = desired(state, "live", ConfigPatch(maximum_retry_attempts=0))
    assert wanted == {Address("orders", "live", Kind.INVOKE_CONFIG): EventInvokeConfig(DONE, FAILED, 0, 600)}
