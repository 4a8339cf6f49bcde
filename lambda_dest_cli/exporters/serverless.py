"""The Serverless Framework: functions with their destinations, to be merged into the serverless.yml that owns them.

It knows neither buckets nor aliases as destinations' places, and for ``onError`` only topics (serverless, functions
guide): what it cannot say itself stands under ``resources``, which it hands to CloudFormation.
"""

from collections.abc import Sequence
from typing import Any

from lambda_dest_cli.exporters.cloudformation import event_invoke_config
from lambda_dest_cli.exporters.dialect import Dialect, Names, granted, numbers, opening
from lambda_dest_cli.exporters.safe_yaml import yaml_text
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.function_ref import LATEST

TYPES = {"sqs": "sqs", "sns": "sns", "events": "eventBus", "lambda": "function"}
_NOTE = "To be merged into the serverless.yml that owns the functions: service, keys and handlers are that file's."
_ROLE = "IamRoleLambdaExecution"
"""The name that Serverless has for the role that it makes, with the statements in it."""


def write(functions: Sequence[Exported]) -> str:
    """Write a serverless.yml."""
    keys, names = Names("_"), Names()
    made: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    extensions: dict[str, Any] = {}
    for function in functions:
        key = keys.name(function.name)
        made[key] = _function(function)
        if function.dead_letter and function.dead_letter.service != "sns":
            config = {"DeadLetterConfig": {"TargetArn": str(function.dead_letter)}}
            extensions[_logical_id(key)] = {"Properties": config}
        for qualifier, each in sorted(function.configurations.items()):
            if qualifier != LATEST or not _sayable(each):
                name = names.name(function.name, qualifier, "EventInvokeConfig")
                resources[name] = event_invoke_config(function.name, qualifier, each, _ROLE, _logical_id(key))
    more = {**({"Resources": resources} if resources else {}), **({"extensions": extensions} if extensions else {})}
    document = {
        "service": "lds-destinations",
        "provider": _provider(functions),
        "functions": made,
        **({"resources": more} if more else {}),
    }
    return opening(functions, _NOTE) + yaml_text(document)


def _provider(functions: Sequence[Exported]) -> dict[str, Any]:
    provider: dict[str, Any] = {"name": "aws", "region": functions[0].arn.region}
    statements = granted(functions)["Statement"]
    if statements:
        provider["iam"] = {"role": {"statements": statements}}
    return provider


def _function(function: Exported) -> dict[str, Any]:
    found: dict[str, Any] = {"name": function.name, "handler": "index.handler"}
    if function.runtime:
        found["runtime"] = function.runtime
    config = function.configurations.get(LATEST)
    if config and _sayable(config):
        found.update(numbers(config, "maximumRetryAttempts", "maximumEventAge"))
        slots = {"onSuccess": config.on_success, "onFailure": config.on_failure}
        destinations = {slot: _destination(arn) for slot, arn in slots.items() if arn}
        if destinations:
            found["destinations"] = destinations
    if function.dead_letter and function.dead_letter.service == "sns":
        found["onError"] = str(function.dead_letter)
    return found


def _sayable(config: EventInvokeConfig) -> bool:
    return all(arn.service in TYPES for arn in config.destinations().values())


def _destination(arn: Arn) -> dict[str, str]:
    return {"type": TYPES[arn.service], "arn": str(arn)}


def _logical_id(key: str) -> str:
    """Give the name that Serverless has for a function's resource: its naming turns - and _ into words."""
    normalized = key.replace("-", "Dash").replace("_", "Underscore")
    return f"{normalized[0].upper()}{normalized[1:]}LambdaFunction"


SERVERLESS = Dialect("serverless", "a serverless.yml", write)
