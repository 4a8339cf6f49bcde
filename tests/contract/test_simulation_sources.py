"""Whose policies the simulator looks at, who it takes for the caller, and what it refuses: IAM API reference."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import ACCOUNT, LocalAws, document
from tests.contract.test_simulation import GRANTED, SEND, allow, custom, deny, simulate
from tests.contract.world import World

THEIRS = "arn:aws:sqs:us-east-1:210987654321:theirs"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"


def decision(found: list[dict[str, Any]]) -> str:
    return str(found[0]["EvalDecision"])


def managed(aws: LocalAws, *statements: dict[str, Any]) -> str:
    name = aws.name("managed")
    return str(aws.client("iam").create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"])


def test_attached_policies_count_and_custom_ones_stand_alone(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy reads what is attached; SimulateCustomPolicy only what it is given."""
    iam, role = local_aws.client("iam"), local_aws.role()
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=managed(local_aws, allow(SEND, "*")))
    assert decision(simulate(local_aws, role, [SEND], [GRANTED])) == "allowed"
    assert custom(local_aws, document(allow("sns:*", "*")))["EvalDecision"] == "implicitDeny"


def test_policies_may_be_added_to_those_that_are_attached(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy, PolicyInputList: additional policy documents; they are named by their number."""
    role = local_aws.role(allow(SEND, "*"))
    [found] = simulate(local_aws, role, ["sns:Publish"], ["*"], PolicyInputList=[document(allow("sns:*", "*"))])
    assert [each["SourcePolicyId"] for each in found["MatchedStatements"]] == ["PolicyInputList.1"]
    assert decision(simulate(local_aws, role, [SEND], ["*"], PolicyInputList=[document(deny(SEND))])) == "explicitDeny"


def test_a_user_has_the_policies_of_its_groups(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy: "includes all policies that are attached to any groups the user belongs to"."""
    iam = local_aws.client("iam")
    user, group = local_aws.name("user"), local_aws.name("group")
    arn = iam.create_user(UserName=user, Path="/team/")["User"]["Arn"]
    group_arn = iam.create_group(GroupName=group)["Group"]["Arn"]
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document(allow("sns:*", "*")))
    iam.put_group_policy(GroupName=group, PolicyName="ours", PolicyDocument=document(allow(SEND, "*")))
    iam.attach_group_policy(GroupName=group, PolicyArn=managed(local_aws, allow("s3:*", "*")))
    iam.attach_user_policy(UserName=user, PolicyArn=managed(local_aws, allow("kms:*", "*")))
    assert decision(simulate(local_aws, arn, [SEND], ["*"])) == "implicitDeny"
    iam.add_user_to_group(UserName=user, GroupName=group)
    actions = [SEND, "sns:Publish", "s3:GetObject", "kms:Decrypt"]
    found = simulate(local_aws, arn, actions, ["*"])
    assert [each["EvalDecision"] for each in found] == ["allowed"] * 4
    assert [each["MatchedStatements"][0]["SourcePolicyId"] for each in found[:2]] == [
        f"group_{group}_ours",
        f"user_{user}_own",
    ]
    assert [each["EvalDecision"] for each in simulate(local_aws, group_arn, actions, ["*"])] == [
        "allowed",
        "implicitDeny",
        "allowed",
        "implicitDeny",
    ]


def test_a_users_boundary_limits_it(local_aws: LocalAws) -> None:
    """IAM User Guide, "Permissions boundaries": of users and roles."""
    iam, user = local_aws.client("iam"), local_aws.name("user")
    arn = iam.create_user(UserName=user, PermissionsBoundary=managed(local_aws, allow("s3:*", "*")))["User"]["Arn"]
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document(allow("*", "*")))
    assert decision(simulate(local_aws, arn, [SEND], ["*"])) == "implicitDeny"
    assert decision(simulate(local_aws, arn, ["s3:GetObject"], ["*"])) == "allowed"


@pytest.mark.parametrize(
    ("excluded", "decisions"),
    [
        ({"PolicyType": "inline"}, ["implicitDeny", "allowed"]),
        ({"PolicyType": "user-managed"}, ["allowed", "implicitDeny"]),
        ({"PolicyType": "aws-managed"}, ["allowed", "allowed"]),
        ({"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/man*"}, ["allowed", "implicitDeny"]),
        (
            {"InlinePolicyIdentifier": {"PolicyName": "test", "AttachmentType": "role", "AttachmentName": "ro*"}},
            ["implicitDeny", "allowed"],
        ),
        (
            {"InlinePolicyIdentifier": {"PolicyName": "test", "AttachmentType": "user", "AttachmentName": "*"}},
            ["allowed", "allowed"],
        ),
    ],
)
def test_policies_can_be_left_out(local_aws: LocalAws, excluded: dict[str, Any], decisions: list[str]) -> None:
    """SimulatePrincipalPolicy, PolicyExclusionList: "what the simulation result would be if a policy were removed"."""
    role = local_aws.role(allow(SEND, "*"))
    local_aws.client("iam").attach_role_policy(
        RoleName=role.rpartition("/")[2], PolicyArn=managed(local_aws, allow("sns:*", "*"))
    )
    found = simulate(local_aws, role, [SEND, "sns:Publish"], ["*"], PolicyExclusionList=[excluded])
    assert [each["EvalDecision"] for each in found] == decisions


def test_a_boundary_can_be_left_out(local_aws: LocalAws) -> None:
    """PolicyIdentifier, PolicyType ``permission-boundary``."""
    role = local_aws.role(allow(SEND, "*"), boundary=managed(local_aws, allow("s3:*", "*")))
    [found] = simulate(local_aws, role, [SEND], ["*"], PolicyExclusionList=[{"PolicyType": "permission-boundary"}])
    assert found["EvalDecision"] == "allowed"
    assert "PermissionsBoundaryDecisionDetail" not in found


# The resource's own policy


def test_the_resources_policy_grants_at_home(local_aws: LocalAws) -> None:
    """IAM User Guide, "Policy evaluation logic": in one account either is enough."""
    own = document(allow(SEND, GRANTED, Principal={"AWS": USER}))
    call: dict[str, Any] = {"ResourceArns": [GRANTED], "ResourcePolicy": own}
    found = custom(local_aws, document(allow("sns:*", "*")), CallerArn=USER, **call)
    assert found["EvalDecision"] == "allowed"
    assert [(each["SourcePolicyId"], each["SourcePolicyType"]) for each in found["MatchedStatements"]] == [
        ("ResourcePolicy", "Resource Policy")
    ]
    assert custom(local_aws, document(allow("sns:*", "*")), CallerArn=ROLE, **call)["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize(
    ("identity", "own", "whole", "details"),
    [
        ("Allow", "Allow", "allowed", ("allowed", "allowed")),
        ("Allow", None, "implicitDeny", ("allowed", "implicitDeny")),
        (None, "Allow", "implicitDeny", ("implicitDeny", "allowed")),
        ("Allow", "Deny", "explicitDeny", ("allowed", "explicitDeny")),
    ],
)
def test_across_accounts_both_must_allow_and_the_details_say_who_does(
    local_aws: LocalAws, identity: str | None, own: str | None, whole: str, details: tuple[str, str]
) -> None:
    """EvaluationResult, EvalDecisionDetails; "Cross-account policy evaluation logic". Kinds: captures of Sept 2026."""
    held = document({"Effect": identity or "Allow", "Action": SEND if identity else "sns:*", "Resource": "*"})
    policy = document(
        {"Effect": own or "Allow", "Principal": {"AWS": ROLE}, "Action": SEND, "Resource": THEIRS if own else GRANTED}
    )
    found = custom(local_aws, held, CallerArn=ROLE, ResourceArns=[THEIRS], ResourcePolicy=policy)
    said = dict(zip(("IAM Policy", "Resource Policy"), details, strict=True))
    assert (found["EvalDecision"], found["EvalDecisionDetails"]) == (whole, said)
    assert found["ResourceSpecificResults"][0]["EvalDecisionDetails"] == said


def test_without_its_policy_it_does_not_matter_whose_the_resource_is(local_aws: LocalAws) -> None:
    """Fact 7.4: the simulator does not see the target's policy, and says allowed across accounts."""
    role = local_aws.role(allow(SEND, "*"))
    [found] = simulate(local_aws, role, [SEND], [THEIRS])
    assert (found["EvalDecision"], found["EvalDecisionDetails"]) == ("allowed", {})


@pytest.mark.parametrize(("owner", "expected"), [(ACCOUNT, "allowed"), ("210987654321", "implicitDeny")])
def test_the_owner_of_a_bucket_is_told(local_aws: LocalAws, owner: str, expected: str) -> None:
    """SimulateCustomPolicy, ResourceOwner: of resources whose ARN names no account; fact 7.1: an ARN."""
    own = document(allow("s3:GetObject", "arn:aws:s3:::records/*", Principal={"AWS": USER}))
    found = custom(
        local_aws, document(allow("sns:*", "*")), actions=["s3:GetObject"], CallerArn=USER,
        ResourceArns=["arn:aws:s3:::records/a"], ResourcePolicy=own, ResourceOwner=f"arn:aws:iam::{owner}:root",
    )  # fmt: skip
    assert found["EvalDecision"] == expected


def test_a_caller_of_ones_own_has_the_policies_of_the_source(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy, CallerArn: "as Bob, as if Bob had David's policies"."""
    conditions = {"StringEquals": {"aws:username": "ann"}}
    role = local_aws.role(allow(SEND, "*", Condition=conditions))
    assert decision(simulate(local_aws, role, [SEND], ["*"])) == "implicitDeny"
    assert decision(simulate(local_aws, role, [SEND], ["*"], CallerArn=USER)) == "allowed"


def test_trust_policies_do_not_count(local_aws: LocalAws) -> None:
    """github.com/aws/aws-cli/issues/10314: for sts:Assume* the simulator passes over the resource's policy."""
    own = document({"Effect": "Deny", "Principal": {"AWS": USER}, "Action": "sts:AssumeRole", "Resource": ROLE})
    call = {"CallerArn": USER, "ResourceArns": [ROLE], "ResourcePolicy": own}
    found = custom(local_aws, document(allow("sts:*", "*")), actions=["sts:AssumeRole"], **call)
    assert found["EvalDecision"] == "allowed"


# Context keys


def test_the_keys_of_given_policies(local_aws: LocalAws) -> None:
    """The example of aws iam get-context-keys-for-custom-policy."""
    policy = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*",'
        '"Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}",'
        '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}'
    )
    answer = local_aws.client("iam").get_context_keys_for_custom_policy(PolicyInputList=[policy])
    assert answer["ContextKeyNames"] == ["aws:username", "aws:CurrentTime"]


def test_the_keys_of_a_principals_policies(local_aws: LocalAws) -> None:
    """GetContextKeysForPrincipalPolicy: of identity policies and given ones "only", so not of a boundary."""
    edge = managed(local_aws, allow("*", "*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    role = local_aws.role(allow(SEND, "*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}), boundary=edge)
    more = document(allow(SEND, "*", Condition={"StringLike": {"aws:UserAgent": "*"}}))
    answer = local_aws.client("iam").get_context_keys_for_principal_policy(PolicySourceArn=role, PolicyInputList=[more])
    assert answer["ContextKeyNames"] == ["aws:SourceVpc", "aws:UserAgent"]


# What is refused


@pytest.mark.fact("7.2", "NoSuchEntity")
@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_whoever_does_not_exist_is_not_found(world: World, kind: str) -> None:
    """SimulatePrincipalPolicy, errors: NoSuchEntity, 404."""
    with pytest.raises(ClientError) as caught:
        simulate(world, f"arn:aws:iam::{world.account}:{kind}/nobody", [SEND], ["*"])
    assert caught.value.response["Error"]["Code"] == "NoSuchEntity"
    assert caught.value.response["Error"]["Message"] == f"The {kind} with name nobody cannot be found."
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"
OWN = document(allow(SEND, GRANTED, Principal="*"))


@pytest.mark.fact("7.2", "InvalidInput")
@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"PolicyInputList": [json.dumps({"Statement": [{"Effect": "Perhaps"}]})]}, "InvalidInput", "Effect"),
        ({"PolicyInputList": ["{"]}, "InvalidInput", "is not JSON"),
        ({"PolicyInputList": [OWN]}, "InvalidInput", "Policy document should not specify a principal."),
        ({"ActionNames": ["SendMessage"]}, "InvalidInput", "The action is invalid since it is missing names"),
        ({"ResourceArns": ["granted"]}, "InvalidInput", "ResourceNames are not in a valid ARN format: granted."),
        ({"ResourceArns": [GRANTED, "*"]}, "InvalidInput", "ResourceNames are not in a valid ARN format: *."),
        (
            {"CallerArn": SESSION},
            "InvalidInput",
            "Invalid caller - Caller must be an IAM user, role or group in this context.",
        ),
        ({"ResourceOwner": ACCOUNT}, "InvalidInput", f"'{ACCOUNT}' is not a valid as a Resource Owner."),
        (
            {"ResourcePolicy": OWN, "ResourceArns": [GRANTED]},
            "InvalidInput",
            "Invalid caller - Caller cannot be null or empty.",
        ),
        (
            {"ResourcePolicy": OWN, "CallerArn": USER},
            "InvalidInput",
            "Invalid Entity Arn: * does not clearly define entity type and name.",
        ),
        (
            {"ResourcePolicy": document(allow(SEND, "*", Principal="*")), "CallerArn": USER, "ResourceArns": [GRANTED]},
            "InvalidInput",
            "ResourceNames are not in a valid ARN format: *.",
        ),
        (
            {"ResourceHandlingOption": "EC2-VPC-EBS", "ResourceArns": [GRANTED]},
            "InvalidInput",
            "Action does not support resource handling options: sqs:SendMessage.",
        ),
        (
            {"ContextEntries": [{"ContextKeyName": "lds:key", "ContextKeyValues": ["a"], "ContextKeyType": "text"}]},
            "ValidationError",
            "Value 'text' at 'contextEntries.1.member.contextKeyType' failed to satisfy constraint",
        ),
        ({"MaxItems": 1001}, "ValidationError", "Member must have value less than or equal to 1000"),
        ({"Marker": "somewhere"}, "ValidationError", "Invalid Marker."),
    ],
)
def test_what_the_simulator_refuses(world: World, params: dict[str, Any], code: str, message: str) -> None:
    """SimulateCustomPolicy, errors: InvalidInput, 400; the texts are those that callers have reported."""
    call = {"PolicyInputList": [document(allow(SEND, "*"))], "ActionNames": [SEND], **params}
    with pytest.raises(ClientError) as caught:
        world.client("iam").simulate_custom_policy(**call)
    assert caught.value.response["Error"]["Code"] == code
    assert message in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_session_is_no_source_of_policies(local_aws: LocalAws) -> None:
    """Fact 7.1: not an assumed-role session; the text: github.com/newrelic/newrelic-lambda-cli/issues/96."""
    with pytest.raises(ClientError) as caught:
        simulate(local_aws, SESSION, [SEND], ["*"])
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "InvalidInput",
        "Message": f"Invalid Entity Arn: {SESSION} does not clearly define entity type and name.",
    }
