"""The aws CLI: a bash script that may be run again, and waits while Lambda does not see a fresh permission yet."""

import json
from collections.abc import Iterator, Sequence
from shlex import quote

from lambda_dest_cli.exporters.dialect import Dialect, Names, RolePolicy, opening, policy_note, role_policies
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported

_NOTES = (
    "It may be run again. The CLI's own variables count, such as AWS_PROFILE and AWS_ENDPOINT_URL; AWS names the",
    'program to call, where it is not aws: AWS="aws --profile production" bash this-script',
)
# Its input is not handed on: it may be this very script, piped into bash.
_BODY = """\
set -euo pipefail
read -r -a program <<< "${AWS:-aws}"
aws() { command "${program[@]}" "$@" < /dev/null; }

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
    head = "#!/usr/bin/env bash\n" + opening(functions, *_NOTES, *policy_note(functions))
    return head + _BODY + "".join(f"\n{line}\n" for line in _lines(functions))


def _lines(functions: Sequence[Exported]) -> Iterator[str]:
    policies, names = role_policies(functions), Names("_")
    # What has to be told comes first, so that nothing is written before all of it is.
    roles = {policy.key: names.name("role", policy.key).upper() for policy in policies if policy.role is None}
    for key, variable in roles.items():
        yield f': "${{{variable}:?set {variable} to the name of the execution role of {key}}}"'
    region = functions[0].arn.region  # IAM has none, but the CLI tells the partition by it
    for policy in policies:
        yield _policy(policy, region, roles.get(policy.key, ""))
    for function in functions:
        at = _options(region=region, function_name=function.name)
        if function.dead_letter:
            target = _options(dead_letter_config=f"TargetArn={function.dead_letter}")
            yield _call("aws", "lambda", "wait", "function-updated-v2", *at)
            yield _call("patiently", "aws", "lambda", "update-function-configuration", *at, *target)
            yield _call("aws", "lambda", "wait", "function-updated-v2", *at)
        for qualifier, config in sorted(function.configurations.items()):
            words = _config(qualifier, config)
            yield _call("patiently", "aws", "lambda", "put-function-event-invoke-config", *at, *words)


def _policy(policy: RolePolicy, region: str, variable: str) -> str:
    words = _options(region=region, policy_name=policy.name, policy_document=json.dumps(policy.document))
    if policy.role:
        words += _options(role_name=policy.role)
    call = _call("aws", "iam", "put-role-policy", *words)
    return call if policy.role else f'{call} --role-name="${variable}"'


def _config(qualifier: str, config: EventInvokeConfig) -> list[str]:
    slots = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    destinations = {slot: {"Destination": str(arn)} for slot, arn in slots.items() if arn}
    return _options(
        qualifier=qualifier,
        maximum_retry_attempts=str(config.maximum_retry_attempts),
        maximum_event_age_in_seconds=str(config.maximum_event_age_in_seconds),
        destination_config=json.dumps(destinations),
    )


def _options(**values: str) -> list[str]:
    """Give options and values as words; one that begins with a dash would be read as another option by itself."""
    options = [(f"--{name.replace('_', '-')}", value) for name, value in values.items()]
    return [
        word for name, value in options for word in ([f"{name}={value}"] if value.startswith("-") else [name, value])
    ]


def _call(*words: str) -> str:
    return " ".join(map(quote, words))


AWS_CLI = Dialect("aws-cli", "a script for the aws CLI", write)
