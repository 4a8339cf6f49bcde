"""The planner's laws."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import (
    UNSET,
    ConfigPatch,
    DeadLetterConfig,
    EventInvokeConfig,
    Setting,
    Slot,
)
from lambda_dest_cli.model.plan import Address, Kind, Plan, Settings
from lambda_dest_cli.planner import plan, removal, replaces

ARNS = st.sampled_from([Arn.parse(f"arn:aws:sqs:eu-west-1:123456789012:q{number}") for number in range(3)])
CONFIGS = st.builds(
    EventInvokeConfig,
    on_success=st.none() | ARNS,
    on_failure=st.none() | ARNS,
    maximum_retry_attempts=st.integers(0, 2),
    maximum_event_age_in_seconds=st.integers(60, 21_600),
)
DEAD_LETTERS = st.builds(DeadLetterConfig, st.none() | ARNS)
NAMES = st.sampled_from(["orders", "refunds"])
QUALIFIERS = st.sampled_from(["$LATEST", "live", "7"])


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    found: dict[Address, Setting] = {}
    for name, qualifier, config in draw(st.lists(st.tuples(NAMES, QUALIFIERS, CONFIGS))):
        found[Address(name, qualifier, Kind.INVOKE_CONFIG)] = config
    for name, dead_letter in draw(st.lists(st.tuples(NAMES, DEAD_LETTERS))):
        found[Address(name, "$LATEST", Kind.DEAD_LETTER)] = dead_letter
    return found


PATCHES = st.builds(
    ConfigPatch,
    on_success=st.just(UNSET) | st.none() | ARNS,
    on_failure=st.just(UNSET) | st.none() | ARNS,
    maximum_retry_attempts=st.just(UNSET) | st.integers(0, 2),
    maximum_event_age_in_seconds=st.just(UNSET) | st.integers(60, 21_600),
)


def carried_out(changes: Plan, before: Settings) -> Settings:
    after = dict(before)
    for change in changes:
        assert before.get(change.address) == change.before
        if change.after is None:
            del after[change.address]
        else:
            after[change.address] = change.after
    return after


@given(settings())
def test_a_plan_of_what_is_there_is_empty(current: Settings) -> None:
    assert not plan(current, current)


@given(settings(), settings())
def test_a_plan_carried_out_leaves_nothing_to_do(wanted: Settings, current: Settings) -> None:
    assert not plan(wanted, carried_out(plan(wanted, current), current))


@given(settings(), settings())
def test_a_plan_touches_only_what_was_named(wanted: Settings, current: Settings) -> None:
    after = carried_out(plan(wanted, current), current)
    assert {key: after[key] for key in after if key not in wanted} == {
        key: current[key] for key in current if key not in wanted
    }


@given(settings(), settings(), st.randoms())
def test_the_order_of_the_input_does_not_matter(wanted: Settings, current: Settings, random: Random) -> None:
    shuffled = list(wanted.items())
    random.shuffle(shuffled)
    assert plan(dict(shuffled), current) == plan(wanted, current)


@given(settings(), settings())
def test_no_failure_path_is_removed_before_another_is_added(wanted: Settings, current: Settings) -> None:
    def has_path(setting: Setting | None) -> bool:
        return setting is not None and bool({Slot.ON_FAILURE, Slot.DEAD_LETTER} & setting.destinations().keys())

    steps = [(has_path(change.before), has_path(change.after)) for change in plan(wanted, current)]
    removing = [number for number, step in enumerate(steps) if step == (True, False)]
    adding = [number for number, step in enumerate(steps) if step == (False, True)]
    assert not removing or not adding or max(adding) < min(removing)


@given(PATCHES, CONFIGS)
def test_overlay_is_idempotent(patch: ConfigPatch, config: EventInvokeConfig) -> None:
    assert patch.overlay(patch.overlay(config)) == patch.overlay(config)


@given(CONFIGS)
def test_overlay_with_nothing_changes_nothing(config: EventInvokeConfig) -> None:
    assert ConfigPatch().overlay(config) == config
    assert not ConfigPatch().touches_invoke_config()


@given(settings(), settings())
def test_equal_digests_mean_equal_changes(wanted: Settings, current: Settings) -> None:
    first, second = plan(wanted, current), plan(current, wanted)
    assert (first.digest == second.digest) == (first.changes == second.changes)


@given(settings())
def test_a_removal_removes_everything_named_and_says_that_it_takes_away(current: Settings) -> None:
    changes = removal(tuple(current), current)
    assert carried_out(changes, current) == {}
    nothing = (EventInvokeConfig(), DeadLetterConfig())
    assert [replaces(change) for change in changes] == [change.before not in nothing for change in changes]


@given(settings())
def test_setting_something_where_nothing_was_replaces_nothing(wanted: Settings) -> None:
    assert not any(replaces(change) for change in plan(wanted, {}))
