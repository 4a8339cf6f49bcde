"""Machine and role as a CloudFormation template, for whoever does not let a command line make roles."""

from typing import Any

from lambda_dest_cli.model.state_machine import TAG, Machine
from lambda_dest_cli.statemachine.definition import definition
from lambda_dest_cli.statemachine.role import role_policy, trust_policy


def template(*machines: Machine) -> dict[str, Any]:
    """Give the template."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Sends events again that an AWS Lambda function failed",
        "Resources": {name: resource for machine in machines for name, resource in _resources(machine).items()},
    }


def _resources(machine: Machine) -> dict[str, Any]:
    tags = [{"Key": TAG, "Value": machine.function_name}]
    kind = "Queue" if machine.drained else "Bucket"
    role = {
        "RoleName": machine.name,
        "AssumeRolePolicyDocument": trust_policy(machine),
        "Policies": [{"PolicyName": machine.name, "PolicyDocument": role_policy(machine)}],
        "Tags": tags,
    }
    states = {
        "StateMachineName": machine.name,
        "StateMachineType": "STANDARD",
        "RoleArn": {"Fn::GetAtt": [f"{kind}Role", "Arn"]},
        "Definition": definition(machine),
        "Tags": tags,
    }
    return {
        f"{kind}Role": {"Type": "AWS::IAM::Role", "Properties": role},
        f"{kind}StateMachine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": states},
    }
