"""A role's policy as it is written in the template that made the role: a part to put there, no whole file."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import yaml

_NAME = "lds-destinations"


def snippet(dialect: str, role: str, logical_id: str, document: Mapping[str, Any]) -> str:
    """Write a policy document for a tool (``cloudformation``, ``sam``, ``serverless``, ``terraform``).

    ``role`` is the role's name, ``logical_id`` what its template calls it, where that is known.
    """
    return _WRITERS[dialect](role, logical_id, document)


def _cloudformation(role: str, logical_id: str, document: Mapping[str, Any]) -> str:
    which = {"Ref": logical_id} if logical_id else role
    properties = {"PolicyName": _NAME, "Roles": [which], "PolicyDocument": document}
    return _yaml({"LdsDestinations": {"Type": "AWS::IAM::Policy", "Properties": properties}})


def _sam(_role: str, _logical_id: str, document: Mapping[str, Any]) -> str:
    return _yaml({"Policies": [document]})


def _serverless(_role: str, _logical_id: str, document: Mapping[str, Any]) -> str:
    return _yaml({"provider": {"iam": {"role": {"statements": document["Statement"]}}}})


def _terraform(role: str, _logical_id: str, document: Mapping[str, Any]) -> str:
    written = json.dumps(document, indent=2).replace("${", "$${").replace("%{", "%%{").replace("\n", "\n  ")
    return (
        f'resource "aws_iam_role_policy" "lds_destinations" {{\n  name   = "{_NAME}"\n'
        f"  role   = {json.dumps(role)}\n  policy = jsonencode({written})\n}}\n"
    )


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, default_flow_style=False, width=120, allow_unicode=False)


_WRITERS: dict[str, Callable[[str, str, Mapping[str, Any]], str]] = {
    "cloudformation": _cloudformation,
    "sam": _sam,
    "serverless": _serverless,
    "terraform": _terraform,
}
