"""The aws CLI: a bash script that may be run again, and waits while Lambda does not see a fresh permission yet."""

import json
from collections.abc import Iterator, Sequence
from shlex import quote

from lambda_dest_cli.exporters.dialect import POLICY_NAME, Dialect, Names, RolePolicy, role_policies
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported

_HEAD = """\
#!/usr/bin/env bash
# Sets the destinations of asynchronous invocations, exported by lds. It may be run again.
# AWS names the program to call, where it is not aws: AWS="aws --profile production" bash this-script
set -euo pipefail
read -r -a aws <<< "${AWS:-aws}"

# A fresh permission takes a while to reach Lambda, which refuses a destination until then: try again for two minutes.
patiently() {
  local waited=0 said
  until said=$("$@" 2>&1); do
    case $said in
      *"does not have permissions to call"* | *"destination ARN"*) ;;
      *) printf '%s\\n' "$said" >&2; return 1 ;;
    esac
    if [ "$waited" -ge 120 ]; then printf '%s\\n' "$said" >&2; return 1; fi
    sleep 2
    waited=$((waited + 2))
  done
  printf '%s\\n' "$said"
}
"""


def write(functions: Sequence[Exported]) -> str:
    """Write a script."""
    return _HEAD + "".join(f"\n{line}\n" for line in _lines(functions))


def _lines(functions: Sequence[Exported]) -> Iterator[str]:
    names = Names("_")
    for policy in role_policies(functions):
        yield from _policy(policy, names)
    for function in functions:
        at = ["--region", function.arn.region, "--function-name", function.name]
        if function.dead_letter:
            target = f"TargetArn={function.dead_letter}"
            yield _call("patiently", "lambda", "update-function-configuration", *at, "--dead-letter-config", target)
            yield _call("", "lambda", "wait", "function-updated-v2", *at)
        for qualifier, config in sorted(function.configurations.items()):
            words = _config(qualifier, config)
            yield _call("patiently", "lambda", "put-function-event-invoke-config", *at, *words)


def _policy(policy: RolePolicy, names: Names) -> Iterator[str]:
    document = json.dumps(policy.document)
    words = ["--policy-name", POLICY_NAME, "--policy-document", document]
    if policy.role:
        yield _call("", "iam", "put-role-policy", "--role-name", policy.role, *words)
        return
    asked = names.name("role", policy.key).upper()
    told = f"set {asked} to the name of the execution role of {policy.key}"
    call = _call("", "iam", "put-role-policy", *words)
    yield f': "${{{asked}:?{told}}}"\n{call} --role-name "${asked}"'


def _config(qualifier: str, config: EventInvokeConfig) -> list[str]:
    slots = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    destinations = {slot: {"Destination": str(arn)} for slot, arn in slots.items() if arn}
    return [
        "--qualifier", qualifier,
        "--maximum-retry-attempts", str(config.maximum_retry_attempts),
        "--maximum-event-age-in-seconds", str(config.maximum_event_age_in_seconds),
        "--destination-config", json.dumps(destinations),
    ]  # fmt: skip


def _call(before: str, *words: str) -> str:
    return " ".join(filter(None, [before, '"${aws[@]}"', *map(quote, words)]))


AWS_CLI = Dialect("aws-cli", "a script for the aws CLI", write)
