"""What the state machine's role may do, and who may take it: no more than the definition needs.

Step Functions Developer Guide: "IAM policies for using Distributed Map states".
"""

from typing import Any

from lambda_dest_cli.model.state_machine import Machine


def trust_policy(machine: Machine) -> dict[str, Any]:
    """Let Step Functions take the role, for this machine alone (the guide's cure for the confused deputy)."""
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": machine.function.account},
                "ArnLike": {"aws:SourceArn": machine.arn},
            },
        }
    )


def role_policy(machine: Machine) -> dict[str, Any]:
    """Give the role's inline policy."""
    bucket = f"arn:{machine.function.partition}:s3:::{machine.bucket}"
    function = str(machine.function)
    execution = machine.arn.replace(":stateMachine:", ":execution:")
    return _document(
        _allow(["lambda:InvokeFunction"], [function, f"{function}:*"]),
        *(() if machine.drained else (_listing(machine, bucket),)),
        _allow(["s3:GetObject"], [f"{bucket}/{machine.read_prefix}*"]),
        _allow(
            ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
            [f"{bucket}/{machine.results_prefix}/*"],
        ),
        _allow(["states:StartExecution"], [machine.arn]),
        _allow(["states:DescribeExecution", "states:StopExecution"], [f"{execution}:*", f"{execution}/*"]),
    )


def _listing(machine: Machine, bucket: str) -> dict[str, Any]:
    condition = {"StringLike": {"s3:prefix": [f"{machine.read_prefix}*"]}}
    return _allow(["s3:ListBucket"], [bucket]) | {"Condition": condition}


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
