"""iam:SimulatePrincipalPolicy and its sisters: IAM API reference."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.conftest import LocalAws, document

SEND = "sqs:SendMessage"
GRANTED, OTHER = "arn:aws:sqs:us-east-1:000000000000:granted", "arn:aws:sqs:us-east-1:000000000000:other"


def simulate(aws: LocalAws, role: str, actions: list[str], resources: list[str], **more: Any) -> list[dict[str, Any]]:
    answer = aws.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=actions, ResourceArns=resources, **more
    )
    found: list[dict[str, Any]] = answer["EvaluationResults"]
    return found


def allow(action: str | list[str], resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_one_result_an_action_and_one_specific_result_a_resource(local_aws: LocalAws) -> None:
    """With several resources ResourceSpecificResults has the answers."""
    role = local_aws.role(allow(SEND, GRANTED))
    found = simulate(local_aws, role, [SEND, "sns:Publish"], [GRANTED, OTHER])
    assert [each["EvalActionName"] for each in found] == [SEND, "sns:Publish"]
    decisions = [[part["EvalResourceDecision"] for part in each["ResourceSpecificResults"]] for each in found]
    assert decisions == [["allowed", "implicitDeny"], ["implicitDeny", "implicitDeny"]]
    matched = found[0]["ResourceSpecificResults"][0]["MatchedStatements"]
    assert [each["SourcePolicyType"] for each in matched] == ["IAM Policy"]


def test_an_explicit_deny_wins(local_aws: LocalAws) -> None:
    """Policy evaluation logic."""
    role = local_aws.role(allow("sqs:*", "*"), {"Effect": "Deny", "Action": SEND, "Resource": OTHER})
    assert [each["EvalDecision"] for each in simulate(local_aws, role, [SEND], [OTHER])] == ["explicitDeny"]


def test_a_boundary_is_named(local_aws: LocalAws) -> None:
    """PermissionsBoundaryDecisionDetail says whether the boundary allows."""
    edge = local_aws.client("iam").create_policy(
        PolicyName=local_aws.name("edge"), PolicyDocument=document(allow("s3:*", "*"))
    )["Policy"]["Arn"]
    role = local_aws.role(allow(SEND, "*"), boundary=edge)
    [found] = simulate(local_aws, role, [SEND], [GRANTED])
    assert found["EvalDecision"] == "implicitDeny"
    assert found["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"] == {
        "AllowedByPermissionsBoundary": False
    }


def test_missing_context_is_named_and_given_context_is_used(local_aws: LocalAws) -> None:
    """MissingContextValues is in the specific results when a resource is named."""
    role = local_aws.role(allow(SEND, "*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    [found] = simulate(local_aws, role, [SEND], [GRANTED])
    assert found["ResourceSpecificResults"][0]["MissingContextValues"] == ["aws:SourceVpc"]
    entry = {"ContextKeyName": "aws:SourceVpc", "ContextKeyValues": ["vpc-1"], "ContextKeyType": "string"}
    [found] = simulate(local_aws, role, [SEND], [GRANTED], ContextEntries=[entry])
    assert found["EvalDecision"] == "allowed"
    keys = local_aws.client("iam").get_context_keys_for_principal_policy(PolicySourceArn=role)
    assert keys["ContextKeyNames"] == ["aws:SourceVpc"]


def test_results_come_in_pages(local_aws: LocalAws) -> None:
    """MaxItems, IsTruncated and Marker."""
    role = local_aws.role(allow("*", "*"))
    actions = [f"sqs:Action{number}" for number in range(5)]
    iam = local_aws.client("iam")
    first = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=actions, MaxItems=3)
    assert (len(first["EvaluationResults"]), first["IsTruncated"]) == (3, True)
    second = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=actions, MaxItems=3, Marker=first["Marker"]
    )
    assert [each["EvalActionName"] for each in second["EvaluationResults"]] == actions[3:]
    assert second["IsTruncated"] is False


def test_attached_policies_count_and_custom_ones_stand_alone(local_aws: LocalAws) -> None:
    """SimulatePrincipalPolicy reads what is attached; SimulateCustomPolicy only what it is given."""
    iam, role = local_aws.client("iam"), local_aws.role()
    policy = iam.create_policy(PolicyName=local_aws.name("p"), PolicyDocument=document(allow(SEND, "*")))["Policy"][
        "Arn"
    ]
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=policy)
    assert simulate(local_aws, role, [SEND], [GRANTED])[0]["EvalDecision"] == "allowed"
    custom = iam.simulate_custom_policy(
        PolicyInputList=[document(allow("sns:*", "*"))], ActionNames=[SEND, "sns:Publish"]
    )
    assert [each["EvalDecision"] for each in custom["EvaluationResults"]] == ["implicitDeny", "allowed"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"PolicySourceArn": "arn:aws:iam::000000000000:role/nosuch", "ActionNames": [SEND]}, "NoSuchEntity"),
        (
            {"PolicyInputList": [json.dumps({"Statement": [{"Effect": "Perhaps"}]})], "ActionNames": [SEND]},
            "InvalidInput",
        ),
    ],
)
def test_what_the_simulator_refuses(local_aws: LocalAws, params: dict[str, Any], code: str) -> None:
    """IAM API reference, errors of SimulatePrincipalPolicy and SimulateCustomPolicy."""
    iam = local_aws.client("iam")
    call = iam.simulate_principal_policy if "PolicySourceArn" in params else iam.simulate_custom_policy
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert caught.value.response["Error"]["Code"] == code
