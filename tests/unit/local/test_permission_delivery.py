"""Delivery uses the execution role: what it may not do does not arrive."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.local.invoke_config import StoredConfig
from tests.unit.local.emulator_stage import ALLOW_ALL, FAILURE, Emulated, document, known, play

ECHO = "def handler(event, context):\n    return event\n"
FAILS = "def handler(event, context):\n    raise ValueError('boom')\n"


def allow(action: str, resource: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


async def delivered(aws: Emulated, queue: str, role: str) -> bool:
    """Send one success to a queue and say whether it arrived; exactly one of arriving and counting happens."""
    function = aws.key("f")
    if await aws.engine.functions.get(function) is None:
        await aws.function("f", role, ECHO)
    aws.configs.put(function, StoredConfig(on_success=queue))
    before = await aws.counted("DestinationDeliveryFailures")
    await aws.accept(function)
    await aws.idle()
    failed = await aws.counted("DestinationDeliveryFailures") - before
    arrived = not await aws.empty(queue)
    assert arrived is (failed == 0)
    return arrived


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([allow("sqs:SendMessage", "{queue}")], True),
        ([allow("sqs:*", "*")], True),
        ([allow("sqs:SendMessage", "{queue}x")], False),
        ([allow("sqs:ReceiveMessage", "{queue}")], False),
        ([ALLOW_ALL, {"Effect": "Deny", "Action": "sqs:SendMessage", "Resource": "{queue}"}], False),
        # Delivery carries no lambda:SourceFunctionArn (captures of Sept 2026).
        ([allow("sqs:SendMessage", "*", Condition={"ArnLike": {"lambda:SourceFunctionArn": "*"}})], False),
        # What cannot be told is never allowed.
        ([allow("sqs:SendMessage", "*", Condition={"NoSuchOperator": {"aws:SourceIp": "x"}})], False),
    ],
)
def test_identity_policies_decide(statements: list[Any], expected: bool) -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        filled = json.loads(json.dumps(statements).replace("{queue}", queue))
        assert await delivered(aws, queue, await aws.role(*filled)) is expected

    play(act)


def test_a_role_that_does_not_exist_may_nothing() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        assert not await delivered(aws, queue, f"arn:aws:iam::{aws.account}:role/nobody")

    play(act)


def test_attached_policies_count_and_a_boundary_takes_away() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        role = await aws.role()
        policy = (await aws.call("iam", "CreatePolicy", PolicyName="all", PolicyDocument=document(ALLOW_ALL)))["Policy"]
        await aws.call("iam", "AttachRolePolicy", RoleName="role", PolicyArn=policy["Arn"])
        assert await delivered(aws, queue, role)
        edge = document(allow("sns:*", "*"))
        boundary = (await aws.call("iam", "CreatePolicy", PolicyName="edge", PolicyDocument=edge))["Policy"]
        await aws.call("iam", "PutRolePermissionsBoundary", RoleName="role", PermissionsBoundary=boundary["Arn"])
        aws.engine.forget()
        await aws.call("sqs", "PurgeQueue", QueueUrl=await aws.url(queue))
        assert not await delivered(aws, queue, role)

    play(act)


def test_permission_is_read_at_each_delivery() -> None:
    async def act(aws: Emulated) -> None:
        queue = await aws.queue("q")
        role = await aws.role()
        assert not await delivered(aws, queue, role)
        await aws.call(
            "iam", "PutRolePolicy", RoleName="role", PolicyName="p", PolicyDocument=document(allow("sqs:*", "*"))
        )
        aws.engine.forget()  # as every write to IAM does
        assert await delivered(aws, queue, role)

    play(act)


@pytest.mark.parametrize(
    ("identity", "effect", "expected"), [(ALLOW_ALL, "Deny", False), (None, "Allow", True), (None, "Deny", False)]
)
def test_the_queues_own_policy_has_a_say(identity: Any, effect: str, expected: bool) -> None:
    async def act(aws: Emulated) -> None:
        queue = aws.arn("sqs", "q")
        role = await aws.role(*([identity] if identity else []))
        statement = {"Effect": effect, "Principal": {"AWS": role}, "Action": "sqs:SendMessage", "Resource": queue}
        await aws.queue("q", Policy=document(statement))
        assert await delivered(aws, queue, role) is expected

    play(act)


@pytest.mark.parametrize(
    ("identity", "named", "expected"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_a_queue_in_another_account_needs_both(identity: bool, named: bool, expected: bool) -> None:
    """IAM User Guide, "Cross-account policy evaluation logic": both accounts must allow."""

    async def act(aws: Emulated) -> None:
        theirs = Emulated()
        queue = theirs.arn("sqs", "q")
        role = await aws.role(*([allow("sqs:SendMessage", queue)] if identity else []))
        whose = role if named else f"{role}-other"
        own = {"Effect": "Allow", "Principal": {"AWS": whose}, "Action": "sqs:SendMessage", "Resource": queue}
        await theirs.queue("q", Policy=document(own))
        aws.configs.put(await aws.function("f", role, ECHO), StoredConfig(on_success=queue))
        await aws.accept(aws.key("f"))
        await aws.idle()
        assert await aws.counted("DestinationDeliveryFailures") == (0 if expected else 1)
        assert await theirs.empty(queue) is not expected

    play(act)


@pytest.mark.parametrize(("limit", "expected"), [("sqs:*", True), ("sns:*", False)])
def test_a_boundary_limits_what_the_queue_grants_to_the_role(limit: str, expected: bool) -> None:
    """IAM User Guide, "Policy evaluation logic": a boundary's implicit deny limits a grant to a role's ARN."""

    async def act(aws: Emulated) -> None:
        queue, role = aws.arn("sqs", "q"), await aws.role()
        edge = await aws.call("iam", "CreatePolicy", PolicyName="edge", PolicyDocument=document(allow(limit, "*")))
        arn = edge["Policy"]["Arn"]
        await aws.call("iam", "PutRolePermissionsBoundary", RoleName="role", PermissionsBoundary=arn)
        own = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sqs:SendMessage", "Resource": queue}
        await aws.queue("q", Policy=document(own))
        assert await delivered(aws, queue, role) is expected

    play(act)


def test_a_bucket_needs_put_object_alone_once_configured() -> None:
    async def act(aws: Emulated) -> None:
        bucket = f"bucket-{aws.account}"
        await aws.call("s3", "CreateBucket", Bucket=bucket)
        role = await aws.role(
            allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"),
            {"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"},
        )
        function = await aws.function("f", role, FAILS)
        aws.configs.put(function, replace(FAILURE, on_failure=f"arn:aws:s3:::{bucket}"))
        await aws.accept(function)
        await aws.idle()
        assert len((await aws.call("s3", "ListObjectsV2", Bucket=bucket))["Contents"]) == 1
        await aws.call(
            "s3", "PutBucketPolicy", Bucket=bucket,
            Policy=document({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}),
        )  # fmt: skip
        aws.engine.forget()  # as every write to a destination does
        await aws.accept(function)
        await aws.idle()
        assert len((await aws.call("s3", "ListObjectsV2", Bucket=bucket))["Contents"]) == 1
        assert await aws.counted("DestinationDeliveryFailures") == 1

    play(act)


def test_a_grant_on_a_function_does_not_cover_its_alias() -> None:
    async def act(aws: Emulated) -> None:
        own = await aws.role(name="own")
        target = await aws.function("target", own, ECHO)
        await aws.call("lambda", "PublishVersion", FunctionName="target")
        await aws.call("lambda", "CreateAlias", FunctionName="target", Name="live", FunctionVersion="1")
        role = await aws.role(allow("lambda:InvokeFunction", target.unqualified_arn))
        function = await aws.function("f", role, ECHO)
        for destination, failures in ((target.unqualified_arn, 0), (f"{target.unqualified_arn}:live", 1)):
            aws.configs.put(function, StoredConfig(on_success=destination))
            await aws.accept(function)
            await aws.idle()
            assert await aws.counted("DestinationDeliveryFailures") == failures

    play(act)


@pytest.mark.parametrize(
    ("actions", "principal", "expected"),
    [
        (["kms:GenerateDataKey", "kms:Decrypt"], "root", True),
        (["kms:GenerateDataKey"], "root", False),
        ([], "role", True),
        (["kms:GenerateDataKey", "kms:Decrypt"], "nobody", False),
    ],
)
def test_a_queue_with_a_key_of_ones_own_needs_the_key_too(actions: list[str], principal: str, expected: bool) -> None:
    async def act(aws: Emulated) -> None:
        kms = [{"Effect": "Allow", "Action": actions, "Resource": "*"}] if actions else []
        role = await aws.role(allow("sqs:SendMessage", "*"), *kms)
        whose = {"root": f"arn:aws:iam::{aws.account}:root", "role": role, "nobody": f"{role}-other"}
        policy = document(
            {"Effect": "Allow", "Principal": {"AWS": whose[principal]}, "Action": "kms:*", "Resource": "*"}
        )
        key = (await aws.call("kms", "CreateKey", Policy=policy))["KeyMetadata"]
        queue = await aws.queue("q", KmsMasterKeyId=key["KeyId"])
        assert await delivered(aws, queue, role) is expected

    play(act)


@pytest.mark.parametrize("attributes", [{"KmsMasterKeyId": "alias/aws/sqs"}, {"SqsManagedSseEnabled": "true"}])
def test_keys_of_aws_let_through(attributes: dict[str, str]) -> None:
    async def act(aws: Emulated) -> None:
        role = await aws.role(allow("sqs:SendMessage", "*"))
        assert await delivered(aws, await aws.queue("q", **attributes), role)

    play(act)


def test_the_dead_letter_queue_needs_its_own_permission() -> None:
    async def act(aws: Emulated) -> None:
        failed, dead = await aws.queue("failed"), await aws.queue("dead")
        role = await aws.role(allow("sqs:SendMessage", failed))
        function = await aws.function("f", role, FAILS, DeadLetterConfig={"TargetArn": dead})
        aws.configs.put(function, replace(FAILURE, on_failure=failed))
        await aws.accept(function)
        await aws.idle()
        assert not await aws.empty(failed)
        assert await aws.empty(dead)
        assert await aws.counted("DeadLetterErrors") == 1
        assert await aws.counted("DestinationDeliveryFailures") == 0
        assert (await known(aws, function)).dead_letter == dead

    play(act)
