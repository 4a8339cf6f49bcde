"""The event invoke configuration API: what each call takes, answers and leaves alone.

Sources: Lambda API reference; answers recorded against AWS by LocalStack's snapshot tests (24 to 27 Nov 2025); captures
against AWS of Sept 2026.
"""

import json
from itertools import chain
from typing import Any

import pytest

from tests.contract.world import World, refused

fact = pytest.mark.fact
NOTHING_SET: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}


def settings(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "LastModified")}


def status(answer: dict[str, Any]) -> int:
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


@fact("1.1", "Put", "Get", "Update", "Delete", "unset numbers", "FunctionArn", "DestinationConfig")
def test_what_is_unset_is_absent_and_the_arn_is_qualified(world: World) -> None:
    """Recorded: numbers that were never set are left out; DestinationConfig is always there."""
    function, api = world.function(), world.api
    answer = world.put(function, MaximumRetryAttempts=1)
    expected = {
        "FunctionArn": world.arn(function, "$LATEST"),
        "MaximumRetryAttempts": 1,
        "DestinationConfig": NOTHING_SET,
    }
    assert (status(answer), settings(answer)) == (200, expected)
    found = api.get_function_event_invoke_config(FunctionName=function)
    assert (status(found), settings(found)) == (200, expected)
    changed = api.update_function_event_invoke_config(FunctionName=function, MaximumEventAgeInSeconds=60)
    assert (status(changed), settings(changed)) == (200, {**expected, "MaximumEventAgeInSeconds": 60})
    assert status(api.delete_function_event_invoke_config(FunctionName=function)) == 204


@fact("1.1", "Delete")
def test_deleting_twice_is_an_error(world: World) -> None:
    """Recorded: the second delete is 404."""
    function = world.function()
    world.put(function, MaximumRetryAttempts=0)
    world.api.delete_function_event_invoke_config(FunctionName=function)
    found = refused(world.api.delete_function_event_invoke_config, FunctionName=function)
    words = f"The function {world.arn(function, '$LATEST')} doesn't have an EventInvokeConfig"
    assert found == ("ResourceNotFoundException", 404, words)


@fact("1.1", "LastModified")
def test_last_modified_is_a_number_of_epoch_seconds_on_the_wire(world: World) -> None:
    """Captured Sept 2026: ``1789400786.443``, where GetFunctionConfiguration has ISO text."""
    function, api = world.function(), world.api
    world.put(function, MaximumRetryAttempts=0)
    with world.wire("GetFunctionEventInvokeConfig") as bodies:
        first = api.get_function_event_invoke_config(FunctionName=function)["LastModified"]
    (body,) = bodies
    assert isinstance(json.loads(body)["LastModified"], float)
    later = api.update_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=1)["LastModified"]
    assert later >= first


@fact("1.1", "FunctionName")
@pytest.mark.parametrize("form", ["{name}", "{account}:function:{name}", "{arn}"])
@pytest.mark.parametrize("qualified", [False, True])
def test_a_function_has_many_names(world: World, form: str, qualified: bool) -> None:
    """API reference: name, partial ARN and ARN, each with a qualifier or without."""
    function, api = world.function(), world.api
    world.alias(function)
    name = form.format(name=function, account=world.account, arn=world.arn(function)) + (":live" if qualified else "")
    answer = api.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    assert answer["FunctionArn"] == world.arn(function, "live" if qualified else "$LATEST")
    assert api.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 0


@fact("1.1", "Qualifier")
@pytest.mark.parametrize("qualifier", ["a" * 129, "what!", "a.b"])
def test_a_qualifier_that_is_none_is_refused(world: World, qualifier: str) -> None:
    """API reference: 1 to 128 of ``$LATEST``, letters, digits, hyphens and underscores."""
    call = world.api.get_function_event_invoke_config
    found = refused(call, FunctionName=world.function(), Qualifier=qualifier)
    assert (found.code, found.status) == ("ValidationException", 400)
    assert found.message.startswith(
        f"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must "
    )


@fact("1.1", "MaximumRetryAttempts", "MaximumEventAgeInSeconds")
@pytest.mark.parametrize(
    ("member", "value", "bound"),
    [
        ("MaximumRetryAttempts", 3, "less than or equal to 2"),
        ("MaximumRetryAttempts", -1, "greater than or equal to 0"),
        ("MaximumEventAgeInSeconds", 59, "greater than or equal to 60"),
        ("MaximumEventAgeInSeconds", 21_601, "less than or equal to 21600"),
    ],
)
@pytest.mark.parametrize("operation", ["put_function_event_invoke_config", "update_function_event_invoke_config"])
def test_numbers_out_of_range_are_refused(world: World, operation: str, member: str, value: int, bound: str) -> None:
    """API reference, and the words of every validation that was recorded; the SDK's own check is off."""
    function = world.function()
    world.put(function, MaximumRetryAttempts=1)
    found = refused(getattr(world.unchecked, operation), FunctionName=function, **{member: value})
    path = member[0].lower() + member[1:]
    words = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must have value {bound}"
    assert found == ("ValidationException", 400, f"1 validation error detected: {words}")
    assert world.api.get_function_event_invoke_config(FunctionName=function)["MaximumRetryAttempts"] == 1


@fact("1.1", "MaximumRetryAttempts", "MaximumEventAgeInSeconds")
@pytest.mark.parametrize("numbers", [(0, 60), (2, 21_600)])
def test_numbers_at_the_ends_of_their_range_are_accepted(world: World, numbers: tuple[int, int]) -> None:
    """API reference: 0 to 2, and 60 to 21600."""
    answer = world.put(world.function(), MaximumRetryAttempts=numbers[0], MaximumEventAgeInSeconds=numbers[1])
    assert (answer["MaximumRetryAttempts"], answer["MaximumEventAgeInSeconds"]) == numbers


@fact("1.1", "List")
def test_listing_pages(world: World) -> None:
    """API reference, List: NextMarker while there is more."""
    function, api = world.function(), world.api
    for name in ("a", "b", "c"):
        world.alias(function, name=name)
        world.put(function, qualifier=name, MaximumRetryAttempts=0)
    first = api.list_function_event_invoke_configs(FunctionName=function, MaxItems=2)
    second = api.list_function_event_invoke_configs(FunctionName=function, MaxItems=2, Marker=first["NextMarker"])
    pages = [[each["FunctionArn"] for each in page["FunctionEventInvokeConfigs"]] for page in (first, second)]
    assert [len(page) for page in pages] == [2, 1]
    assert sorted(chain(*pages)) == [world.arn(function, name) for name in ("a", "b", "c")]
    assert "NextMarker" not in second
    whole = api.list_function_event_invoke_configs(FunctionName=function, MaxItems=50)
    assert len(whole["FunctionEventInvokeConfigs"]) == 3
    assert "NextMarker" not in whole


@fact("1.1", "List")
@pytest.mark.parametrize(("size", "bound"), [(0, "greater than or equal to 1"), (51, "less than or equal to 50")])
def test_a_page_has_1_to_50(world: World, size: int, bound: str) -> None:
    """API reference, List."""
    call = world.unchecked.list_function_event_invoke_configs
    found = refused(call, FunctionName=world.function(), MaxItems=size)
    assert (found.code, found.status) == ("ValidationException", 400)
    assert found.message.endswith(f"at 'maxItems' failed to satisfy constraint: Member must have value {bound}")


@fact("1.1", "List")
def test_a_function_without_configurations_lists_none(world: World) -> None:
    """API reference, List."""
    answer = world.api.list_function_event_invoke_configs(FunctionName=world.function())
    assert (answer["FunctionEventInvokeConfigs"], status(answer)) == ([], 200)


@fact("1.2", "Put numbers", "Put one slot")
@fact("1.1", "Put")
def test_put_replaces_everything(world: World) -> None:
    """API reference, Put: "settings that you exclude are removed"."""
    function, queue = world.function(), world.queue().arn
    world.put(function, queue, queue, MaximumEventAgeInSeconds=60, MaximumRetryAttempts=2)
    answer = world.put(function, on_failure=queue)
    assert settings(answer) == {
        "FunctionArn": world.arn(function, "$LATEST"),
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": queue}},
    }
    answer = world.put(function, MaximumRetryAttempts=0)
    assert (answer["DestinationConfig"], answer["MaximumRetryAttempts"]) == (NOTHING_SET, 0)
    assert "MaximumEventAgeInSeconds" not in answer


@fact("1.2", "Put an empty route")
@fact("1.1", "Destination pattern")
@pytest.mark.parametrize("route", [{}, {"Destination": ""}])
def test_put_takes_an_empty_route(world: World, route: dict[str, str]) -> None:
    """Captured Sept 2026: both are accepted as a setting, and set nothing."""
    call = world.api.put_function_event_invoke_config
    answer = call(FunctionName=world.function(), DestinationConfig={"OnFailure": route})
    assert answer["DestinationConfig"]["OnFailure"].get("Destination", "") == ""


@fact("1.2", "Put nothing", "Update DestinationConfig {}")
@fact("1.4", "no settings")
@pytest.mark.parametrize("params", [{}, {"DestinationConfig": {}}])
@pytest.mark.parametrize("operation", ["put_function_event_invoke_config", "update_function_event_invoke_config"])
def test_a_call_must_set_something(world: World, operation: str, params: dict[str, Any]) -> None:
    """Recorded for Put, captured for Update: an empty DestinationConfig is no setting."""
    function = world.function()
    world.put(function, MaximumRetryAttempts=0)
    words = "You must specify at least one of error handling or destination setting."
    found = refused(getattr(world.api, operation), FunctionName=function, **params)
    assert found == ("InvalidParameterValueException", 400, words)


@fact("1.2", "Update a number", "Update one slot", "Update OnFailure {}", 'Update Destination ""')
@fact("1.1", "Update")
def test_update_has_three_ways_of_saying_nothing_and_one_of_clearing(world: World) -> None:
    """Recorded and captured: an omitted member, an omitted slot and an empty object keep; the empty text clears."""
    function, queue, other = world.function(), world.queue().arn, world.queue().arn
    world.put(function, queue, queue, MaximumRetryAttempts=1)

    def update(**params: Any) -> Any:
        answer = world.accepted(world.api.update_function_event_invoke_config, FunctionName=function, **params)
        found = answer["DestinationConfig"]
        return found["OnSuccess"].get("Destination"), found["OnFailure"].get("Destination")

    assert update(MaximumEventAgeInSeconds=90) == (queue, queue)
    assert update(DestinationConfig={"OnFailure": {"Destination": other}}) == (queue, other)
    assert update(DestinationConfig={"OnFailure": {}}) == (queue, other)
    assert update(DestinationConfig={"OnFailure": {"Destination": ""}}) == (queue, None)
    found = world.api.get_function_event_invoke_config(FunctionName=function)
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (1, 90)
    assert found["DestinationConfig"] == {"OnSuccess": {"Destination": queue}, "OnFailure": {}}


@fact("1.2", "refused")
@pytest.mark.parametrize("operation", ["put_function_event_invoke_config", "update_function_event_invoke_config"])
def test_what_is_refused_changes_nothing(world: World, operation: str) -> None:
    """Captured Sept 2026: all or nothing, also where one slot of two is wrong."""
    function, queue = world.function(), world.queue().arn
    before = settings(world.put(function, queue, MaximumRetryAttempts=1))
    wrong = {"OnSuccess": {"Destination": ""}, "OnFailure": {"Destination": world.arn_of("sqs", "nosuch")}}
    call = getattr(world.api, operation)
    refused(call, FunctionName=function, MaximumRetryAttempts=2, DestinationConfig=wrong)
    assert settings(world.api.get_function_event_invoke_config(FunctionName=function)) == before


@fact("1.3", "$LATEST", "each its own", "order")
@fact("1.4", "no configuration")
def test_each_qualifier_has_its_own(world: World) -> None:
    """Recorded: publishing copies no configuration; unqualified and $LATEST are the same one."""
    function, api = world.function(), world.api
    world.put(function, qualifier="$LATEST", MaximumRetryAttempts=1)
    assert api.get_function_event_invoke_config(FunctionName=function)["MaximumRetryAttempts"] == 1
    version = world.version(function)
    world.alias(function, version)
    for qualifier in (version, "live"):
        found = refused(api.get_function_event_invoke_config, FunctionName=function, Qualifier=qualifier)
        words = f"The function {world.arn(function, qualifier)} doesn't have an EventInvokeConfig"
        assert found == ("ResourceNotFoundException", 404, words)
    world.put(f"{function}:live", MaximumRetryAttempts=0)
    world.put(function, qualifier=version, MaximumRetryAttempts=2)
    listed = api.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    attempts = [(each["FunctionArn"].rpartition(":")[2], each["MaximumRetryAttempts"]) for each in listed]
    assert attempts == [("$LATEST", 1), (version, 2), ("live", 0)]


@fact("1.3", "alias deleted")
def test_an_alias_takes_its_configuration_with_it(world: World) -> None:
    """Captured Sept 2026: an alias of the same name starts without one."""
    function, api = world.function(), world.api
    world.alias(function)
    world.put(function, qualifier="live", MaximumRetryAttempts=0)
    world.put(function, MaximumRetryAttempts=0)
    api.delete_alias(FunctionName=function, Name="live")
    left = api.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    assert [each["FunctionArn"] for each in left] == [world.arn(function, "$LATEST")]
    world.alias(function)
    assert refused(api.get_function_event_invoke_config, FunctionName=function, Qualifier="live").status == 404


@fact("1.3", "function deleted")
@pytest.mark.unconfirmed("general knowledge; nobody has recorded it")
def test_a_function_takes_its_configurations_with_it(world: World) -> None:
    """A function of the same name starts without any."""
    function, api = world.function(), world.api
    world.alias(function)
    world.put(function, qualifier="live", MaximumRetryAttempts=0)
    world.put(function, MaximumRetryAttempts=0)
    api.delete_function(FunctionName=function)
    world.create(function)
    assert api.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"] == []
