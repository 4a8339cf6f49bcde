"""When a failed event is tried again."""

import pytest

from lambda_dest_cli.local.invoke_config import StoredConfig
from lambda_dest_cli.local.retries import delay_after_refusal, delay_before_retry

DEFAULTS = StoredConfig()


def test_defaults_allow_two_retries_after_one_and_two_minutes() -> None:
    assert delay_before_retry(1, 0.1, DEFAULTS) == (60, "")
    assert delay_before_retry(2, 60.2, DEFAULTS) == (120, "")
    assert delay_before_retry(3, 180.3, DEFAULTS) == (None, "RetriesExhausted")


def test_no_retries_is_not_the_default() -> None:
    assert delay_before_retry(1, 0, StoredConfig(maximum_retry_attempts=0)) == (None, "RetriesExhausted")


def test_used_up_retries_come_before_age() -> None:
    config = StoredConfig(maximum_retry_attempts=0, maximum_event_age_in_seconds=60)
    assert delay_before_retry(1, 90, config) == (None, "RetriesExhausted")


def test_a_refusal_waits_a_second_and_then_twice_as_long_up_to_five_minutes() -> None:
    delays = [delay_after_refusal(refusals, 0, DEFAULTS) for refusals in range(12)]
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


@pytest.mark.parametrize(("age", "expected"), [(21_599, 1), (21_599.1, None)])
def test_a_refused_event_ages(age: float, expected: float | None) -> None:
    assert delay_after_refusal(0, age, DEFAULTS) == expected


def test_six_hours_of_refusals_are_a_finite_number() -> None:
    age, refusals = 0.0, 0
    while (delay := delay_after_refusal(refusals, age, DEFAULTS)) is not None:
        age, refusals = age + delay, refusals + 1
    assert 70 < refusals < 90
