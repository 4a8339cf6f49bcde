"""What each dialect's file says, read by the tools' own parsers: settings by function and qualifier, and the DLQs."""

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import hcl2
import yaml

from lambda_dest_cli.exporters.serverless import TYPES
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.function_ref import LATEST


class Settings(NamedTuple):
    on_success: str | None = None
    on_failure: str | None = None
    retries: int = 2
    age: int = 21_600


class Read(NamedTuple):
    configurations: dict[tuple[str, str], Settings]
    dead_letters: dict[str, str]


def meant(functions: list[Exported]) -> Read:
    """Give what was to be written."""
    return Read(
        {
            (each.name, qualifier): Settings(
                str(config.on_success) if config.on_success else None,
                str(config.on_failure) if config.on_failure else None,
                config.maximum_retry_attempts,
                config.maximum_event_age_in_seconds,
            )
            for each in functions
            for qualifier, config in each.configurations.items()
        },
        {each.name: str(each.dead_letter) for each in functions if each.dead_letter},
    )


def _of_cloudformation(properties: dict[str, Any]) -> Settings:
    slots = properties.get("DestinationConfig", {})
    return Settings(
        slots.get("OnSuccess", {}).get("Destination"),
        slots.get("OnFailure", {}).get("Destination"),
        properties.get("MaximumRetryAttempts", 2),
        properties.get("MaximumEventAgeInSeconds", 21_600),
    )


def _resources(resources: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Settings]]:
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::EventInvokeConfig":
            properties = resource["Properties"]
            yield (properties["FunctionName"], properties["Qualifier"]), _of_cloudformation(properties)


def cloudformation(text: str) -> Read:
    template = yaml.safe_load(text)
    return Read(dict(_resources(template["Resources"])), template.get("Metadata", {}).get("LdsDeadLetterQueues", {}))


def sam(text: str) -> Read:
    resources = yaml.safe_load(text)["Resources"]
    found, letters = dict(_resources(resources)), {}
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            name = properties["FunctionName"]
            if "EventInvokeConfig" in properties:
                qualifier = properties.get("AutoPublishAlias", LATEST)
                found[name, qualifier] = _of_cloudformation(properties["EventInvokeConfig"])
            if "DeadLetterQueue" in properties:
                letters[name] = properties["DeadLetterQueue"]["TargetArn"]
    return Read(found, letters)


def serverless(text: str) -> Read:
    file = yaml.safe_load(text)
    more = file.get("resources", {})
    found, letters = dict(_resources(more.get("Resources", {}))), {}
    for key, function in file["functions"].items():
        assert re.fullmatch(r"[a-zA-Z0-9-_]+", key)
        slots = function.get("destinations", {})
        for slot in slots.values():
            assert set(slot) == {"type", "arn"}
            assert slot["type"] in TYPES.values()
        if slots or "maximumEventAge" in function or "maximumRetryAttempts" in function:
            found[function["name"], LATEST] = Settings(
                slots.get("onSuccess", {}).get("arn"), slots.get("onFailure", {}).get("arn"),
                function.get("maximumRetryAttempts", 2), function.get("maximumEventAge", 21_600),
            )  # fmt: skip
        if "onError" in function:
            assert re.match("^arn:aws[a-z-]*:sns", function["onError"])
            letters[function["name"]] = function["onError"]
        normalized = key.replace("-", "Dash").replace("_", "Underscore")
        logical_id = f"{normalized[0].upper()}{normalized[1:]}LambdaFunction"
        if logical_id in more.get("extensions", {}):
            config = more["extensions"][logical_id]["Properties"]["DeadLetterConfig"]
            letters[function["name"]] = config["TargetArn"]
    return Read(found, letters)


def _plain(value: object) -> Any:
    """Give a text of python-hcl2's without the quotes and escapes that it leaves in."""
    if isinstance(value, str) and value.startswith('"'):
        return json.loads(value.replace("$${", "${").replace("%%{", "%{"))
    return value


def terraform(text: str) -> Read:
    file = hcl2.loads(text)
    found: dict[tuple[str, str], Settings] = {}
    imports = {each["to"]: _plain(each["id"]) for each in file.get("import", [])}
    for block in file.get("resource", []):
        for kind, named in block.items():
            if _plain(kind) == "aws_lambda_function_event_invoke_config":
                for name, resource in named.items():
                    slots = resource.get("destination_config", [{}])[0]
                    function, qualifier = _plain(resource["function_name"]), _plain(resource.get("qualifier"))
                    to = f"${{aws_lambda_function_event_invoke_config.{_plain(name)}}}"
                    assert imports.get(to) in (None, f"{function}:{qualifier}" if qualifier else function)
                    success, failure = (
                        _plain(slots[slot][0]["destination"]) if slot in slots else None
                        for slot in ("on_success", "on_failure")
                    )
                    retries = resource.get("maximum_retry_attempts", 2)
                    age = resource.get("maximum_event_age_in_seconds", 21_600)
                    found[function, qualifier or LATEST] = Settings(success, failure, retries, age)
    letters: dict[str, str] = next((each["lds_dead_letter_queues"] for each in file.get("locals", [])), {})
    return Read(found, {_plain(name): _plain(arn) for name, arn in letters.items()})


def _words(line: str) -> list[str]:
    return shlex.split(line) if line.startswith(("aws lambda", "patiently aws lambda")) else []


def aws_cli(text: str) -> Read:
    found: dict[tuple[str, str], Settings] = {}
    letters: dict[str, str] = {}
    for line in text.splitlines():
        words = [part for word in _words(line) for part in (word.split("=", 1) if word.startswith("--") else [word])]
        options = dict(pairwise(words))
        if "put-function-event-invoke-config" in words:
            slots = json.loads(options["--destination-config"])
            found[options["--function-name"], options["--qualifier"]] = Settings(
                slots.get("OnSuccess", {}).get("Destination"), slots.get("OnFailure", {}).get("Destination"),
                int(options["--maximum-retry-attempts"]), int(options["--maximum-event-age-in-seconds"]),
            )  # fmt: skip
        if "update-function-configuration" in words:
            letters[options["--function-name"]] = options["--dead-letter-config"].removeprefix("TargetArn=")
    return Read(found, letters)


READERS = {
    "cloudformation": cloudformation, "sam": sam, "terraform": terraform, "serverless": serverless, "aws-cli": aws_cli,
}  # fmt: skip
