"""The event invoke configuration API: each test states how AWS behaves.

Sources: Lambda API reference; answers recorded against AWS by LocalStack's snapshot tests (24 to 27 Nov 2025); captures
against AWS of Sept 2026.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import ACCOUNT, REGION, LocalAws

MISSING = ("ResourceNotFoundException", "The function doesn't exist.")
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.fixture
def function(local_aws: LocalAws) -> str:
    return local_aws.function()


@pytest.fixture
def api(local_aws: LocalAws) -> Any:
    return local_aws.client("lambda")


def settings(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "LastModified")}


def refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_unset_members_are_absent_and_the_arn_is_always_qualified(api: Any, function: str, local_aws: LocalAws) -> None:
    """Recorded: what was never set is left out; DestinationConfig is always there."""
    answer = api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=1)
    assert settings(answer) == {
        "FunctionArn": f"{local_aws.arn(function)}:$LATEST",
        "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
    }
    assert settings(api.get_function_event_invoke_config(FunctionName=function)) == settings(answer)
    assert answer["LastModified"].year >= 2026


def test_put_replaces_everything(api: Any, function: str, local_aws: LocalAws) -> None:
    """API reference, Put: "settings that you exclude are removed"."""
    queue = local_aws.queue().arn
    api.put_function_event_invoke_config(
        FunctionName=function, MaximumEventAgeInSeconds=60, DestinationConfig={"OnSuccess": {"Destination": queue}}
    )
    answer = api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    assert "MaximumEventAgeInSeconds" not in answer
    assert answer["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}


def test_update_keeps_what_it_is_not_told_and_an_empty_destination_clears(
    api: Any, function: str, local_aws: LocalAws
) -> None:
    """Captured: an omitted member and an empty object keep, the empty string clears."""
    queue = local_aws.queue().arn
    both = {"OnSuccess": {"Destination": queue}, "OnFailure": {"Destination": queue}}
    api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=1, DestinationConfig=both)
    update = api.update_function_event_invoke_config
    assert update(FunctionName=function, MaximumEventAgeInSeconds=90)["DestinationConfig"] == both
    kept = update(FunctionName=function, DestinationConfig={"OnFailure": {}})
    assert kept["DestinationConfig"] == both
    cleared = update(FunctionName=function, DestinationConfig={"OnFailure": {"Destination": ""}})
    assert cleared["DestinationConfig"] == {"OnSuccess": {"Destination": queue}, "OnFailure": {}}
    assert (cleared["MaximumRetryAttempts"], cleared["MaximumEventAgeInSeconds"]) == (1, 90)


def test_each_qualifier_has_its_own_and_nothing_is_inherited(api: Any, function: str, local_aws: LocalAws) -> None:
    """Recorded: publishing copies no configuration; unqualified and $LATEST are the same one."""
    version = api.publish_version(FunctionName=function)["Version"]
    api.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    api.put_function_event_invoke_config(FunctionName=function, Qualifier="$LATEST", MaximumRetryAttempts=1)
    assert api.get_function_event_invoke_config(FunctionName=function)["MaximumRetryAttempts"] == 1
    for qualifier in (version, "live"):
        code, message = refused(api.get_function_event_invoke_config, FunctionName=function, Qualifier=qualifier)
        arn = f"{local_aws.arn(function)}:{qualifier}"
        assert (code, message) == ("ResourceNotFoundException", f"The function {arn} doesn't have an EventInvokeConfig")
    api.put_function_event_invoke_config(FunctionName=f"{function}:live", MaximumRetryAttempts=0)
    api.put_function_event_invoke_config(FunctionName=function, Qualifier=version, MaximumRetryAttempts=2)
    listed = api.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    assert [each["FunctionArn"].rpartition(":")[2] for each in listed] == ["$LATEST", version, "live"]


def test_listing_pages(api: Any, function: str) -> None:
    """API reference, List: MaxItems 1 to 50, NextMarker while there is more."""
    for name in ("a", "b", "c"):
        api.create_alias(FunctionName=function, Name=name, FunctionVersion="$LATEST")
        api.put_function_event_invoke_config(FunctionName=function, Qualifier=name, MaximumRetryAttempts=0)
    first = api.list_function_event_invoke_configs(FunctionName=function, MaxItems=2)
    second = api.list_function_event_invoke_configs(FunctionName=function, MaxItems=2, Marker=first["NextMarker"])
    assert [len(page["FunctionEventInvokeConfigs"]) for page in (first, second)] == [2, 1]
    assert "NextMarker" not in second


def test_deleting_twice_is_an_error(api: Any, function: str) -> None:
    """Recorded: the second delete is 404."""
    api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    api.delete_function_event_invoke_config(FunctionName=function)
    assert refused(api.delete_function_event_invoke_config, FunctionName=function)[0] == "ResourceNotFoundException"


def test_an_alias_takes_its_configuration_with_it(api: Any, function: str) -> None:
    """Captured: deleting an alias deletes its configuration; so does deleting the function."""
    api.create_alias(FunctionName=function, Name="live", FunctionVersion="$LATEST")
    api.put_function_event_invoke_config(FunctionName=function, Qualifier="live", MaximumRetryAttempts=0)
    api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    api.delete_alias(FunctionName=function, Name="live")
    left = api.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    assert [each["FunctionArn"].rpartition(":")[2] for each in left] == ["$LATEST"]
    api.delete_function(FunctionName=function)
    assert refused(api.get_function_event_invoke_config, FunctionName=function)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "nosuch", "MaximumRetryAttempts": 1}, *MISSING),
        ({"Qualifier": "nosuch", "MaximumRetryAttempts": 1}, *MISSING),
        ({}, "InvalidParameterValueException",
         "You must specify at least one of error handling or destination setting."),
        ({"FunctionName": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f", "MaximumRetryAttempts": 1},
         "ResourceNotFoundException", f"Functions from 'eu-west-1' are not reachable in this region ('{REGION}')"),
    ],
)  # fmt: skip
def test_what_put_refuses(api: Any, function: str, params: dict[str, Any], code: str, message: str) -> None:
    """Recorded: the exact words."""
    assert refused(api.put_function_event_invoke_config, **{"FunctionName": function, **params}) == (code, message)


def test_two_qualifiers_that_disagree(api: Any, function: str) -> None:
    """Recorded."""
    found = refused(
        api.put_function_event_invoke_config, FunctionName=f"{function}:a", Qualifier="b", MaximumRetryAttempts=1
    )
    words = "The derived qualifier from the function name does not match the specified qualifier."
    assert found == ("InvalidParameterValueException", words)


def destination(slot: str, arn: str) -> dict[str, Any]:
    return {"DestinationConfig": {slot: {"Destination": arn}}}


SQS = f"arn:aws:sqs:{REGION}:{ACCOUNT}"
SNS = f"arn:aws:sns:{REGION}:{ACCOUNT}"
NOT_VALID = "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid."


@pytest.mark.parametrize(
    ("slot", "arn", "message"),
    [
        ("OnFailure", f"{SQS}:nosuch", f"The destination ARN {SQS}:nosuch is invalid."),
        ("OnFailure", f"{SNS}:nosuch", f"The destination ARN {SNS}:nosuch is invalid."),
        ("OnFailure", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nosuch",
         f"The destination ARN arn:aws:lambda:{REGION}:{ACCOUNT}:function:nosuch is invalid."),
        ("OnSuccess", "arn:aws:s3:::bucket", NOT_VALID.format("OnSuccess(destination=arn:aws:s3:::bucket)", "null")),
        ("OnFailure", f"arn:aws:iam::{ACCOUNT}:role/r",
         NOT_VALID.format("null", f"OnFailure(destination=arn:aws:iam::{ACCOUNT}:role/r)")),
        ("OnFailure", f"{SNS}:t.fifo", "FIFO-type Amazon SNS topics aren't supported as a destination."),
        ("OnFailure", "arn:aws:s3:::nosuch-bucket",
         "Error occurred while ListBucket. S3 Error Code: 404 Not Found. S3 Error Message: Not Found"),
    ],
)  # fmt: skip
def test_destinations_that_are_refused_whatever_the_role_may(
    api: Any, function: str, slot: str, arn: str, message: str
) -> None:
    """Recorded and captured: the role here may everything."""
    found = refused(api.put_function_event_invoke_config, FunctionName=function, **destination(slot, arn))
    assert found == ("InvalidParameterValueException", message)


@pytest.mark.parametrize("qualifier", ["", ":$LATEST", ":live"])
def test_no_function_is_its_own_destination(api: Any, function: str, local_aws: LocalAws, qualifier: str) -> None:
    """Recorded: whatever the qualifier."""
    arn = local_aws.arn(function) + qualifier
    found = refused(api.put_function_event_invoke_config, FunctionName=function, **destination("OnSuccess", arn))
    assert found == ("InvalidParameterValueException", "You can't specify the function as a destination for itself.")


def test_a_bus_is_not_looked_up(api: Any, function: str) -> None:
    """Captured: a bus that does not exist is accepted."""
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/nosuch"
    answer = api.put_function_event_invoke_config(FunctionName=function, **destination("OnFailure", arn))
    assert answer["DestinationConfig"]["OnFailure"] == {"Destination": arn}


def test_the_roles_permission_is_checked_at_put_and_a_refused_put_changes_nothing(
    local_aws: LocalAws, api: Any
) -> None:
    """Captured Sept 2026: the words for each service; S3 is asked for ListBucket first."""
    role = local_aws.role()
    function, queue = local_aws.function(role), local_aws.queue().arn
    topic = local_aws.client("sns").create_topic(Name=local_aws.name("topic"))["TopicArn"]
    other, bus = local_aws.arn(local_aws.function()), f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    bucket = local_aws.name("bucket")
    local_aws.client("s3").create_bucket(Bucket=bucket)
    api.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    lacks = "The function execution role does not have permissions to call {} on {}"
    for arn, action, named in (
        (queue, "SendMessage", queue),
        (topic, "Publish", topic),
        (bus, "PutEvents", bus),
        (other, "InvokeFunction", other),
        (f"arn:aws:s3:::{bucket}", "ListBucket", "S3"),
    ):
        found = refused(api.put_function_event_invoke_config, FunctionName=function, **destination("OnFailure", arn))
        assert found == ("InvalidParameterValueException", lacks.format(action, named))
    assert api.get_function_event_invoke_config(FunctionName=function)["MaximumRetryAttempts"] == 0
    local_aws.allow(role, {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"})
    arn = f"arn:aws:s3:::{bucket}"
    found = refused(api.put_function_event_invoke_config, FunctionName=function, **destination("OnFailure", arn))
    assert found[1] == lacks.format("PutObject", "S3")
    local_aws.allow(role, EVERYTHING)
    api.put_function_event_invoke_config(FunctionName=function, **destination("OnFailure", arn))


def test_a_dlq_is_checked_when_it_is_set(local_aws: LocalAws, api: Any) -> None:
    """Captured: the words of UpdateFunctionConfiguration."""
    role = local_aws.role()
    function, queue = local_aws.function(role), local_aws.queue().arn

    def refusal(arn: str) -> str:
        return refused(api.update_function_configuration, FunctionName=function, DeadLetterConfig={"TargetArn": arn})[1]

    wrong = "Invalid dead letter queue ARN: "
    lacks = "The provided execution role does not have permissions to call "
    assert refusal(queue) == f"{lacks}SendMessage on SQS"
    assert refusal(f"{SNS}:t") == f"{lacks}Publish on SNS"
    other = queue.replace(REGION, "eu-west-1")
    assert refusal(other) == (
        f"{wrong}The resource specified by the TargetArn must be in the same region as the Lambda function it's "
        "associated with."
    )
    assert refusal("arn:aws:s3:::b") == f"{wrong}Only Amazon SQS queues and Amazon SNS topics are supported."


def test_a_dlq_is_cleared_by_an_empty_target_and_kept_by_an_empty_config(local_aws: LocalAws, api: Any) -> None:
    """Recorded 24 Nov 2025: DeadLetterConfig={} returned the old TargetArn."""
    function, queue = local_aws.function(), local_aws.queue().arn
    update = api.update_function_configuration
    update(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    update(FunctionName=function, DeadLetterConfig={})
    assert api.get_function_configuration(FunctionName=function)["DeadLetterConfig"] == {"TargetArn": queue}
    update(FunctionName=function, DeadLetterConfig={"TargetArn": ""})
    answer = api.get_function_configuration(FunctionName=function)
    assert not answer.get("DeadLetterConfig", {}).get("TargetArn")
