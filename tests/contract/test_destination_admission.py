"""What Lambda refuses when an event invoke configuration is set, each with its code, its status and its words.

Sources: answers recorded against AWS by LocalStack's snapshot tests (24 to 27 Nov 2025); captures against AWS of Sept
2026; reports of users where nothing better is known, which are marked as unconfirmed.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.world import Refusal, World, allow, refused

fact = pytest.mark.fact
LACKS = "The function execution role does not have permissions to call {} on {}"
PATTERN = (
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)


def invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", 400, message)


def to(slot: str, arn: str) -> dict[str, Any]:
    return {"DestinationConfig": {slot: {"Destination": arn}}}


def refusal(world: World, slot: str, arn: str, function: str = "") -> Refusal:
    """Put a destination that must be refused; the role may everything unless the function has another."""
    call = world.api.put_function_event_invoke_config
    return refused(call, FunctionName=function or world.function(), **to(slot, arn))


@fact("1.4", "function missing")
@fact("1.3", "must exist")
@pytest.mark.parametrize("missing", ["function", "alias", "version"])
def test_put_needs_its_function_and_its_qualifier(world: World, missing: str) -> None:
    """Recorded Nov 2025: a missing qualifier is called a missing function."""
    name = "nosuch" if missing == "function" else world.function()
    qualifier = {"alias": {"Qualifier": "nosuch"}, "version": {"Qualifier": "77"}}.get(missing, {})
    call = world.api.put_function_event_invoke_config
    found = refused(call, FunctionName=name, MaximumRetryAttempts=1, **qualifier)
    assert found == ("ResourceNotFoundException", 404, "The function doesn't exist.")


@fact("1.4", "function missing")
def test_update_and_list_need_their_function(world: World) -> None:
    """Recorded Nov 2025."""
    missing = ("ResourceNotFoundException", 404, "The function doesn't exist.")
    update = world.api.update_function_event_invoke_config
    assert refused(update, FunctionName="nosuch", MaximumRetryAttempts=1) == missing
    assert refused(world.api.list_function_event_invoke_configs, FunctionName="nosuch") == missing


@fact("1.4", "no configuration")
@pytest.mark.parametrize("operation", ["get", "delete", "update"])
@pytest.mark.parametrize("qualifier", ["$LATEST", "nosuch"])
def test_what_is_not_configured_is_not_found(world: World, operation: str, qualifier: str) -> None:
    """Recorded Nov 2025: with the qualified ARN, also where the qualifier does not exist."""
    call = getattr(world.api, f"{operation}_function_event_invoke_config")
    more = {"MaximumRetryAttempts": 1} if operation == "update" else {}
    function = world.function()
    words = f"The function {world.arn(function, qualifier)} doesn't have an EventInvokeConfig"
    found = refused(call, FunctionName=function, Qualifier=qualifier, **more)
    assert found == ("ResourceNotFoundException", 404, words)


@fact("1.4", "no configuration")
@pytest.mark.parametrize("operation", ["get", "delete"])
def test_a_function_that_is_missing_is_not_configured(world: World, operation: str) -> None:
    """Recorded Nov 2025: Get and Delete do not tell the two apart."""
    call = getattr(world.api, f"{operation}_function_event_invoke_config")
    words = f"The function {world.arn('nosuch', '$LATEST')} doesn't have an EventInvokeConfig"
    assert refused(call, FunctionName="nosuch") == ("ResourceNotFoundException", 404, words)


@fact("1.4", "other region's function")
@pytest.mark.parametrize("operation", ["put", "update", "get", "delete", "list"])
def test_a_function_of_another_region_is_out_of_reach(world: World, operation: str) -> None:
    """Recorded Nov 2025."""
    other = "eu-west-3" if world.region != "eu-west-3" else "eu-west-2"
    call = getattr(world.api, f"{operation}_function_event_invoke_config{'s' if operation == 'list' else ''}")
    more = {"MaximumRetryAttempts": 1} if operation in ("put", "update") else {}
    arn = world.arn("orders").replace(world.region, other)
    words = f"Functions from '{other}' are not reachable in this region ('{world.region}')"
    assert refused(call, FunctionName=arn, **more) == ("ResourceNotFoundException", 404, words)


@fact("1.4", "qualifier conflict")
@fact("1.3", "two qualifiers")
@pytest.mark.parametrize("form", ["{name}:a", "{arn}:a"])
def test_two_qualifiers_must_agree(world: World, form: str) -> None:
    """Recorded Nov 2025."""
    function = world.function()
    name = form.format(name=function, arn=world.arn(function))
    call = world.api.put_function_event_invoke_config
    words = "The derived qualifier from the function name does not match the specified qualifier."
    assert refused(call, FunctionName=name, Qualifier="b", MaximumRetryAttempts=1) == invalid(words)
    world.alias(function, name="a")
    assert call(FunctionName=name, Qualifier="a", MaximumRetryAttempts=1)["FunctionArn"] == world.arn(function, "a")


@fact("1.3", "List unqualified")
@pytest.mark.unconfirmed("an emulator's author read it, nobody recorded it")
def test_list_takes_no_qualifier(world: World) -> None:
    """The configurations of all qualifiers are listed together."""
    call = world.api.list_function_event_invoke_configs
    found = refused(call, FunctionName=f"{world.function()}:live")
    assert found == invalid("The function name must not include a version number or alias.")


@fact("1.4", "pattern")
@fact("1.1", "Destination pattern")
@pytest.mark.parametrize("text", ["nonsense", "arn:aws:sqs", "http://x", "arn:aws:sqs:nowhere:1:q"])
@pytest.mark.parametrize(("slot", "member"), [("OnSuccess", "onSuccess"), ("OnFailure", "onFailure")])
def test_a_destination_must_look_like_one(world: World, slot: str, member: str, text: str) -> None:
    """Recorded Nov 2025, pattern and all."""
    words = f"Value '{text}' at 'destinationConfig.{member}.destination' failed to satisfy constraint: "
    found = refusal(world, slot, text)
    assert (found.code, found.status) == ("ValidationException", 400)
    pattern = f"Member must satisfy regular expression pattern: {PATTERN}"
    assert found.message == f"1 validation error detected: {words}{pattern}"


@fact("1.4", "pattern")
@pytest.mark.unconfirmed("seen of other calls of AWS's, not of this one")
def test_all_that_is_wrong_is_told_at_once(world: World) -> None:
    """API errors count what is wrong: "2 validation errors detected", one after the other."""
    call = world.unchecked.put_function_event_invoke_config
    found = refused(call, FunctionName=world.function(), MaximumRetryAttempts=7, **to("OnFailure", "nonsense"))
    assert (found.code, found.status) == ("ValidationException", 400)
    assert found.message.startswith("2 validation errors detected: Value '")
    assert "Value 'nonsense' at 'destinationConfig.onFailure.destination'" in found.message
    assert "Value '7' at 'maximumRetryAttempts'" in found.message


@fact("1.4", "itself")
@fact("2", "Lambda")
@pytest.mark.parametrize("slot", ["OnSuccess", "OnFailure"])
@pytest.mark.parametrize("qualifier", ["", "$LATEST", "live", "1"])
def test_no_function_is_its_own_destination(world: World, slot: str, qualifier: str) -> None:
    """Recorded Nov 2025: whatever the qualifier."""
    function = world.function()
    found = refusal(world, slot, world.arn(function, qualifier), function)
    assert found == invalid("You can't specify the function as a destination for itself.")


@fact("1.4", "target missing")
@pytest.mark.parametrize(
    ("service", "resource"), [("sqs", "{}nosuch"), ("sns", "{}nosuch"), ("lambda", "function:{}nosuch")]
)
@pytest.mark.parametrize("slot", ["OnSuccess", "OnFailure"])
def test_a_destination_must_exist(world: World, slot: str, service: str, resource: str) -> None:
    """Recorded Nov 2025 and captured Sept 2026: even though the role may."""
    arn = world.arn_of(service, resource.format(world.prefix))
    assert refusal(world, slot, arn) == invalid(f"The destination ARN {arn} is invalid.")


@fact("1.4", "target missing")
def test_a_destinations_alias_must_exist(world: World) -> None:
    """Captured Sept 2026."""
    arn = world.arn(world.function(), "nosuch")
    assert refusal(world, "OnSuccess", arn) == invalid(f"The destination ARN {arn} is invalid.")


@fact("1.4", "unsupported")
@fact("2", "others", "S3")
@pytest.mark.parametrize(
    ("slot", "arn"),
    [
        ("OnFailure", "arn:aws:iam::{account}:role/orders"),
        ("OnSuccess", "arn:aws:iam::{account}:role/orders"),
        ("OnSuccess", "arn:aws:s3:::orders"),
        ("OnFailure", "arn:aws:s3:::"),
    ],
)
def test_what_lambda_does_not_deliver_to(world: World, slot: str, arn: str) -> None:
    """Recorded Nov 2025 for IAM; S3 on success and the empty bucket captured Sept 2026."""
    arn = arn.format(account=world.account)
    named = f"{slot}(destination={arn})"
    both = (named, "null") if slot == "OnSuccess" else ("null", named)
    words = "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid."
    assert refusal(world, slot, arn) == invalid(words.format(*both))


@fact("2", "others", "Kafka")
@pytest.mark.unconfirmed("recorded for IAM only; of these it is general knowledge that they are refused")
@pytest.mark.parametrize(
    "destination",
    [
        "arn:aws:states:{region}:{account}:stateMachine:orders",
        "arn:aws:kinesis:{region}:{account}:stream/orders",
        "arn:aws:firehose:{region}:{account}:deliverystream/orders",
        "arn:aws:dynamodb:{region}:{account}:table/orders",
        "kafka://orders",
    ],
)
def test_other_services_take_no_records(world: World, destination: str) -> None:
    """Developer Guide: the destinations of asynchronous invocations are five."""
    destination = destination.format(region=world.region, account=world.account)
    found = refusal(world, "OnFailure", destination)
    assert (found.code, found.status) == ("InvalidParameterValueException", 400)
    assert found.message.startswith("The provided destination config DestinationConfig(onSuccess=null, onFailure=")


@fact("1.4", "SNS FIFO")
@fact("2", "SNS FIFO")
@pytest.mark.parametrize("slot", ["OnSuccess", "OnFailure"])
def test_no_fifo_topic(world: World, slot: str) -> None:
    """Captured Sept 2026."""
    name = f"{world.name('topic')}.fifo"
    arn = world.client("sns").create_topic(Name=name, Attributes={"FifoTopic": "true"})["TopicArn"]
    assert refusal(world, slot, arn) == invalid("FIFO-type Amazon SNS topics aren't supported as a destination.")


@fact("1.4", "SQS FIFO")
@fact("2", "SQS FIFO")
@pytest.mark.unconfirmed("that it is refused is documented; the words are an emulator's author's")
@pytest.mark.parametrize("slot", ["OnSuccess", "OnFailure"])
def test_no_fifo_queue(world: World, slot: str) -> None:
    """Developer Guide: FIFO queues are not supported."""
    name = f"{world.name('queue')}.fifo"
    world.client("sqs").create_queue(QueueName=name, Attributes={"FifoQueue": "true"})
    arn = world.arn_of("sqs", name)
    assert refusal(world, slot, arn) == invalid(f"The destination ARN {arn} is invalid.")


@fact("1.4", "partner bus")
@pytest.mark.unconfirmed("a user's report of 2020")
def test_no_partners_bus(world: World) -> None:
    """Partners' buses take their partners' events alone."""
    arn = world.arn_of("events", "event-bus/aws.partner/example.com/orders")
    assert refusal(world, "OnFailure", arn) == invalid(f"The destination ARN {arn} is invalid.")


@fact("1.4", "bus missing")
@fact("2", "EventBridge")
def test_a_bus_is_not_looked_up(world: World) -> None:
    """Captured Sept 2026: a bus that does not exist is accepted."""
    arn = world.arn_of("events", f"event-bus/{world.prefix}nosuch")
    assert world.put(world.function(), on_failure=arn)["DestinationConfig"]["OnFailure"] == {"Destination": arn}


@fact("1.4", "no permission")
@pytest.mark.parametrize(
    ("kind", "action"),
    [("queue", "SendMessage"), ("topic", "Publish"), ("bus", "PutEvents"), ("function", "InvokeFunction")],
)
@pytest.mark.parametrize("slot", ["OnSuccess", "OnFailure"])
def test_the_roles_permission_is_checked(world: World, slot: str, kind: str, action: str) -> None:
    """Captured Sept 2026: the action without its service, and the destination's ARN."""
    arn = world.destination(kind)
    found = refusal(world, slot, arn, world.function(world.role()))
    assert found == invalid(LACKS.format(action, arn))


@fact("1.4", "no permission")
def test_an_unqualified_grant_does_not_cover_an_alias(world: World) -> None:
    """Reported to aws-cdk (19273): the ARN is authorised as it was configured."""
    target = world.function()
    alias = world.alias(target)
    role = world.role(allow("lambda:InvokeFunction", world.arn(target)))
    function = world.function(role)
    assert refusal(world, "OnSuccess", alias, function) == invalid(LACKS.format("InvokeFunction", alias))
    world.allow(role, allow("lambda:InvokeFunction", f"{world.arn(target)}:*"))
    world.put(function, alias)


@fact("1.4", "S3 prefix")
@pytest.mark.unconfirmed("an emulator's author accepts it; two users report that it was refused")
def test_a_grant_on_the_prefix_of_records_is_enough(world: World) -> None:
    """Guide: records are stored under aws/lambda/async/."""
    bucket = world.bucket()
    arn = f"arn:aws:s3:::{bucket}"
    role = world.role(allow("s3:ListBucket", arn), allow("s3:PutObject", f"{arn}/aws/lambda/async/*"))
    assert world.put(world.function(role), on_failure=arn)["DestinationConfig"]["OnFailure"] == {"Destination": arn}


@fact("1.4", "S3 ListBucket", "S3 PutObject", "S3 missing")
@fact("1.1", "Destination pattern")
def test_a_bucket_is_asked_for_twice(world: World) -> None:
    """Captured Sept 2026: ListBucket, then the bucket itself, then PutObject."""
    bucket, role = world.bucket(), world.role()
    function, arn = world.function(role), f"arn:aws:s3:::{bucket}"
    assert refusal(world, "OnFailure", arn, function) == invalid(LACKS.format("ListBucket", "S3"))
    world.allow(role, allow("s3:ListBucket", "*"))
    missing = "Error occurred while ListBucket. S3 Error Code: 404 Not Found. S3 Error Message: Not Found"
    world.until_refused_with(missing, lambda: refusal(world, "OnFailure", f"{arn}-nosuch", function))
    assert refusal(world, "OnFailure", arn, function) == invalid(LACKS.format("PutObject", "S3"))
    world.allow(role, allow("s3:ListBucket", arn), allow("s3:PutObject", f"{arn}/*"))
    world.put(function, on_failure=arn)


@fact("1.4", "concurrent change")
@pytest.mark.unconfirmed("modelled; when AWS really says so is not known")
def test_changes_at_the_same_time_are_taken_or_told_to_be_in_conflict(world: World) -> None:
    """API reference: "The resource already exists, or another operation is in progress"."""
    function, client = world.function(), world.api

    def put(attempts: int) -> tuple[str, int]:
        try:
            client.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=attempts)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        return "", 200

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(put, [0, 1, 2, 0]))
    assert ("", 200) in answers
    assert answers <= {("", 200), ("ResourceConflictException", 409)}
