"""What iam:SimulatePrincipalPolicy and its sisters answer: IAM API reference, EvaluationResult and its members."""

import json
from typing import Any

import pytest

from tests.contract.conftest import ACCOUNT, LocalAws, document
from tests.contract.world import World

SEND = "sqs:SendMessage"
GRANTED, OTHER = f"arn:aws:sqs:us-east-1:{ACCOUNT}:granted", f"arn:aws:sqs:us-east-1:{ACCOUNT}:other"
Entry = dict[str, Any]


def simulate(aws: World, source: str, actions: list[str], resources: list[str], **more: Any) -> list[Entry]:
    answer = aws.client("iam").simulate_principal_policy(
        PolicySourceArn=source, ActionNames=actions, ResourceArns=resources, **more
    )
    found: list[Entry] = answer["EvaluationResults"]
    return found


def custom(aws: World, *policies: str, actions: list[str] | None = None, **more: Any) -> Entry:
    """Simulate policies that are given, and give the first result."""
    answer = aws.client("iam").simulate_custom_policy(
        PolicyInputList=list(policies), ActionNames=actions or [SEND], **more
    )
    found: Entry = answer["EvaluationResults"][0]
    return found


def allow(action: str | list[str], resource: str, **more: Any) -> Entry:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*") -> Entry:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


@pytest.mark.fact("7.2", "an action each", "decisions")
def test_one_result_an_action_and_one_specific_result_a_resource(world: World) -> None:
    """Fact 7.2: with several resources ResourceSpecificResults has the answers."""
    role = world.role(allow(SEND, GRANTED))
    found = simulate(world, role, [SEND, "sns:Publish"], [GRANTED, OTHER])
    assert [each["EvalActionName"] for each in found] == [SEND, "sns:Publish"]
    decisions = [[part["EvalResourceDecision"] for part in each["ResourceSpecificResults"]] for each in found]
    assert decisions == [["allowed", "implicitDeny"], ["implicitDeny", "implicitDeny"]]
    assert [part["EvalResourceName"] for part in found[0]["ResourceSpecificResults"]] == [GRANTED, OTHER]


def test_the_most_restrictive_decision_stands_for_all_resources(local_aws: LocalAws) -> None:
    """EvaluationResult: the top level has the union of what is matched and the deduplicated set of missing keys."""
    asks = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    policy = document(allow(SEND, GRANTED), allow(SEND, OTHER, Condition=asks), deny(SEND, f"{OTHER}-denied"))
    found = custom(local_aws, policy, ResourceArns=[GRANTED, OTHER, f"{OTHER}-2"])
    assert (found["EvalDecision"], found["MissingContextValues"]) == ("implicitDeny", ["aws:SourceVpc"])
    found = custom(local_aws, policy, ResourceArns=[GRANTED, OTHER, f"{OTHER}-denied"])
    assert found["EvalDecision"] == "explicitDeny"
    assert [each["EvalResourceDecision"] for each in found["ResourceSpecificResults"]] == [
        "allowed",
        "implicitDeny",
        "explicitDeny",
    ]
    assert [each["SourcePolicyId"] for each in found["MatchedStatements"]] == ["PolicyInputList.1"]


def test_without_resources_everything_is_meant(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy: ResourceArns defaults to ``*``; then nothing is said of particular resources."""
    found = custom(local_aws, document(allow("sqs:*", "*")))
    assert (found["EvalResourceName"], found["EvalDecision"]) == ("*", "allowed")
    assert not found.get("ResourceSpecificResults")
    assert "EvalDecisionDetails" not in found
    assert custom(local_aws, document(allow("sqs:*", GRANTED)))["EvalDecision"] == "implicitDeny"


def test_details_are_there_and_empty_in_one_account(local_aws: LocalAws) -> None:
    """EvaluationResult: with a resource's ARN in the same account EvalDecisionDetails "is present but … empty"."""
    assert custom(local_aws, document(allow("sqs:*", "*")), ResourceArns=[GRANTED])["EvalDecisionDetails"] == {}


@pytest.mark.fact("7.2", "decisions", "matched")
def test_an_explicit_deny_wins_and_is_the_only_statement_that_is_named(world: World) -> None:
    """EvaluationResult, MatchedStatements: "the deny statement is the only entry included"."""
    role = world.role(allow("sqs:*", "*"), deny(SEND, OTHER))
    [found] = simulate(world, role, [SEND], [OTHER])
    assert found["EvalDecision"] == "explicitDeny"
    [matched] = found["MatchedStatements"]
    name = role.rpartition("/")[2]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == (f"role_{name}_test", "IAM Policy")


@pytest.mark.fact("7.2", "matched")
@pytest.mark.parametrize(
    ("policy", "places"),
    [
        # The example of AWS's own: aws iam simulate-custom-policy.
        (
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
            '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}',
            [(1, 38, 1, 167)],
        ),
        # AdministratorAccess, as answers of AWS's name it.
        (
            '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n'
            '      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
            [(3, 17, 8, 6)],
        ),
        # The second of two begins where the first ends (blog.scottlogic.com/2025/07/10).
        (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},'
            '{"Effect":"Allow","Action":"*","Resource":"*"}]}',
            [(1, 38, 1, 84), (1, 84, 1, 131)],
        ),
    ],
)
def test_statements_are_named_by_where_they_stand(world: World, policy: str, places: list[Any]) -> None:
    """Statement: the row and column of its beginning and end."""
    when = {"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2019-04-25T11:00:00Z"], "ContextKeyType": "date"}
    found = custom(world, policy, actions=["dynamodb:CreateBackup"], ContextEntries=[when])
    assert [
        tuple(each[edge][axis] for edge in ("StartPosition", "EndPosition") for axis in ("Line", "Column"))
        for each in found["MatchedStatements"]
    ] == places


@pytest.mark.fact("7.2", "boundary", "matched")
def test_a_boundary_is_named(world: World) -> None:
    """PermissionsBoundaryDecisionDetail says whether the boundary allows."""
    edge = world.client("iam").create_policy(
        PolicyName=world.name("edge"), PolicyDocument=document(allow("s3:*", "*"), deny("sns:*"))
    )["Policy"]["Arn"]
    role = world.role(allow(SEND, "*"), allow("sns:*", "*"), boundary=edge)
    queue, topic = simulate(world, role, [SEND, "sns:Publish"], [GRANTED])
    refused = {"AllowedByPermissionsBoundary": False}
    assert queue["EvalDecision"] == "implicitDeny"
    assert queue["PermissionsBoundaryDecisionDetail"] == refused
    assert queue["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"] == refused
    assert topic["EvalDecision"] == "explicitDeny"
    assert [each["SourcePolicyType"] for each in topic["MatchedStatements"]] == ["Permissions Boundary Policy"]


def test_a_given_boundary_takes_the_place_of_the_attached_one(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy, PermissionsBoundaryPolicyInputList: "the new permissions boundary policy is used"."""
    edge = local_aws.client("iam").create_policy(
        PolicyName=local_aws.name("edge"), PolicyDocument=document(allow("s3:*", "*"))
    )["Policy"]["Arn"]
    role = local_aws.role(allow(SEND, "*"), boundary=edge)
    given = {"PermissionsBoundaryPolicyInputList": [document(allow("sqs:*", "*"))]}
    [found] = simulate(local_aws, role, [SEND], [GRANTED], **given)
    assert found["EvalDecision"] == "allowed"
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}


@pytest.mark.parametrize(
    ("levels", "decision", "allowed"),
    [
        ([[allow("*", "*")], [allow("sqs:*", "*")]], "allowed", True),
        ([[allow("*", "*")], [allow("s3:*", "*")]], "implicitDeny", False),
        ([[allow("*", "*"), deny(SEND)], [allow("*", "*")]], "explicitDeny", False),
    ],
)
def test_organizations_take_away_level_by_level(
    local_aws: LocalAws, levels: list[list[Entry]], decision: str, allowed: bool
) -> None:
    """SimulateCustomPolicy, OrderedOrganizationPolicyInputList; its statements are never named as matched."""
    given = [{"ServiceControlPolicyInputList": [document(*level)]} for level in levels]
    found = custom(local_aws, document(allow("*", "*")), OrderedOrganizationPolicyInputList=given)
    assert (found["EvalDecision"], found["OrganizationsDecisionDetail"]) == (
        decision,
        {"AllowedByOrganizations": allowed},
    )
    assert len(found["MatchedStatements"]) == (1 if allowed else 0)


@pytest.mark.fact("7.2", "missing context")
@pytest.mark.parametrize("resources", [[], [GRANTED]])
def test_missing_context_is_named_and_given_context_is_used(world: World, resources: list[str]) -> None:
    """Fact 7.2: beside the resources that are named, and at the top where none is."""
    policy = document(allow(SEND, "*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    more = {"ResourceArns": resources} if resources else {}
    found = custom(world, policy, **more)
    for part in [found, *found.get("ResourceSpecificResults", [])]:
        assert part["MissingContextValues"] == ["aws:SourceVpc"]
    entry = {"ContextKeyName": "AWS:sourcevpc", "ContextKeyValues": ["vpc-1"], "ContextKeyType": "string"}
    found = custom(world, policy, ContextEntries=[entry], **more)
    assert (found["EvalDecision"], found["MissingContextValues"]) == ("allowed", [])


def test_keys_of_statements_about_something_else_are_missing_too(local_aws: LocalAws) -> None:
    """github.com/aws/aws-sdk-java-v2/issues/1751: they are "applicable only to other policy statements"."""
    policy = document(allow("s3:GetObject", "*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    assert custom(local_aws, policy)["MissingContextValues"] == ["aws:SecureTransport"]


@pytest.mark.parametrize(
    ("kind", "values", "condition"),
    [
        ("string", ["a"], {"StringEquals": {"lds:key": "a"}}),
        ("stringList", ["a", "b"], {"ForAllValues:StringEquals": {"lds:key": ["a", "b", "c"]}}),
        ("numeric", ["3"], {"NumericLessThan": {"lds:key": "4"}}),
        ("numericList", ["3", "9"], {"ForAnyValue:NumericEquals": {"lds:key": "9"}}),
        ("boolean", ["true"], {"Bool": {"lds:key": "true"}}),
        ("booleanList", ["true", "false"], {"ForAnyValue:Bool": {"lds:key": "false"}}),
        ("ip", ["203.0.113.9"], {"IpAddress": {"lds:key": "203.0.113.0/24"}}),
        ("ipList", ["203.0.113.9", "10.0.0.1"], {"ForAnyValue:IpAddress": {"lds:key": "10.0.0.0/8"}}),
        ("date", ["2026-11-23T00:00:00Z"], {"DateGreaterThan": {"lds:key": "2026-01-01T00:00:00Z"}}),
        ("dateList", ["2026-11-23T00:00:00Z"], {"ForAllValues:DateLessThan": {"lds:key": "2027-01-01T00:00:00Z"}}),
        ("binary", ["QmluYXJ5"], {"BinaryEquals": {"lds:key": "QmluYXJ5"}}),
        ("binaryList", ["QmluYXJ5"], {"ForAnyValue:BinaryEquals": {"lds:key": "QmluYXJ5"}}),
    ],
)
def test_context_of_every_type(local_aws: LocalAws, kind: str, values: list[str], condition: Entry) -> None:
    """ContextEntry, ContextKeyType."""
    entry = {"ContextKeyName": "lds:key", "ContextKeyValues": values, "ContextKeyType": kind}
    policy = document(allow(SEND, "*", Condition=condition))
    assert custom(local_aws, policy, ContextEntries=[entry])["EvalDecision"] == "allowed"
    assert custom(local_aws, policy)["EvalDecision"] == (
        "allowed" if "ForAllValues" in json.dumps(condition) else "implicitDeny"
    )


@pytest.mark.fact("7.2", "paging")
def test_results_come_in_pages(world: World) -> None:
    """MaxItems, IsTruncated and Marker; botocore's paginator walks them."""
    role = world.role(allow("*", "*"))
    actions = [f"sqs:{verb}" for verb in ("SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "TagQueue")]
    iam = world.client("iam")
    first = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions, MaxItems=3)
    assert (len(first["EvaluationResults"]), first["IsTruncated"]) == (3, True)
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=role, ActionNames=actions, PaginationConfig={"PageSize": 2}
    )
    assert [[each["EvalActionName"] for each in page["EvaluationResults"]] for page in pages] == [
        actions[:2],
        actions[2:4],
        actions[4:],
    ]
