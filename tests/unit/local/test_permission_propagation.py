"""IAM's changes reach Lambda only after a while, and in the order they were made in."""

from typing import Any
from urllib.parse import urlencode

from lambda_dest_cli.local.http import Request
from lambda_dest_cli.local.propagation import DelayedPermissions
from tests.unit.local.emulator_stage import ALLOW_ALL, REGION, Emulated, document, play


class Watcher:
    """Lambda's view of one account's roles, on a clock that the test moves."""

    def __init__(self, aws: Emulated) -> None:
        self.aws = aws
        self.now = 100.0
        self.seen = DelayedPermissions(aws.backend, 4.0, lambda: self.now)

    async def change(self, operation: str, **params: Any) -> None:
        """Make an IAM call, as the application lets one through."""
        body = urlencode({"Action": operation, **params})
        scope = f"Credential={self.aws.account}/20260101/{REGION}/iam/aws4_request"
        await self.seen.before(Request("POST", "/", {}, {"authorization": scope}, body.encode()))
        await self.aws.call("iam", operation, **params)
        self.seen.forget()

    async def may(self, role: str) -> bool:
        return await self.seen.allows(role, "sqs:SendMessage", self.aws.arn("sqs", "q"), REGION)


def test_a_permission_counts_only_after_a_while() -> None:
    async def act(aws: Emulated) -> None:
        watcher, role = Watcher(aws), await aws.role()
        await watcher.change("PutRolePolicy", RoleName="role", PolicyName="p", PolicyDocument=document(ALLOW_ALL))
        assert not await watcher.may(role)
        watcher.now += 3.9
        assert not await watcher.may(role)
        watcher.now += 0.2
        assert await watcher.may(role)

    play(act)


def test_a_permission_that_was_taken_away_counts_a_while_longer() -> None:
    async def act(aws: Emulated) -> None:
        watcher, role = Watcher(aws), await aws.role(ALLOW_ALL)
        await watcher.change("DeleteRolePolicy", RoleName="role", PolicyName="p")
        assert await watcher.may(role)
        watcher.now += 4.1
        assert not await watcher.may(role)

    play(act)


def test_each_change_arrives_in_its_turn() -> None:
    async def act(aws: Emulated) -> None:
        watcher, role = Watcher(aws), await aws.role()
        await watcher.change("PutRolePolicy", RoleName="role", PolicyName="p", PolicyDocument=document(ALLOW_ALL))
        watcher.now += 2.0
        await watcher.change("DeleteRolePolicy", RoleName="role", PolicyName="p")
        seen = []
        for _ in range(4):
            seen.append(await watcher.may(role))
            watcher.now += 2.0
        assert seen == [False, True, False, False]

    play(act)


def test_a_role_that_was_just_made_is_not_known_yet() -> None:
    async def act(aws: Emulated) -> None:
        watcher = Watcher(aws)
        await watcher.change("CreateRole", RoleName="new", AssumeRolePolicyDocument=document())
        role = f"arn:aws:iam::{aws.account}:role/new"
        await watcher.change("PutRolePolicy", RoleName="new", PolicyName="p", PolicyDocument=document(ALLOW_ALL))
        assert await watcher.seen.policies(role, REGION) is None
        watcher.now += 4.1
        assert await watcher.may(role)

    play(act)


def test_a_managed_policy_changes_every_role_it_is_attached_to() -> None:
    async def act(aws: Emulated) -> None:
        watcher, role = Watcher(aws), await aws.role()
        nothing = document({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
        made = await aws.call("iam", "CreatePolicy", PolicyName="shared", PolicyDocument=nothing)
        arn = made["Policy"]["Arn"]
        await watcher.change("AttachRolePolicy", RoleName="role", PolicyArn=arn)
        watcher.now += 5
        await watcher.change(
            "CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document(ALLOW_ALL), SetAsDefault=True
        )
        assert not await watcher.may(role)
        watcher.now += 5
        assert await watcher.may(role)

    play(act)
