"""Who made a role, and what to write there."""

import json

import pytest
import yaml

from lambda_dest_cli.exporters import DIALECTS
from lambda_dest_cli.exporters.snippets import snippet
from lambda_dest_cli.fixer.makers import Maker, maker_of
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Role
from tests.support import ROLE_ARN, queue_arn

STACK = {"aws:cloudformation:stack-name": "shop"}
STATEMENT = {"Sid": "LdsSqs", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn("failed")}
DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def role(**tags: str) -> Role:
    return Role(Arn.parse(ROLE_ARN), "orders-role", "{}", tags=tags)


@pytest.mark.parametrize(
    ("tags", "maker"),
    [
        ({}, None),
        ({"team": "shop"}, None),
        (
            {**STACK, "aws:cloudformation:logical-id": "OrdersRole"},
            Maker("cloudformation", "CloudFormation (stack shop)", "OrdersRole"),
        ),
        (
            {**STACK, "aws:cloudformation:logical-id": "OrdersRole", "lambda:createdBy": "SAM"},
            Maker("sam", "SAM (stack shop)", "OrdersRole"),
        ),
        (
            {**STACK, "aws:cloudformation:logical-id": "IamRoleLambdaExecution"},
            Maker("serverless", "the Serverless Framework (stack shop)", "IamRoleLambdaExecution"),
        ),
        ({"ManagedBy": "Terraform"}, Maker("terraform", "Terraform")),
        ({"terraform": "true"}, Maker("terraform", "Terraform")),
    ],
)
def test_its_tags_tell_who_made_a_role(tags: dict[str, str], maker: Maker | None) -> None:
    assert maker_of(role(**tags)) == maker
    assert maker is None or maker.dialect in DIALECTS


def test_the_snippet_of_cloudformation_is_a_policy_of_the_role() -> None:
    for logical_id, which in (("OrdersRole", {"Ref": "OrdersRole"}), ("", "orders-role")):
        written = yaml.safe_load(snippet("cloudformation", "orders-role", logical_id, DOCUMENT))
        properties = {"PolicyName": "lds-destinations", "Roles": [which], "PolicyDocument": DOCUMENT}
        assert written == {"LdsDestinations": {"Type": "AWS::IAM::Policy", "Properties": properties}}


def test_the_snippets_of_sam_and_serverless_are_parts_of_what_makes_their_role() -> None:
    assert yaml.safe_load(snippet("sam", "r", "", DOCUMENT)) == {"Policies": [DOCUMENT]}
    serverless = {"provider": {"iam": {"role": {"statements": [STATEMENT]}}}}
    assert yaml.safe_load(snippet("serverless", "r", "", DOCUMENT)) == serverless


def test_the_snippet_of_terraform_escapes_what_would_be_a_template_of_its_own() -> None:
    hostile = {**DOCUMENT, "Statement": [{**STATEMENT, "Resource": "${aws:username}"}]}
    written = snippet("terraform", "orders-role", "", hostile)
    assert '"$${aws:username}"' in written
    inside = written.partition("jsonencode(")[2].rpartition(")")[0]
    assert json.loads(inside.replace("$${", "${")) == hostile
