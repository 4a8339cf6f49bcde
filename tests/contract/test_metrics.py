"""The metrics of asynchronous invocation: Lambda Developer Guide, "Types of metrics for Lambda functions".

That AsyncEventsDropped has zeros for successes, and that the two of lost records have no points where nothing was
lost, was captured against AWS in Sept 2026.
"""

import pytest

from tests.contract.world import World

fact = pytest.mark.fact


@fact("6", "AsyncEventsReceived", "AsyncEventsDropped", "Errors", "dimensions")
def test_a_failure_is_counted_by_attempt_and_by_event(world: World) -> None:
    """Guide: every attempt is an error; the event is dropped once, although its record was delivered."""
    queue, function = world.queue(), world.function()
    world.alias(function)
    world.put(function, on_failure=queue.arn, qualifier="live", MaximumRetryAttempts=1)
    world.send(function, {"mode": "raise"}, Qualifier="live")
    queue.record()
    for resource in ("", f"{function}:live"):
        assert world.counted("AsyncEventsDropped", function, 1, resource) == 1
        assert world.counted("AsyncEventsReceived", function, 1, resource) == 1
        assert world.counted("Errors", function, 2, resource) == 2
        assert world.counted("Invocations", function, 2, resource) == 2
    assert world.metric("AsyncEventsReceived", function, f"{function}:other") is None


@fact("6", "AsyncEventsDropped", "DestinationDeliveryFailures", "DeadLetterErrors")
def test_a_success_has_a_zero_of_one_and_no_point_of_the_others(world: World) -> None:
    """Captured Sept 2026: no data is no sign of trouble."""
    queue, function = world.queue(), world.function()
    world.dead_letter(function, queue.arn)
    world.put(function, queue.arn)
    world.send(function)
    queue.record()
    assert world.counted("AsyncEventsDropped", function, 0) == 0
    assert world.counted("Invocations", function) == 1
    assert world.metric("DestinationDeliveryFailures", function) is None
    assert world.metric("DeadLetterErrors", function) is None


@fact("6", "AsyncEventAge")
def test_the_age_of_an_event_grows_with_its_attempts(world: World) -> None:
    """Guide: milliseconds between queueing and running; a retry comes a minute later."""
    queue, function = world.queue(), world.function()
    world.put(function, on_failure=queue.arn, MaximumRetryAttempts=1)
    world.send(function, {"mode": "raise"})
    queue.record()
    assert world.counted("AsyncEventAge", function, 60_000) < 600_000
    least = world.metric("AsyncEventAge", function, statistic="Minimum")
    assert least is not None
    assert least < 60_000


@fact("6", "dimensions")
def test_the_region_as_a_whole_has_each_metric_too(world: World) -> None:
    """Guide: without dimensions, a metric is of all functions of the region."""
    queue, function = world.queue(), world.function()
    world.put(function, queue.arn)
    before = world.metric("AsyncEventsReceived", "") or 0
    world.send(function)
    queue.record()
    assert world.counted("AsyncEventsReceived", "", before + 1) >= before + 1
