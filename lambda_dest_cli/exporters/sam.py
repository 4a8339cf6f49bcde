"""SAM: each function with its EventInvokeConfig and DeadLetterQueue, to be merged into the template that owns it.

SAM's own ``Type`` for a bucket is S3Bucket (serverless-application-model, internal schema; its page says S3). With
AutoPublishAlias the function's EventInvokeConfig is the alias's, otherwise that of $LATEST; what neither says is an
AWS::Lambda::EventInvokeConfig of its own. SAM grants nothing to a role that it does not make: hence the policy.
"""

from collections.abc import Sequence
from typing import Any

from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.exporters.cloudformation import event_invoke_config, policies
from lambda_dest_cli.exporters.dialect import Dialect, Names, numbers, opening, policy_note
from lambda_dest_cli.exporters.safe_yaml import yaml_text
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.function_ref import LATEST

TYPES = {"sqs": "SQS", "sns": "SNS", "events": "EventBridge", "lambda": "Lambda", "s3": "S3Bucket"}
_NOTE = "To be merged into the template that owns the functions: Handler, Runtime and CodeUri are that template's."
_ALIAS_NOTE = (
    "AutoPublishAlias makes EventInvokeConfig that alias's; SAM then publishes a version at every change of code."
)


def write(functions: Sequence[Exported]) -> str:
    """Write a template."""
    names = Names()
    parameters, resources, policy_of = policies(functions, names)
    for function in functions:
        own = _own(function)
        policy = policy_of.get(function.name)
        owner = names.name(function.name, "Function")
        resources[owner] = _function(function, own, policy)
        for qualifier, config in sorted(function.configurations.items()):
            if qualifier != own:
                name = names.name(function.name, qualifier, "EventInvokeConfig")
                resources[name] = event_invoke_config(function.name, qualifier, config, policy, owner)
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "Destinations of asynchronous invocations, exported by lds",
        **({"Parameters": parameters} if parameters else {}),
        "Resources": resources,
    }
    notes = (_NOTE, _ALIAS_NOTE) if any(_own(each) not in (None, LATEST) for each in functions) else (_NOTE,)
    return opening(functions, *policy_note(functions), *notes) + yaml_text(template)


def _own(function: Exported) -> str | None:
    """Give the qualifier whose configuration is the function's own in SAM's eyes, if it has one."""
    aliases = [each for each in function.configurations if each != LATEST and not each.isdigit()]
    if LATEST in function.configurations:
        return LATEST
    return aliases[0] if len(aliases) == 1 else None


def _function(function: Exported, own: str | None, policy: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "FunctionName": function.name,
        "CodeUri": "./",
        "Handler": "index.handler",
        "Runtime": function.runtime or "python3.13",
    }
    if function.role:
        properties["Role"] = str(function.role)
    if own and own != LATEST:
        properties["AutoPublishAlias"] = own
    if own:
        properties["EventInvokeConfig"] = _event_invoke_config(function.configurations[own])
    if function.dead_letter:
        kind = TYPES[function.dead_letter.service]
        properties["DeadLetterQueue"] = {"Type": kind, "TargetArn": str(function.dead_letter)}
    waits = {"DependsOn": policy} if policy else {}
    return {"Type": "AWS::Serverless::Function", **waits, "Properties": properties}


def _event_invoke_config(config: EventInvokeConfig) -> dict[str, Any]:
    slots = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    destinations = {slot: _destination(arn) for slot, arn in slots.items() if arn}
    found = numbers(config, "MaximumRetryAttempts", "MaximumEventAgeInSeconds")
    return {**found, **({"DestinationConfig": destinations} if destinations else {})}


def _destination(arn: Arn) -> dict[str, str]:
    kind = type_of(arn)
    return {"Type": TYPES[kind.name] if kind else arn.service, "Destination": str(arn)}


SAM = Dialect("sam", "a SAM template", write)
