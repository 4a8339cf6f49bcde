"""CloudFormation: one AWS::Lambda::EventInvokeConfig a qualifier, after the policy that lets the role deliver.

CloudFormation knows nothing of the order between the two, and Lambda refuses a destination that the role may not use
(amplify-cli#10395): hence ``DependsOn``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lambda_dest_cli.exporters.dialect import Dialect, Names, RolePolicy, numbers, opening, policy_note, role_policies
from lambda_dest_cli.exporters.safe_yaml import yaml_text
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported

DEAD_LETTERS = "LdsDeadLetterQueues"
_DEAD_LETTER_NOTE = (
    "A dead-letter queue is a property of the function itself, which this template does not own. In the one that does:",
    "  DeadLetterConfig: { TargetArn: ARN }",
    "The targets are listed under Metadata.",
)


def write(functions: Sequence[Exported]) -> str:
    """Write a template."""
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Destinations of asynchronous invocations, exported by lds",
    }
    letters = {each.name: str(each.dead_letter) for each in functions if each.dead_letter}
    if letters:
        template["Metadata"] = {DEAD_LETTERS: letters}
    names = Names()
    parameters, resources, policy_of = policies(functions, names)
    if parameters:
        template["Parameters"] = parameters
    for function in functions:
        for qualifier, config in sorted(function.configurations.items()):
            name = names.name(function.name, qualifier, "EventInvokeConfig")
            resources[name] = event_invoke_config(function.name, qualifier, config, policy_of.get(function.name))
    template["Resources"] = resources
    return opening(functions, *policy_note(functions), *(_DEAD_LETTER_NOTE if letters else ())) + yaml_text(template)


def policies(functions: Sequence[Exported], names: Names) -> tuple[dict[str, Any], dict[str, Any], Mapping[str, str]]:
    """Give the parameters and resources of the roles' policies, and which of them each function waits for."""
    parameters: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    policy_of: dict[str, str] = {}
    for policy in role_policies(functions):
        role: Any = policy.role
        if role is None:
            asked = names.name(policy.key, "RoleName")
            parameters[asked] = {"Type": "String", "Description": f"The name of the execution role of {policy.key}"}
            role = {"Ref": asked}
        name = names.name(policy.key, "Destinations")
        resources[name] = _policy(policy, role)
        policy_of.update(dict.fromkeys(policy.functions, name))
    return parameters, resources, policy_of


def _policy(policy: RolePolicy, role: object) -> dict[str, Any]:
    properties = {"PolicyName": policy.name, "Roles": [role], "PolicyDocument": policy.document}
    return {"Type": "AWS::IAM::Policy", "Properties": properties}


def event_invoke_config(
    function: str, qualifier: str, config: EventInvokeConfig, policy: str | None, owner: str | None = None
) -> dict[str, Any]:
    """Give the resource of one qualifier; ``owner`` is the function's own resource, where the template has one."""
    slots = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    destinations = {slot: {"Destination": str(arn)} for slot, arn in slots.items() if arn}
    properties: dict[str, Any] = {
        "FunctionName": function,
        "Qualifier": qualifier,
        **numbers(config, "MaximumRetryAttempts", "MaximumEventAgeInSeconds"),
    }
    if destinations:
        properties["DestinationConfig"] = destinations
    waits = [each for each in (owner, policy if destinations else None) if each]
    after = {"DependsOn": waits[0] if len(waits) == 1 else waits} if waits else {}
    return {"Type": "AWS::Lambda::EventInvokeConfig", **after, "Properties": properties}


CLOUDFORMATION = Dialect("cloudformation", "a CloudFormation template", write)
